"""The copy of the key file store: one, as the store is now, beside the backups and in none of them.

A backup is for ever and a key is to be destroyed when somebody is erased, so the two never lie together: whoever keeps
backups of ten years has the keys of today. What was destroyed in the store is destroyed in the copy when the next
backup is taken.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from services.cli.telling import Failure
from shared.people.keyfiles import SUFFIX, destroyed, to_disk


def copied(store: Path, copy: Path) -> tuple[int, int]:
    """Make the copy what the store is; how many keys it has now, and how many were destroyed in it."""
    if not store.is_dir():
        raise Failure(f"Không có kho tệp khóa {store}", f"There is no key file store {store}")
    copy.mkdir(parents=True, exist_ok=True, mode=0o700)
    here = set(_keys(store))
    for key in sorted(here):
        _copy(store / key, copy / key)
    here &= set(_keys(store))  # what was destroyed meanwhile is destroyed here too
    over = sorted(set(_keys(copy)) - here)
    for key in over:
        destroyed(copy / key)
    return len(here), len(over)


def put_back(copy: Path | None, store: Path) -> int:
    """Fill a key file store that is not there or empty; how many keys came. One that holds keys is never touched: it
    knows better which were destroyed."""
    if copy is None or not copy.is_dir() or _keys(store):
        return 0
    keys = _keys(copy)
    for key in keys:
        _copy(copy / key, store / key)
    return len(keys)


def _keys(directory: Path) -> list[Path]:
    return sorted(path.relative_to(directory) for path in directory.rglob(f"*{SUFFIX}"))


def _copy(key: Path, to: Path) -> None:
    """The whole key or none: durable on return; one that is destroyed meanwhile is left out."""
    try:
        text = key.read_bytes()
    except FileNotFoundError:
        return
    if to.exists() and to.read_bytes() == text:
        return
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    coming = to.with_name(f".{to.name}.new")
    coming.touch(0o600)
    coming.write_bytes(text)
    shutil.copymode(key, coming)
    to_disk(coming)
    coming.replace(to)
    to_disk(to.parent)
