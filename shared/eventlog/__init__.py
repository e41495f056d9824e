"""The log: what it promises, how it keeps that in MongoDB and in memory, its tree and what is signed of it."""
