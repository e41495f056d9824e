"""One log, line by line: what its bytes alone can show.

`LogCheck` takes the lines of `/log/entries` in order and finds: bytes that are not canonical, members that are missing
or strange, a source that is another's, gaps in positions, time that runs back, unknown types; at the end gaps and
wrong links in streams, command ids that come twice. It keeps a few hashes per level of the tree, never the events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, cast

from services.cli.verifying.spool import Spool
from services.cli.verifying.wrong import Wrong, shown
from shared.errors import CorruptHistory
from shared.tlog.canonical import OutsideProfile, canonical
from shared.tlog.merkle import Frontier, leaf_hash
from shared.tlog.quick import loads

ALWAYS = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position", "streamversion"}
    | {"actor", "commandid", "data"}
)
SOMETIMES = frozenset({"prev", "actorrole", "actorunit", "correlationid", "causationid"})
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
HASH = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_WRONGS = 20
WIRE_TYPE = re.compile(r"vn\.gov\.danang\.dvk\.[a-z]+\.[A-Za-z]+\.v[1-9][0-9]*")
NO_PREV = bytes(32)

Known = Callable[[str], object]
"""Whether a type is known: CorruptHistory when it is not."""


def spelt(kind: str) -> None:
    """Enough for who does not count what the events say: it is spelt as a type of ours."""
    if not WIRE_TYPE.fullmatch(kind):
        raise CorruptHistory(f"not a type of ours: {kind!r}")


class LogCheck:
    """Checks one log. `wrongs` is what was found so far; more than twenty would say nothing more."""

    def __init__(self, service: str, known: Known) -> None:
        self.service = service
        self._is_known = known
        self.size = 0
        self.bytes = 0
        self.wrongs: list[Wrong] = []
        self._frontier = Frontier()
        self._time = ""
        self._types: set[str] = set()
        self._streams = Spool(16 + 8 + 8 + 32 + 32)
        self._commands = Spool(16 + 8)

    def take(self, lines: Sequence[bytes]) -> list[bytes]:
        """The next lines of the log; their leaf hashes."""
        leaves: list[bytes] = []
        for line in lines:
            leaf = leaf_hash(line)
            leaves.append(leaf)
            self.size += 1
            self.bytes += len(line)
            self._event(line, leaf)
        self._frontier = self._frontier.extend(leaves)
        return leaves

    def root(self) -> bytes:
        """The root of the tree of all lines so far."""
        return self._frontier.root()

    def finish(self) -> None:
        """Look at the streams and command ids as a whole; call it once, at the end."""
        self._links()
        self._repeated()
        self._streams.close()
        self._commands.close()

    # --- one event -------------------------------------------------------------------------------

    def _event(self, line: bytes, leaf: bytes) -> None:
        event = self._read(line)
        if event is None:
            return
        if event["source"] != f"/dvk/{self.service}":
            self._wrong(
                "sự kiện của nguồn khác",
                "an event of another source",
                f"/dvk/{self.service}",
                event["source"],
            )
        if event["position"] != self.size:
            self._wrong(
                "vị trí không liền nhau", "positions have a gap", str(self.size), str(event["position"])
            )
        self._known(event["type"])
        if event["time"] < self._time:
            self._wrong("thời gian lùi lại", "time runs back", f"≥ {self._time}", event["time"])
        self._time = max(self._time, event["time"])
        version = event["streamversion"]
        prev = event.get("prev")
        if (version == 1) != (prev is None):
            expected = "không có prev · no prev" if version == 1 else "prev"
            self._wrong(
                "prev không khớp streamversion", "prev does not fit streamversion", expected, str(prev)
            )
        place = self.size.to_bytes(8, "big")
        stream = blake2b(event["subject"].encode(), digest_size=16).digest()
        linked = NO_PREV if prev is None else bytes.fromhex(prev)
        self._streams.add(stream + version.to_bytes(8, "big") + place + linked + leaf)
        self._commands.add(bytes.fromhex(event["commandid"].replace("-", "")) + place)

    def _read(self, line: bytes) -> dict[str, Any] | None:
        try:
            event: Any = loads(line)
        except ValueError as error:
            self._wrong("không phải JSON", "is not JSON", "một sự kiện · an event", f"{error}: {shown(line)}")
            return None
        try:
            again = canonical(event)
        except OutsideProfile as outside:
            self._wrong("ngoài dạng chuẩn tắc", "is outside the canonical profile", "RFC 8785", str(outside))
            return None
        if again != line:
            self._wrong("không ở dạng chuẩn tắc", "is not in canonical form", shown(again), shown(line))
        if (strange := strangeness(event)) is not None:
            self._wrong("phong bì sự kiện sai", "the envelope is wrong", strange[0], strange[1])
            return None
        return event

    def _known(self, kind: str) -> None:
        if kind in self._types:
            return
        try:
            self._is_known(kind)
        except CorruptHistory as unknown:
            self._wrong(
                "loại sự kiện không biết", "the type is not known", f"…dvk.{self.service}.…", str(unknown)
            )
            return
        if kind.split(".")[4] != self.service:
            self._wrong("loại của dịch vụ khác", "a type of another service", f"…dvk.{self.service}.…", kind)
            return
        self._types.add(kind)

    # --- all of them -----------------------------------------------------------------------------

    def _links(self) -> None:
        stream, version, leaf = b"", 0, NO_PREV
        for record in self._streams:
            if record[:16] != stream:
                stream, version, leaf = record[:16], 0, NO_PREV
            found, place = int.from_bytes(record[16:24], "big"), int.from_bytes(record[24:32], "big")
            if found != version + 1:
                self._wrong(
                    "phiên bản của luồng không liền nhau",
                    "stream versions have a gap",
                    str(version + 1),
                    str(found),
                    place,
                )
            elif record[32:64] != leaf:
                expected, there = (value.hex() if any(value) else "—" for value in (leaf, record[32:64]))
                self._wrong(
                    "prev không phải lá của sự kiện trước cùng luồng",
                    "prev is not the leaf of the event before it in its stream",
                    expected,
                    there,
                    place,
                )
            version, leaf = found, record[64:96]

    def _repeated(self) -> None:
        command, first = b"", 0
        for record in self._commands:
            place = int.from_bytes(record[16:], "big")
            if record[:16] == command:
                self._wrong(
                    "mã lệnh đã dùng trước đó",
                    "the command id was used before",
                    "mỗi mã lệnh một sự kiện · one event per command",
                    f"{command.hex()}, vị trí {first}",
                    place,
                )
            else:
                command, first = record[:16], place

    def _wrong(self, vi: str, en: str, expected: str, found: str, position: int | None = None) -> None:
        if len(self.wrongs) < MOST_WRONGS:
            self.wrongs.append(Wrong(self.service, position or self.size, vi, en, expected, found))


def strangeness(event: Any) -> tuple[str, str] | None:
    """(expected, found) of the first thing that is wrong with an envelope."""
    if not isinstance(event, dict):
        return "một đối tượng · an object", type(event).__name__
    return _strange(cast("dict[str, Any]", event))


def _strange(event: dict[str, Any]) -> tuple[str, str] | None:
    if missing := sorted(ALWAYS - event.keys()):
        return ", ".join(missing), "thiếu · missing"
    if more := sorted(event.keys() - ALWAYS - SOMETIMES):
        return "không có thành phần khác · no other members", ", ".join(more)
    if event["specversion"] != "1.0" or event["datacontenttype"] != "application/json":
        return "specversion 1.0, application/json", f"{event['specversion']}, {event['datacontenttype']}"
    for member, form in (("time", TIME), ("prev", HASH), ("commandid", UUID), ("id", UUID)):
        value = event.get(member)
        if member in event and not (isinstance(value, str) and form.fullmatch(value)):
            return f"{member}: {form.pattern}", str(value)
    for member in ("position", "streamversion"):
        if type(event[member]) is not int or event[member] < 1:
            return f"{member} ≥ 1", str(event[member])
    for member in ("source", "type", "subject", "actor"):
        if not isinstance(event[member], str) or not event[member]:
            return f"{member}: văn bản · text", str(event[member])
    return None if isinstance(event["data"], dict) else ("data: {…}", type(event["data"]).__name__)
