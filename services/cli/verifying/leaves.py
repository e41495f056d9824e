"""The leaf hashes of a log on disk, to compare other copies with: equal hashes are equal bytes."""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryFile

HASH = 32


class Leaves:
    """Leaf hashes by position (from 1)."""

    def __init__(self) -> None:
        self._file = TemporaryFile("w+b")  # noqa: SIM115 - closed by close(), or with the process
        self.size = 0

    def add(self, leaves: Sequence[bytes]) -> None:
        """Take the next ones."""
        self._file.write(b"".join(leaves))
        self.size += len(leaves)

    def read(self, position: int, count: int = 1) -> list[bytes]:
        """Those from a position on, as far as there are any."""
        self._file.seek((position - 1) * HASH)
        found = self._file.read(min(count, max(0, self.size - position + 1)) * HASH)
        self._file.seek(0, 2)
        return [found[at : at + HASH] for at in range(0, len(found), HASH)]

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
