"""Measurements at the size of the city: part of `make bench`, not of `make test`."""
