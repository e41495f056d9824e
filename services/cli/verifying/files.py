"""What the auditor brought: files, read whole, and the notes in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.cli.telling import Failure


def read(path: Path) -> bytes:
    """A file; Failure when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"Không đọc được {path}: {error.strerror}", f"{path} cannot be read") from error


def named(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """The notes in these files, and in the `.checkpoint` files of these directories, each with the name of its file."""
    files = [
        each for path in paths for each in (sorted(path.glob("*.checkpoint")) if path.is_dir() else [path])
    ]
    return [(str(file), read(file)) for file in files]
