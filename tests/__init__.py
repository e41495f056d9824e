"""Proofs, the cheapest first."""
