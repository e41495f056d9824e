"""The papers' templates: how the shipped ones are made, and how the city's own are tried."""
