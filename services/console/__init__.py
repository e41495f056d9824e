"""The console: the web front for everybody, where officers act and everybody reads.

It asks the other services' queries and sends their commands over HTTP with the reader's own token, knows nothing of
them but their published contracts, and keeps nothing.
"""
