"""Backups: taken, put back elsewhere, and tried before they are needed."""
