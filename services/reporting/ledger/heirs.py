"""To which key a log handed over, for a witness that knows the one before."""

from __future__ import annotations

from collections.abc import Sequence

from shared.eventlog.tree import Tree
from shared.tlog.handover import Handover
from shared.tlog.note import NoteRefused, VerifyingKey


async def heir_of(key: VerifyingKey, handovers: Sequence[Handover], tree: Tree) -> VerifyingKey:
    """The last key to which handovers lead from this one, of the tree that was followed; itself where none does.

    A stolen key hands over to nobody: its witness is told the new key by an operator. NoteRefused
    (handover.other-tree) where the old key is said to have signed another tree; (handover.ahead) while that was not
    followed yet.
    """
    for each in handovers:
        if each.old != key or each.stolen or each.tree is None:
            continue
        if each.tree.size > tree.size:
            raise NoteRefused("handover.ahead", f"of size {each.tree.size}, followed to {tree.size}")
        if await tree.root(each.tree.size) != each.tree.root:
            raise NoteRefused("handover.other-tree", f"{each.new.vkey}: not the tree that was followed")
        key = each.new
    return key


def known_with(key: VerifyingKey, handovers: Sequence[Handover]) -> set[VerifyingKey]:
    """This key and those that came before or after it, as these handovers say."""
    found = {key}
    for each in (*handovers, *reversed(handovers)):
        if found & {each.old, each.new}:
            found |= {each.old, each.new}
    return found
