"""The store of the read models: written as the ledger grows, read as known at any of its sizes."""
