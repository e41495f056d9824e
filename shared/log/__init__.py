"""The verifiable log."""
