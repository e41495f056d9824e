"""The leaf hashes of a log on disk, to compare other copies with: equal hashes are equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryFile

HASH = 32
NEAR = 4096


class Leaves:
    """Leaf hashes by position (from 1)."""

    def __init__(self) -> None:
        self._file = TemporaryFile("w+b")  # noqa: SIM115 - closed by close(), or with the process
        self.size = 0
        self._first, self._near = 1, b""
        """What was read last and lies next, because copies are compared in order."""

    def add(self, leaves: Sequence[bytes]) -> None:
        """Take the next ones."""
        self._file.write(b"".join(leaves))
        self.size += len(leaves)

    def read(self, position: int, count: int = 1) -> list[bytes]:
        """Those from a position on, as far as there are any."""
        last = min(position + count - 1, self.size)
        if not self._first <= position <= last <= self._first + len(self._near) // HASH - 1:
            self._file.seek((position - 1) * HASH)
            self._near = self._file.read(
                max(last - position + 1, min(NEAR, self.size - position + 1), 0) * HASH
            )
            self._file.seek(0, 2)
            self._first = position
        begin = (position - self._first) * HASH
        return [self._near[at : at + HASH] for at in range(begin, begin + (last - position + 1) * HASH, HASH)]

    def at(self, position: int) -> bytes | None:
        """The one at a position; None beyond the end."""
        begin = (position - self._first) * HASH
        if 0 <= begin < len(self._near):
            return self._near[begin : begin + HASH]
        return next(iter(self.read(position)), None)

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
