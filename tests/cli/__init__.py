"""The CLI, by itself: what it reads, makes and finds wrong."""
