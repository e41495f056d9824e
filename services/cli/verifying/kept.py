"""What reporting keeps: each document of the ledger, the stored heads of all subjects, the copies of publications."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from zlib import decompress
from zlib import error as ZlibError

import orjson

from services.cli.verifying.leaves import Leaves
from services.cli.verifying.wrong import Wrong
from services.reporting.ledger.buckets import subject_of
from shared.store.mongo import Database
from shared.tlog.merkle import leaf_hash
from shared.tlog.subjects import Bucket


class LedgerDocuments:
    """Takes the documents of the ledger in order; `wrongs` holds the first thing that is wrong with them."""

    def __init__(self, served: Leaves) -> None:
        self._served = served
        self._before, self._received = "", ""
        self.count = 0
        self.wrongs: list[Wrong] = []

    def take(self, number: int, document: Mapping[str, Any]) -> None:
        """The next document."""
        self.count = number
        if not self.wrongs and (wrong := self._wrong(number, document)) is not None:
            self.wrongs.append(wrong)
        self._before, self._received = self._received, max(self._received, str(document.get("received", "")))

    def finish(self) -> None:
        """There are no more."""
        if not self.wrongs and self.count < self._served.size:
            vi, en = "MongoDB thiếu mục sổ cái", "MongoDB lacks an entry of the ledger"
            self.wrongs.append(Wrong("ledger", self.count + 1, vi, en, f"_id {self.count + 1}", "—"))

    def _wrong(self, number: int, document: Mapping[str, Any]) -> Wrong | None:
        text = str(document.get("event"))
        leaf = leaf_hash(text.encode())
        try:
            event = orjson.loads(text)
            said = (event["source"].removeprefix("/dvk/"), event["position"], leaf)
        except (ValueError, KeyError, TypeError, AttributeError):
            return _ledger(number, "không phải sự kiện", "is no event", "một sự kiện · an event", text)
        found = (document.get("source"), document.get("position"), document.get("leaf"))
        if found != said:
            vi, en = "mục sổ cái không khớp sự kiện của nó", "the entry does not fit its event"
            return _ledger(number, vi, en, _spelt(said), _spelt(found))
        served = self._served.at(number)
        if served is not None and served != leaf:
            vi, en = "mục sổ cái khác với bản dịch vụ trả ra", "the entry is not the one that is served"
            return _ledger(number, vi, en, served.hex(), leaf.hex())
        if (received := str(document.get("received"))) < self._received:
            if number > 2 and received >= self._before:  # without the one before, time would not run back
                vi, en = (
                    "thời điểm nhận muộn hơn mục sau",
                    "the time of receipt is later than that of the next entry",
                )
                return _ledger(number - 1, vi, en, f"≤ {received}", self._received)
            vi, en = "thời điểm nhận lùi lại", "the time of receipt runs back"
            return _ledger(number, vi, en, f"≥ {self._received}", received)
        return None


def _ledger(number: int, vi: str, en: str, expected: str, found: str) -> Wrong:
    return Wrong("ledger", number, vi, en, expected, found)


def _spelt(place: tuple[Any, Any, Any]) -> str:
    source, position, leaf = place
    return f"{source} {position} {leaf.hex() if isinstance(leaf, bytes) else leaf}"


async def heads_wrongs(
    database: Database, record: Mapping[str, Any] | None, leaves: Mapping[int, bytes]
) -> list[Wrong]:
    """Stored heads that are not those of the newest record: `leaves` by bucket, as worked out at its size."""
    newest = await database["subjects"].find_one({"_id": "newest"})
    if record is None:
        return [] if newest is None else [_heads("newest", "—", str(newest.get("size")))]
    data = record["data"]
    if newest is None:
        return [_heads("newest", str(data["size"]), "—")]
    if newest["size"] > data["size"]:
        return []  # made just now, and not yet in the log that was read
    found = newest["size"], newest["count"], bytes(newest["root"]).hex()
    expected = data["size"], data["count"], data["root"]
    if found != expected:
        return [_heads("newest", str(expected), str(found))]
    wrongs = await _bucket_wrongs(database, data["size"], leaves)
    later = await database["subjects"].find_one({"_id": "newest", "size": {"$gt": data["size"]}})
    return wrongs if later is None else []  # a newer record sweeps away what the older one rests on


async def _bucket_wrongs(database: Database, size: int, leaves: Mapping[int, bytes]) -> list[Wrong]:
    """The first bucket that is not what it was at this ledger size, in its leaf or in what it holds."""
    stored: dict[int, Mapping[str, Any]] = {}
    told = database["subjects"].find({"bucket": {"$exists": True}, "size": {"$lte": size}})
    async for each in told:
        if each["bucket"] not in stored or stored[each["bucket"]]["size"] < each["size"]:
            stored[each["bucket"]] = each
    for number, leaf in sorted(leaves.items()):
        each = stored.pop(number, None)
        if each is None:
            return [_heads(f"bucket {number}", leaf.hex(), "—")]
        bucket = Bucket(number, {one["name"]: subject_of(one) for one in each["subjects"]})
        lines = [bucket.line(), *([bytes(each["line"])] if "line" in each else [])]
        for kept in (bytes(each["leaf"]), *map(leaf_hash, lines)):
            if kept != leaf:
                return [_heads(f"bucket {number}", leaf.hex(), kept.hex())]
    return [_heads(f"bucket {number}", "—", "subjects") for number in sorted(stored)[:1]]


def _heads(what: str, expected: str, found: str) -> Wrong:
    vi, en = (
        f"đầu mối đang lưu không đúng ({what})",
        f"the stored heads are not what the ledger gives ({what})",
    )
    return Wrong("reporting", None, vi, en, expected, found)


async def copy_wrongs(database: Database, published: Mapping[str, int]) -> list[Wrong]:
    """Copies of what was published that are lost or changed; `published` are positions by hash."""
    wrongs: list[Wrong] = []
    for digest, position in published.items():
        document = await database["published"].find_one({"_id": digest})
        try:
            found = "—" if document is None else sha256(decompress(document["json"])).hexdigest()
        except ZlibError as error:
            found = str(error)
        if found != digest:
            vi, en = (
                "bản lưu của báo cáo đã công bố bị mất hoặc bị sửa",
                "the copy of a publication is lost or changed",
            )
            wrongs.append(Wrong("reporting", position, vi, en, digest, found))
    return wrongs
