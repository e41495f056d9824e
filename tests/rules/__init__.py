"""The rules once more, written from the catalogue and not from the code, to be held against the services."""
