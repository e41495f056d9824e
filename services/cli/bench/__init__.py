"""`dvk bench`: rates of this machine, each beside something measured in the same run."""
