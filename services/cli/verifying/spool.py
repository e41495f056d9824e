"""Records of one length, sorted by their bytes, however many there are: sorted runs on disk, merged when read."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

RUN_BYTES = 8 * 1024 * 1024
READ_RECORDS = 4096


class Spool:
    """Takes records in any order, gives them back in order. What it needs of memory does not grow with them."""

    def __init__(self, width: int, run_bytes: int = RUN_BYTES) -> None:
        self._width = width
        self._most = max(1, run_bytes // width)
        self._run: list[bytes] = []
        self._files: list[IO[bytes]] = []

    def add(self, record: bytes) -> None:
        """Take one more record."""
        assert len(record) == self._width
        self._run.append(record)
        if len(self._run) >= self._most:
            file = TemporaryFile("w+b")  # noqa: SIM115 - closed by close(), or with the process
            file.write(b"".join(sorted(self._run)))
            self._files.append(file)
            self._run.clear()

    def __iter__(self) -> Iterator[bytes]:
        self._run.sort()
        return heapq.merge(self._run, *(self._records(file) for file in self._files))

    def _records(self, file: IO[bytes]) -> Iterator[bytes]:
        file.seek(0)
        while part := file.read(self._width * READ_RECORDS):
            yield from (part[at : at + self._width] for at in range(0, len(part), self._width))

    def close(self) -> None:
        """Give the disk back."""
        for file in self._files:
            file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
