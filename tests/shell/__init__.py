"""The shell under faults, on real servers."""
