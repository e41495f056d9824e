"""Figures: what the facts of a life add to a summary, a list, a scorecard, a finding. Pure."""
