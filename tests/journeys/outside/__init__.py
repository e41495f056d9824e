"""The system tried from outside, by its contract alone: what judges it imports neither `shared` nor `services`; what
starts, wires and breaks it (system, members, wired, jumping) may.

system     starts `dvk up`, makes tokens, knows the processes and breaks them
proofs     leaf hashes, trees, proofs, signed notes: RFC 9162 and C2SP, written a second time
copies     downloads the logs, the ledger, the broker's messages and the documents
checker    compares all of it with the contract; returns what it finds
folding    what models, dossiers, recognitions and listings became, folded from the events
counting   the figures of a year's summary, counted from the events
sending    commands over HTTP, NATS and in bulk; remembers every answer
acts       what a client may wish next, sensible or not
refusals   bad input over every door, and what must be answered
freezing   the servers stopped in the middle of a write
accidents  what may happen to a system, a row each; breaker draws them, members, disks and wires are what breaks
journal    what happened and was acknowledged, line by line, for a run that is cut off
afterwards the look at a system that nobody breaks any more
chaos      several clients at once while processes die; afterwards everything is looked at
"""
