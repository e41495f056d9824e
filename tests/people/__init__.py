"""Names of persons: sealed, opened, kept in order, erased."""
