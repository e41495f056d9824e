"""Webhooks: the public events sent to addresses that agencies had registered, signed as Standard Webhooks has it."""
