"""Passwords of the embedded servers: made once, kept in files that only their owner can read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from shared import SERVICES

ON_NATS = (*SERVICES, "operator")


def passwords(path: Path, names: Sequence[str] = SERVICES) -> dict[str, str]:
    """A password for each name; made at the first start, kept for all others.

    Of several that start at once in one directory all get the same ones: the file is put there by whoever comes
    first, and read by everybody.
    """
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    wanted = {name: known.get(name) or secrets.token_hex(24) for name in names}
    if known and wanted != known:
        write_secret(path, json.dumps(wanted, indent=2))
    elif not known:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = _fresh(path, json.dumps(wanted, indent=2))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
        wanted = json.loads(path.read_text("utf-8"))
    return wanted


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is there whole or not at all."""
    _fresh(path, text).replace(path)


def _fresh(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh
