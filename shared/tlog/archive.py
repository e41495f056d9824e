"""A zip file in one spelling: members stored as they are, in the order given, every field but theirs fixed.

So equal members make equal bytes whoever packs them, and a file is either exactly what would be packed again from what
was read, or it is refused: no member twice, none hidden between others, behind the end or in the directory alone.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def pack(members: Members) -> bytes:
    """The file that holds these members; names in ASCII."""
    parts: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, body in members:
        spelt = name.encode("ascii")
        shared = (VERSION, 0, 0, 0, SINCE, crc32(body), len(body), len(body), len(spelt), 0)
        local = _LOCAL.pack(b"PK\x03\x04", *shared) + spelt + body
        directory.append(_CENTRAL.pack(b"PK\x01\x02", VERSION, *shared, 0, 0, 0, 0, at) + spelt)
        parts.append(local)
        at += len(local)
    central = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), len(central), at, 0)
    return b"".join([*parts, central, end])


def unpack(raw: bytes) -> list[tuple[str, bytes]]:
    """The members of a file that `pack` made; NotPacked for any other bytes."""
    if len(raw) > MOST_BYTES:
        raise NotPacked(f"more than {MOST_BYTES} bytes")
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
