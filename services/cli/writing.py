"""Files that are there whole or not at all, whenever a process ends."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it sees the old text or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is there whole or not at all."""
    beside(path, text).replace(path)


def beside(path: Path, text: str) -> Path:
    """A file for its owner only, on the disk with this text, beside the place that it is for."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh
