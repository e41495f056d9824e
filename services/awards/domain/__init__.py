"""What authority decides, as pure tables of decisions."""
