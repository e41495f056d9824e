"""The verifiable part: canonical bytes, the tree, signed notes, proofs.

It imports nothing of ours, so that it can be read, and run, alone.
"""
