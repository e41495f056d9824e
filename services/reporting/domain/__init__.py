"""What reporting itself decides and records: published summaries, and what the witness saw."""
