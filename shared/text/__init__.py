"""Text as people write it: which characters are taken, what two spellings have in common. Imports nothing of ours."""
