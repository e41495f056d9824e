"""Importing: rows of files become commands, every row is checked before the first is sent."""
