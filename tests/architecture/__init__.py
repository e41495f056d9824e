"""What the house looks like, checked."""
