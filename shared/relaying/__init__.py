"""From the log to the broker, same order, same numbers; and what an operator may do when the two differ."""
