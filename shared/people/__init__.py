"""Names of persons: never in clear in an event, opened for those who may know, gone for ever when erased."""
