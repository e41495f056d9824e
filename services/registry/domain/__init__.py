"""What the registry decides, pure: one file per aggregate, one per calculation."""
