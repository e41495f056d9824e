"""What every service builds on."""
