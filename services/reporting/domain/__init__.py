"""What is true of a thing, of a period, of the city: pure folds over entries of the ledger."""
