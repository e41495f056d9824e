"""Keys as files hold them: 64 hexadecimal digits."""

from __future__ import annotations

import re

SEED = re.compile(r"[0-9a-fA-F]{64}")


def seed_in(text: str) -> bytes:
    """The 32 bytes that stand in a text as 64 hexadecimal digits; ValueError for anything else."""
    if not SEED.fullmatch(text.strip()):
        raise ValueError("it does not hold 64 hexadecimal digits")
    return bytes.fromhex(text.strip())


def keys_in(text: str) -> list[bytes]:
    """The keys that stand in a text, one per line, `#` before remarks; ValueError when there is anything else."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    if not any(lines) or not all(SEED.fullmatch(line) for line in lines if line):
        raise ValueError("holds no keys of 64 hexadecimal digits, one per line")
    return [bytes.fromhex(line) for line in lines if line]
