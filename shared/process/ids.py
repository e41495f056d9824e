"""What comes from outside of every decision: new ids, and the machine's own time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import uuid4


def new_id() -> str:
    """A UUIDv7 (RFC 9562 §5.7), lower case: 48 bits of milliseconds, then chance."""
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def unix_time() -> int:
    """The machine's own time in whole seconds: for cosignatures, which no clock of ours governs."""
    return int(datetime.now(UTC).timestamp())


def machine_time() -> datetime:
    """The machine's own time, UTC."""
    return datetime.now(UTC)


def new_person() -> str:
    """The id of a person: a UUIDv4, nothing but chance."""
    return str(uuid4())
