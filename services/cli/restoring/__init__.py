"""Putting back what a restored database lacks, from those who saw it."""
