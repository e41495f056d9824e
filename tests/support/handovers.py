"""Keys that hand over, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from shared.tlog.handover import Tree, handed_over, joined, withdrawn
from shared.tlog.note import Note, SigningKey


def over(old: SigningKey, new: SigningKey, time: int, tree: Tree | None, *, stolen: bool = False) -> Note:
    """The note with which one key takes the place of another, or of a stolen one."""
    return withdrawn(old.verifying, new, time, tree) if stolen else handed_over(old, new, time, tree)


def written(notes: Iterable[Note]) -> bytes:
    """The file with these notes."""
    return joined(note.raw for note in notes)
