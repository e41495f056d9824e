"""How C2SP tlog-tiles names tiles and bundles of entries, and how it packs entries. One spelling each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from .merkle import MOST_LEAVES

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
MOST_ENTRY_BYTES: Final = 65_535
"""An entry's length is a uint16."""

_PATH: Final = re.compile(
    r"tile/(?P<kind>entries|[0-9]{1,2})/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A place in the tree: the first `width` hashes of tile `n` of a level."""

    level: int
    n: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level <= 63 and 0 <= self.n <= MOST_LEAVES and 1 <= self.width <= WIDTH):
            raise ValueError(f"there is no tile ({self.level}, {self.n}) of width {self.width}")

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067.p/5`, as C2SP tlog-tiles names it."""
        return f"tile/{self.level}/{_number(self.n)}{_suffix(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile of this path; ValueError for any spelling but the one that `path` gives."""
        kind, n, width = _parsed(path)
        if kind == "entries":
            raise ValueError(f"{path!r} names entries, not hashes")
        return _same(path, cls(int(kind), n, width))


@dataclass(frozen=True, slots=True, order=True)
class Bundle:
    """The first `width` entries of bundle `n`: those whose leaf hashes stand in `Tile(0, n, width)`."""

    n: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.n <= MOST_LEAVES and 1 <= self.width <= WIDTH):
            raise ValueError(f"there is no bundle {self.n} of width {self.width}")

    @property
    def path(self) -> str:
        """`tile/entries/x001/x234/067.p/5`, as C2SP tlog-tiles names it."""
        return f"tile/entries/{_number(self.n)}{_suffix(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Bundle:
        """The bundle of this path; ValueError for any spelling but the one that `path` gives."""
        kind, n, width = _parsed(path)
        if kind != "entries":
            raise ValueError(f"{path!r} names hashes, not entries")
        return _same(path, cls(n, width))


def pack(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry after its length as a uint16, big end first."""
    if not 1 <= len(entries) <= WIDTH:
        raise ValueError(f"a bundle has 1 to {WIDTH} entries, not {len(entries)}")
    for entry in entries:
        if len(entry) > MOST_ENTRY_BYTES:
            raise ValueError(f"an entry has at most {MOST_ENTRY_BYTES} bytes, not {len(entry)}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of this width; ValueError if they are not exactly as many."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) < width:
        begin = at + 2
        at = begin + int.from_bytes(bundle[at:begin], "big")
        entries.append(bundle[begin:at])
    if at != len(bundle) or len(entries) != width:
        raise ValueError(f"not a bundle of {width} entries")
    return entries


def _number(n: int) -> str:
    """1234067 -> x001/x234/067."""
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


def _suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def _parsed(path: str) -> tuple[str, int, int]:
    """Kind, number and width; what lets more than one spelling through is caught by `_same`."""
    match = _PATH.fullmatch(path)
    if match is None or len(path) > 64:
        raise ValueError(f"{path[:64]!r} is no tile")
    return match["kind"], int(re.sub("[x/]", "", match["n"])), int(match["width"] or WIDTH)


_Named = TypeVar("_Named", Tile, Bundle)


def _same(path: str, named: _Named) -> _Named:
    if named.path != path:
        raise ValueError(f"{path!r} is written {named.path!r}")
    return named
