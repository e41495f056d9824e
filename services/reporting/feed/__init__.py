"""What agencies are told: the public events over HTTP, as they happen, and on the broker; the same bytes everywhere."""
