"""A zip file in one spelling: members stored as they are, in the order given, every field but theirs fixed.

So equal members make equal bytes whoever packs them, and a file is either exactly what would be packed again from what
was read, or it is refused: no member twice, none hidden between others, behind the end or in the directory alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from zlib import crc32

Members = Sequence[tuple[str, bytes]]

SINCE = 0x0021
"""1 January 1980, the earliest date a zip can say; the time is midnight."""
VERSION = 20
MOST_BYTES = 64 * 1024 * 1024
MOST_MEMBERS = 65_535

_LOCAL = Struct("<4s5H3L2H")
_CENTRAL = Struct("<4s6H3L5H2L")
_END = Struct("<4s4H2LH")


class NotPacked(ValueError):
    """These bytes are not what `pack` makes of any members."""


@dataclass(frozen=True)
class Packed:
    """What a zip file says of one member."""

    name: str
    size: int
    crc: int

    @property
    def head(self) -> bytes:
        """What stands before the member's bytes."""
        return _LOCAL.pack(b"PK\x03\x04", *self._shared) + self._spelt

    def entry(self, at: int) -> bytes:
        """Its line in the directory, when its head stands at this byte."""
        return _CENTRAL.pack(b"PK\x01\x02", VERSION, *self._shared, 0, 0, 0, 0, at) + self._spelt

    @property
    def _spelt(self) -> bytes:
        return self.name.encode("ascii")

    @property
    def _shared(self) -> tuple[int, ...]:
        return VERSION, 0, 0, 0, SINCE, self.crc, self.size, self.size, len(self._spelt), 0


def pack(members: Members) -> bytes:
    """The file that holds these members; names in ASCII."""
    packed = [Packed(name, len(body), crc32(body)) for name, body in members]
    bodies = (part for each, (_, body) in zip(packed, members, strict=True) for part in (each.head, body))
    return b"".join([*bodies, directory(packed)])


def directory(members: Sequence[Packed]) -> bytes:
    """What stands after the bytes of all members."""
    entries: list[bytes] = []
    at = 0
    for each in members:
        entries.append(each.entry(at))
        at += len(each.head) + each.size
    size = sum(map(len, entries))
    return b"".join([*entries, _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), size, at, 0)])


def unpack(raw: bytes, most: int = MOST_BYTES) -> list[tuple[str, bytes]]:
    """The members of a file that `pack` made; NotPacked for any other bytes, and for more than `most`."""
    if len(raw) > most:
        raise NotPacked(f"more than {most} bytes")
    members: list[tuple[str, bytes]] = []
    at = 0
    while raw[at : at + 4] == b"PK\x03\x04" and len(raw) >= at + _LOCAL.size:
        *_, size, _packed, named, _extra = _LOCAL.unpack_from(raw, at)
        begin = at + _LOCAL.size + named
        try:
            members.append((raw[at + _LOCAL.size : begin].decode("ascii"), raw[begin : begin + size]))
        except UnicodeDecodeError:
            raise NotPacked("a name is not ASCII") from None
        at = begin + size
    if len({name for name, _ in members}) != len(members):
        raise NotPacked("a name stands in it twice")
    if len(members) > MOST_MEMBERS or pack(members) != raw:
        raise NotPacked("it is not packed the one way that a bundle is")
    return members
