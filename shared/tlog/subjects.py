"""The tree of subjects: for every thing all events of its history under one root; what proves that none is kept back.

A line names one subject and commits to everything that is told of it (`membership.py`):

    subject line   {"parts": <how many>, "root": <MTH of the part lines>, "subject": "model/<id>"}
    part lines     {"leaf", "log", "stream", "version"}: a stream that belongs to it whole, up to this version
                   {"count", "leaf", "log", "root", "stream", "version"}: single events of another's stream; `root` is
                   the MTH of their leaf hashes in the order of their versions, `leaf` and `version` are the last one's
                   {"also": "unit/<id>"}: what is told of this subject is told of that one too

Part lines are sorted as bytes. Subjects are dealt to 4,096 buckets by the first twelve bits of SHA-256 of their name,
and sorted by name within; MTH of the lines of a bucket is its root, and

    bucket line    {"bucket": <number>, "count": <how many subjects>, "root": <MTH of its subject lines>}

MTH of all 4,096 bucket lines, empty ones too, is what a record of heads says (`HeadsRecorded`, since version 2). MTH is
that of RFC 9162 §2.1.1 over these lines as entries. Whoever checks a bundle works the bucket out himself, so a subject
is at one place or nowhere, and that it is nowhere its two neighbours show (`subject_proofs.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from .canonical import canonical
from .membership import RULES, Told, belongs, came_of, commendation_of, concerns, corrected
from .merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root

BITS = 12
BUCKETS = 1 << BITS
NO_LEAF = bytes(32)

Place = tuple[str, str]
"""A stream: the log it stands in, and its name."""


def bucket_of(subject: str) -> int:
    """Where a subject's line stands: the first twelve bits of the hash of its name."""
    return int.from_bytes(sha256(subject.encode()).digest()[:2], "big") >> (16 - BITS)


@dataclass
class Part:
    """What a subject has of one stream: all of it up to a version, or single events (`singles`)."""

    version: int = 0
    leaf: bytes = NO_LEAF
    singles: Frontier | None = None
    numbers: list[int] = field(default_factory=list[int])
    """Where in the ledger the events stand; of a whole stream only its own subject knows. Nobody vouches for them."""

    def line(self, place: Place) -> bytes:
        """The part line."""
        log, stream = place
        told: dict[str, Any] = {
            "leaf": self.leaf.hex(),
            "log": log,
            "stream": stream,
            "version": self.version,
        }
        if self.singles is not None:
            told |= {"count": self.singles.size, "root": self.singles.root().hex()}
        return canonical(told)


@dataclass
class Subject:
    """Everything that is told of one thing."""

    name: str
    parts: dict[Place, Part] = field(default_factory=dict[Place, Part])
    also: set[str] = field(default_factory=set[str])

    def lines(self) -> list[bytes]:
        """The part lines, sorted. A stream that has been named and has not begun has none."""
        told = [part.line(place) for place, part in self.parts.items() if part.version]
        return sorted([*told, *(canonical({"also": other}) for other in self.also)])

    def line(self) -> bytes:
        """The subject line."""
        return subject_line(self.name, self.lines())


def subject_line(name: str, lines: Sequence[bytes]) -> bytes:
    """The line of a subject of which these part lines, sorted, are told."""
    told = {"parts": len(lines), "root": root([leaf_hash(line) for line in lines]).hex(), "subject": name}
    return canonical(told)


def bucket_line(number: int, count: int, of_lines: bytes) -> bytes:
    """The line of a bucket with so many subjects under this root."""
    return canonical({"bucket": number, "count": count, "root": of_lines.hex()})


@cache
def empty_bucket(number: int) -> bytes:
    """The leaf of a bucket while it holds nothing."""
    return leaf_hash(bucket_line(number, 0, EMPTY_ROOT))


class NotTheNext(ValueError):
    """An event does not follow the last one of its stream: the entries are not what was recorded, or lack one."""


Find = Callable[[str], Subject]
"""A subject by its name, to be changed; one that nobody has told of yet is empty."""
Earlier = Callable[[Told, str], Told | None]
"""An earlier event of the same stream by its id."""


def take(event: Told, find: Find, earlier: Earlier, rules: int = RULES) -> None:
    """The next event of the ledger becomes part of every history it belongs to by these rules (`membership.py`).

    Raises NotTheNext when it does not follow what was taken before of its stream.
    """
    place = event.log, event.stream
    own = find(event.stream)
    part = own.parts.setdefault(place, Part())
    expected = part.leaf.hex() if part.version else None
    if (event.version, event.prev) != (part.version + 1, expected):
        raise NotTheNext(
            f"{event.log} {event.stream} {event.version}: after {part.version} with prev {expected}, not {event.prev}"
        )
    part.numbers.append(event.number)
    own.also.update(belongs(event.stream, event.name, event.data, rules))
    for log, stream in came_of(event.stream, event.name, event.data):
        own.parts.setdefault((log, stream), Part())
        source = find(stream)
        source.also.add(own.name)
        if (known := source.parts.get((log, stream))) is not None:
            own.parts[log, stream] = Part(known.version, known.leaf)
    changed = {own.name, *own.also}
    for name in changed:
        whole = find(name).parts.setdefault(place, Part())
        whole.version, whole.leaf, whole.singles = event.version, event.leaf, None
    _took_single(event, place, changed, find, earlier)


def _took_single(event: Told, place: Place, whole: set[str], find: Find, earlier: Earlier) -> None:
    """The event alone concerns these, and they now have it."""
    names = set(concerns(event.stream, event.name, event.data))
    about = event
    if (before := corrected(event.name, event.data)) is not None and (
        found := earlier(event, before)
    ) is not None:
        about = found
        names |= set(concerns(found.stream, found.name, found.data))
    if (commendation := commendation_of(about.stream, about.data)) is not None:
        names.add(commendation)
        find(commendation).also.update(name for name in names if name.startswith("model/"))
    names = names.union(*(find(name).also for name in names))
    for name in names - whole:
        part = find(name).parts.setdefault(place, Part(singles=Frontier()))
        part.version, part.leaf = event.version, event.leaf
        part.singles = (part.singles or Frontier()).append(event.leaf)
        part.numbers.append(event.number)


class Tree:
    """All bucket lines under one root, changes at the cost of their paths."""

    def __init__(self, leaves: Sequence[bytes] | None = None) -> None:
        self._levels: list[list[bytes]] = [list(leaves or map(empty_bucket, range(BUCKETS)))]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below), 2)])

    def put(self, changed: Mapping[int, bytes]) -> None:
        """Other lines of these buckets; each node above them is made once."""
        for number, leaf in changed.items():
            self._levels[0][number] = leaf
        numbers = set(changed)
        for above, below in zip(self._levels[1:], self._levels, strict=False):
            numbers = {number >> 1 for number in numbers}
            for number in numbers:
                above[number] = node_hash(below[2 * number], below[2 * number + 1])

    def leaf(self, number: int) -> bytes:
        """The hash of a bucket's line."""
        return self._levels[0][number]

    def path(self, number: int) -> tuple[bytes, ...]:
        """The inclusion path of a bucket's line."""
        return tuple(level[(number >> depth) ^ 1] for depth, level in enumerate(self._levels[:-1]))

    @property
    def root(self) -> bytes:
        """MTH of all bucket lines."""
        return self._levels[-1][0]


@dataclass
class Bucket:
    """The subjects of one bucket, and the hashes of their lines as they were when last asked for."""

    number: int
    subjects: dict[str, Subject] = field(default_factory=dict[str, Subject])
    _leaves: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def find(self, name: str) -> Subject:
        """A subject, to be changed."""
        self._leaves.pop(name, None)
        return self.subjects.setdefault(name, Subject(name))

    def leaves(self) -> list[bytes]:
        """The hashes of the subject lines in their order. A subject of which nothing is told yet has no line."""
        for name, subject in self.subjects.items():
            if name not in self._leaves:
                lines = subject.lines()
                self._leaves[name] = leaf_hash(subject_line(name, lines)) if lines else b""
        return [leaf for name in sorted(self.subjects) if (leaf := self._leaves[name])]

    def line(self) -> bytes:
        """The bucket line."""
        leaves = self.leaves()
        return bucket_line(self.number, len(leaves), root(leaves))

    def names(self) -> list[str]:
        """Those that have a line, in the order of their lines."""
        self.leaves()
        return [name for name in sorted(self.subjects) if self._leaves[name]]


class Subjects:
    """The whole tree in memory: what a verifier makes of a ledger, and what tests hold the stored one against."""

    def __init__(self, rules: int = RULES) -> None:
        self._rules = rules
        self._buckets = [Bucket(number) for number in range(BUCKETS)]
        self._tree = Tree()
        self._dirty: set[int] = set()
        self._counts = [0] * BUCKETS
        self._events: dict[str, Told] = {}

    def take(self, event: Told) -> None:
        """The next entry of the ledger."""
        take(event, self._find, self._earlier, self._rules)
        if next(concerns(event.stream, event.name, event.data), None) is not None:
            self._events[f"{event.log} {event.stream} {event.id}"] = event

    def _earlier(self, of: Told, ident: str) -> Told | None:
        return self._events.get(f"{of.log} {of.stream} {ident}")

    def _find(self, name: str) -> Subject:
        self._dirty.add(number := bucket_of(name))
        return self._buckets[number].find(name)

    def subject(self, name: str) -> Subject | None:
        """What is told of one; None when nothing is."""
        return self._buckets[bucket_of(name)].subjects.get(name)

    def record(self) -> tuple[int, bytes]:
        """How many subjects there are now, and the root over them."""
        changed = dict[int, bytes]()
        for number in self._dirty:
            leaves = self._buckets[number].leaves()
            self._counts[number] = len(leaves)
            changed[number] = leaf_hash(bucket_line(number, len(leaves), root(leaves)))
        self._tree.put(changed)
        self._dirty.clear()
        return sum(self._counts), self._tree.root

    def leaves(self) -> dict[int, bytes]:
        """The hashes of the lines of the buckets that hold something. After `record()`."""
        return {each.number: self._tree.leaf(each.number) for each in self._buckets if each.subjects}

    def bucket(self, number: int) -> Bucket:
        """One bucket, as it is now."""
        return self._buckets[number]

    def above(self, number: int) -> tuple[bytes, ...]:
        """The path from a bucket's line to the root. After `record()`."""
        return self._tree.path(number)
