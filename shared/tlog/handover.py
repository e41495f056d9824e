"""One key takes the place of another: a note that both sign, or, where the old one was stolen, the new one alone.

    dvk/key-handover/v1                 (dvk/key-withdrawal/v1 where the old key was stolen)
    old <vkey>
    new <vkey>
    time <seconds since 1970>
    tree <size> <base64 of the root>    (a log's key only: what the old key signed last)

No checkpoint reads like that, so neither statement can be taken for the other. What both keys signed leads from either
to the other; from a stolen key nothing leads on, but the key that withdrew it says up to where it counts. A file holds
them one after the other, an empty line between, in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .checkpoint import Checkpoint
from .merkle import MOST_LEAVES
from .note import (
    LOG,
    MOST_TIME,
    Note,
    NoteRefused,
    SigningKey,
    VerifyingKey,
    decimal,
    hash_from_base64,
    to_base64,
    verified,
)

HANDOVER: Final = "dvk/key-handover/v1"
WITHDRAWAL: Final = "dvk/key-withdrawal/v1"


@dataclass(frozen=True)
class Tree:
    """What a log's old key signed last."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Handover:
    """From when on which key stands for which; nothing of it is believed until `read` gave it."""

    old: VerifyingKey
    new: VerifyingKey
    time: int
    tree: Tree | None
    stolen: bool

    @property
    def text(self) -> str:
        """The lines that are signed."""
        lines = [WITHDRAWAL if self.stolen else HANDOVER, f"old {self.old.vkey}", f"new {self.new.vkey}"]
        lines.append(f"time {self.time}")
        if self.tree is not None:
            lines.append(f"tree {self.tree.size} {to_base64(self.tree.root)}")
        return "".join(f"{line}\n" for line in lines)

    @property
    def bound(self) -> int:
        """Up to which the old key counts: a size for a log's, a time for a witness's."""
        return self.time if self.tree is None else self.tree.size

    @classmethod
    def parse(cls, text: str) -> Handover:
        """What `text` wrote, in that one spelling; NoteRefused (handover.malformed) for anything else."""
        try:
            first, *lines = text.split("\n")
            if first not in (HANDOVER, WITHDRAWAL) or lines.pop() != "":
                raise ValueError(f"it does not begin with {HANDOVER} or {WITHDRAWAL}")
            said = dict(line.split(" ", 1) for line in lines)
            size, _, root = said["tree"].partition(" ") if "tree" in said else ("", "", "")
            tree = Tree(decimal(size, MOST_LEAVES), hash_from_base64(root)) if size else None
            old, new = VerifyingKey.parse(said["old"]), VerifyingKey.parse(said["new"])
            found = cls(old, new, decimal(said["time"], MOST_TIME), tree, first == WITHDRAWAL)
        except (ValueError, KeyError) as wrong:
            raise NoteRefused("handover.malformed", str(wrong)) from None
        if found.text != text:
            raise NoteRefused("handover.malformed", "not in its one spelling")
        if (old.name, old.kind) != (new.name, new.kind) or old == new or (tree is None) == (old.kind == LOG):
            raise NoteRefused("handover.malformed", f"{old.vkey} and {new.vkey}: not two keys of one name")
        return found


def handed_over(old: SigningKey, new: SigningKey, time: int, tree: Tree | None) -> Note:
    """The statement of both keys that the new one takes the place of the old one."""
    return _said(Handover(old.verifying, new.verifying, time, tree, stolen=False), (old, new))


def withdrawn(old: VerifyingKey, new: SigningKey, time: int, tree: Tree | None) -> Note:
    """The statement of the new key alone: since this time the old one is others' too, or lost."""
    return _said(Handover(old, new.verifying, time, tree, stolen=True), (new,))


def _said(handover: Handover, by: Iterable[SigningKey]) -> Note:
    text = handover.text
    at = None if Handover.parse(text).old.kind == LOG else handover.time
    return Note(text, tuple(key.sign(text, at) for key in by))


def read(raw: bytes) -> tuple[Handover, ...]:
    """The handovers of a file, each signed by whom it has to be; NoteRefused otherwise.

    handover.malformed       not such a file
    handover.unsigned        not signed by both keys, or, of a stolen one, not by the new key alone
    handover.out-of-order    does not begin with the key, the size or the time with which the one before ended
    handover.repeated        a key comes back, or takes two names
    """
    found = tuple(_signed(note) for note in _notes(raw))
    last: dict[str, Handover] = {}
    keys: set[bytes] = set()
    for each in found:
        before = last.get(each.new.name)
        fresh = {each.new.public} if before else {each.old.public, each.new.public}
        if fresh & keys:
            raise NoteRefused("handover.repeated", f"{each.new.vkey}: a key does not come back")
        if before and (each.old != before.new or each.bound < before.bound or each.time < before.time):
            raise NoteRefused("handover.out-of-order", f"{each.old.vkey} does not go on from the one before")
        last[each.new.name] = each
        keys |= fresh
    return found


def joined(files: Iterable[bytes]) -> bytes:
    """One file of several, one after the other; empty ones say nothing."""
    return b"\n".join(filter(None, files))


def _notes(raw: bytes) -> Iterator[Note]:
    blocks = raw.removesuffix(b"\n").split(b"\n\n") if raw else []
    if len(blocks) % 2 or (raw and not raw.endswith(b"\n")):
        raise NoteRefused(
            "handover.malformed", "texts and their signatures are expected, an empty line between"
        )
    for text, lines in zip(blocks[::2], blocks[1::2], strict=True):
        yield Note.parse(text + b"\n\n" + lines + b"\n")


def _signed(note: Note) -> Handover:
    said = Handover.parse(note.text)
    if not note.is_exact:
        raise NoteRefused("handover.malformed", "a signature is not in its one spelling")
    must = [said.new] if said.stolen else [said.old, said.new]
    try:
        signed = verified(note, must)
    except NoteRefused as refused:
        raise NoteRefused("handover.unsigned", str(refused)) from None
    at = None if said.old.kind == LOG else said.time
    if [each.key for each in signed] != must or len(note.signatures) != len(must):
        raise NoteRefused(
            "handover.unsigned", f"{', '.join(key.vkey for key in must)} and nobody else have to sign"
        )
    if any(each.time != at for each in signed):
        raise NoteRefused("handover.unsigned", "a signature says another time than the statement")
    return said


@dataclass(frozen=True)
class Standing:
    """Within which bounds a key counts: sizes for a log's, times of its cosignatures for a witness's."""

    key: VerifyingKey
    through: VerifyingKey
    """The key that is believed of itself."""
    since: int = 0
    until: int | None = None
    stolen_at: int | None = None
    """Since when others may sign with it; alone it counts nothing any more."""

    def covers(self, at: int) -> bool:
        """Whether it counts there."""
        return self.since <= at and (self.until is None or at <= self.until)


def standings(believed: Sequence[VerifyingKey], handovers: Sequence[Handover]) -> tuple[Standing, ...]:
    """Those that are believed, with the bounds that handovers set them, and the keys to which handovers lead from them.

    handover.unvouched    a key that is believed was stolen, and the one that says so is not believed
    """
    found = {key: Standing(key, key) for key in believed}
    for name in dict.fromkeys(each.old.name for each in handovers):
        links = [each for each in handovers if each.old.name == name]
        chain = [links[0].old, *(each.new for each in links)]
        if any(key in found for key in chain):
            found |= {each.key: each for each in _of_chain(chain, links, found)}
    return tuple(found.values())


def _of_chain(
    chain: Sequence[VerifyingKey], links: Sequence[Handover], believed: Iterable[VerifyingKey]
) -> Iterator[Standing]:
    own = set(believed)
    through: list[VerifyingKey | None] = [key if key in own else None for key in chain]
    for at, link in enumerate(links):  # an old key leads to the new one, unless it was stolen
        if not link.stolen:
            through[at + 1] = through[at + 1] or through[at]
    for at in reversed(range(len(links))):  # a new key vouches for the old one, up to where that ends
        through[at] = through[at] or through[at + 1]
    for at, (key, by) in enumerate(zip(chain, through, strict=True)):
        if by is None:
            stolen = next(each for each in reversed(links[:at]) if each.stolen)
            raise NoteRefused(
                "handover.unvouched",
                f"{stolen.old.vkey} was stolen, says {stolen.new.vkey}, which is not believed",
            )
        after = links[at] if at < len(links) else None
        yield Standing(
            key, by, links[at - 1].bound if at else 0, after and after.bound,
            after.time if after is not None and after.stolen else None,
        )  # fmt: skip


def newest(known: Sequence[VerifyingKey], handovers: Sequence[Handover]) -> VerifyingKey | None:
    """The last key of these handovers, where they lead to it from one that is known; else None."""
    try:
        led = {each.key for each in standings(known, handovers)}
    except NoteRefused:
        return None
    return handovers[-1].new if handovers and handovers[-1].new in led else None


def is_of_another(handover: Handover, seen: Checkpoint | None) -> bool:
    """Whether it speaks of another tree than was seen, as far as that can be told."""
    tree = handover.tree
    return seen is not None and tree is not None and tree.size == seen.size and tree.root != seen.root
