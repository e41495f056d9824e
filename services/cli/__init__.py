"""dvk, the command line: the one place that knows all services."""
