"""Every record of heads, worked out again from the ledger: it says of each thing what its history is.

Records of the first version named the last event of every stream; those are worked out again too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from services.cli.verifying.wrong import Wrong
from shared.tlog.bundle_v1 import head_line
from shared.tlog.membership import Told
from shared.tlog.merkle import leaf_hash, root
from shared.tlog.subjects import NotTheNext, Subjects

MARK = b".reporting.HeadsRecorded.v"


class HeadsCheck:
    """Takes the log of reporting first, then the ledger from its first entry on."""

    def __init__(self) -> None:
        self.wrongs: list[Wrong] = []
        self.records = 0
        self._told: dict[int, list[dict[str, Any]]] = {}
        self._subjects = Subjects()
        self._last: dict[tuple[str, str], bytes] = {}
        self._stopped = False

    def of_log(self, lines: Iterable[bytes]) -> None:
        """Lines of reporting's log: remembers what its records of heads say."""
        for line in lines:
            if MARK in line and (event := orjson.loads(line))["type"].startswith(
                "vn.gov.danang.dvk.reporting.Heads"
            ):
                self._told.setdefault(event["data"]["size"], []).append(event)

    def entry(self, number: int, line: bytes, leaf: bytes) -> None:
        """The next entry of the ledger; records of this size are compared."""
        if self._stopped or not self._told:
            return
        try:
            event = Told.of(orjson.loads(line), leaf, number)
            self._subjects.take(event)
        except (NotTheNext, ValueError, KeyError, TypeError) as wrong:
            self._stopped = True
            vi, en = (
                "không tiếp nối sự kiện trước của luồng",
                "does not follow the event before in its stream",
            )
            self.wrongs.append(Wrong("ledger", number, vi, en, "streamversion, prev", str(wrong)))
            return
        self._last[event.log, event.stream] = head_line(event.stream, event.version, leaf)
        for record in self._told.pop(number, ()):
            self._compare(record)

    def finish(self) -> list[Wrong]:
        """The ledger is at its end: what was found, and records of sizes that it never had."""
        for size, records in sorted(self._told.items() if not self._stopped else ()):
            vi, en = (
                "bản ghi đầu mối nêu cỡ sổ cái không có",
                "the record of heads is of a size the ledger never had",
            )
            self.wrongs += [
                Wrong("reporting", each["position"], vi, en, "sổ cái · ledger", str(size)) for each in records
            ]
        return self.wrongs

    def _compare(self, record: dict[str, Any]) -> None:
        self.records += 1
        if record["type"].endswith(".v1"):
            lines = sorted(self._last.values())
            count, of_all = len(lines), root([leaf_hash(line) for line in lines])
        else:
            count, of_all = self._subjects.record()
        found = record["data"]["count"], record["data"]["root"]
        if found != (count, of_all.hex()):
            vi, en = (
                "bản ghi đầu mối không đúng với sổ cái",
                "the record of heads is not what the ledger gives",
            )
            self.wrongs.append(
                Wrong(
                    "reporting",
                    record["position"],
                    vi,
                    en,
                    f"{count} {of_all.hex()}",
                    f"{found[0]} {found[1]}",
                )
            )
