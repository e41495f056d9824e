"""The demonstration: a year of the scheme, played through the doors of a real system in a few seconds."""
