"""Facts: what reporting keeps of a ledger entry, about which things, and how they stood. Pure."""
