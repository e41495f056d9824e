"""Every record of heads, worked out again from the ledger: it says of each thing what its history is.

Each by the rules it was made by. Records of the first version named the last event of every stream; those are worked
out again too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from services.cli.verifying.wrong import Wrong
from shared.eventlog.port import Recorded
from shared.tlog.bundle_v1 import head_line
from shared.tlog.membership import RULES, Told
from shared.tlog.merkle import leaf_hash, root
from shared.tlog.subjects import NotTheNext, Subjects

MARK, PUBLISHED = b".reporting.HeadsRecorded.v", b".reporting.SummaryPublished.v"
DIVERGED = b".reporting.LogDiverged.v"
SUMMARY = "vn.gov.danang.dvk.reporting.SummaryPublished."


class HeadsCheck:
    """Takes the log of reporting first, then the ledger from its first entry on."""

    def __init__(self) -> None:
        self.wrongs: list[Wrong] = []
        self.records = 0
        self.newest: dict[str, Any] | None = None
        """The newest record, if it was compared."""
        self.buckets: dict[int, bytes] = {}
        """The leaves of the buckets that are not empty, as of the newest record."""
        self.diverged: list[dict[str, Any]] = []
        """What the witness put on record of logs that were not what it had followed."""
        self.published: dict[str, int] = {}
        """Where in reporting's log each summary was published, by its hash."""
        self._told: dict[int, list[dict[str, Any]]] = {}
        self._trees: dict[int, Subjects] = {}
        """By the rules of the records that are still to come."""
        self._last: dict[tuple[str, str], tuple[int, bytes]] = {}
        """Version and leaf of the last event of each stream, by log and stream."""
        self._stopped = False

    def of_log(self, lines: Iterable[bytes]) -> None:
        """Lines of reporting's log: remembers what its records of heads say."""
        for line in lines:
            if MARK in line and (event := orjson.loads(line))["type"].startswith(
                "vn.gov.danang.dvk.reporting.Heads"
            ):
                self._told.setdefault(event["data"]["size"], []).append(event)
                if (rules := _rules_of(event)) is not None:
                    self._trees.setdefault(rules, Subjects(rules))
            elif DIVERGED in line and (event := orjson.loads(line))["type"].endswith("LogDiverged.v1"):
                self.diverged.append({"on": event["time"], **event["data"]})
            elif PUBLISHED in line and (event := orjson.loads(line))["type"].startswith(SUMMARY):
                self.published[event["data"]["sha256"]] = event["position"]

    def entry(self, number: int, entry: Recorded) -> None:
        """The next entry of the ledger; records of this size are compared."""
        if self._stopped or not self._told:
            return
        try:
            event = Told.of(entry.envelope, entry.leaf, number)
            for tree in self._trees.values():
                tree.take(event)
        except (NotTheNext, ValueError, KeyError, TypeError) as wrong:
            self._stopped = True
            vi, en = (
                "không tiếp nối sự kiện trước của luồng",
                "does not follow the event before in its stream",
            )
            self.wrongs.append(Wrong("ledger", number, vi, en, "streamversion, prev", str(wrong)))
            return
        self._last[event.log, event.stream] = event.version, entry.leaf
        for record in (told := self._told.pop(number, ())):
            self._compare(record)
            if not self._told and (rules := _rules_of(record)) is not None:
                self.newest, self.buckets = record, self._trees[rules].leaves()
        if told and len(self._trees) > 1:
            coming = {_rules_of(record) for records in self._told.values() for record in records}
            self._trees = {rules: tree for rules, tree in self._trees.items() if rules in coming}

    def finish(self, taken: int, most: int | None) -> list[Wrong]:
        """The ledger is at its end: what was found, and records of sizes that it never had.

        `taken`: how many events of reporting's log it holds; `most`: how many events all logs have, if that is known.
        A record that the ledger does not hold yet, of a size that it can still come to, waits for the next look.
        """
        told = sorted(self._told.items() if not self._stopped else ())
        for size, records in told:
            vi, en = (
                "bản ghi đầu mối nêu cỡ sổ cái không có",
                "the record of heads is of a size the ledger never had",
            )
            self.wrongs += [
                Wrong("reporting", each["position"], vi, en, "sổ cái · ledger", str(size))
                for each in records
                if each["position"] <= taken or (most is not None and size > most)
            ]
        return self.wrongs

    def _compare(self, record: dict[str, Any]) -> None:
        self.records += 1
        if (rules := _rules_of(record)) is None:
            lines = sorted(head_line(stream, *last) for (_, stream), last in self._last.items())
            count, of_all = len(lines), root([leaf_hash(line) for line in lines])
        else:
            count, of_all = self._trees[rules].record()
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


def _rules_of(record: dict[str, Any]) -> int | None:
    """The rules by which a record of subjects was made; None for one of streams. Unknown ones are tried as the newest,
    and so named as not what the ledger gives."""
    if record["type"].endswith(".v1"):
        return None
    if record["type"].endswith(".v2"):
        return 1
    return told if (told := record["data"].get("rules")) in range(1, RULES + 1) else RULES
