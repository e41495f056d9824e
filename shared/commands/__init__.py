"""From a command to its event: the handler, the states it decides on, and what it may look at."""
