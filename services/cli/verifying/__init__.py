"""Verifying: what a log says is checked with nothing but its bytes, its key, and the copies that others hold."""
