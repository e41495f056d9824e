"""A witness of one's own: a small process that cosigns what continues what it has seen (C2SP tlog-witness)."""
