"""The document store: one driver behind one module, and transactions that a dead predecessor does not hold up."""
