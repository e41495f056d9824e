"""`dvk verify report FILE`: a publication with its proof, every figure of it counted again here from the events.

In this order: the file is spelt as such files are; the publication stands in reporting's log; the summary has the hash
that was published; the ledger's entries have the root that was published; of each log they are its first events, all of
them, as a checkpoint vouches that convinces the policy; the calculation of the summary's rules gives what it says.
Nothing that reporting keeps is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any, cast

import orjson

from services.cli.verifying.check import LogCheck
from services.cli.verifying.events import Checked, Stop, check_proof, event_of
from services.cli.verifying.wrong import Wrong
from services.reporting.facts.entry import Entry
from services.reporting.facts.spelling import city_day
from services.reporting.queries.baseline import beside
from services.reporting.store.recount import Recount, differences
from shared.errors import CorruptHistory, Refused
from shared.eventlog.port import Recorded, recorded
from shared.process.settings import SERVICES
from shared.tlog.checkpoint import SignedCheckpoint
from shared.tlog.merkle import ProofRefused, leaf_hash, root, verify_consistency
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.publication import Publication
from shared.tlog.witness import Refusal
from shared.tlog.witness import read as read_request

PUBLISHED = "vn.gov.danang.dvk.reporting.SummaryPublished."
MOST_WRONGS = 20
MOST_DAYS = 400
"""So many days after the last event a publication is looked at, no more."""
TOGETHER = 1024


@dataclass
class Proven:
    """What was found of a publication."""

    publication: Publication
    checked: Checked
    event: Recorded | None = None
    recount: Recount | None = None
    """The ledger counted again; None when something is wrong before it comes to that."""
    heard: str = ""
    """The day on which the last entry came, as the figures show."""
    figures: int = 0
    """How many figures were counted again and came out as published."""
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    """How many events of each log the figures rest on."""

    @property
    def wrongs(self) -> list[Wrong]:
        """What is wrong; what is found first stands first."""
        return self.checked.wrongs

    def json(self) -> dict[str, Any]:
        """For a script."""
        told = self.checked.json()
        return {name: told[name] for name in ("ok", "kind", "id", "as_of", "wrongs")} | {
            "ledger_size": self.publication.about.ledger_size, "figures": self.figures, "events": self.sizes,
        }  # fmt: skip


def check(raw: bytes, policy: Policy) -> Proven:
    """Everything about such a file; NoteRefused when it is none."""
    publication = Publication.parse(raw)
    about = publication.about
    found = Proven(publication, Checked(1, "publication", str(about.ident), len(publication.entries)))
    try:
        found.event = _published(publication, found.checked, policy)
        _in_the_logs(publication, found, policy)
        found.recount = asyncio.run(_counted(publication))
        _as_counted(found)
    except Stop as stop:
        found.wrongs.append(stop.wrong)
    return found


def _published(publication: Publication, checked: Checked, policy: Policy) -> Recorded:
    """The event that published it: logged, and of this summary and this ledger."""
    event, about = event_of(publication.event, 0), publication.about
    if not event.type.startswith(PUBLISHED):
        raise Stop("event.json", event.position, "không phải SummaryPublished", "is not a SummaryPublished",
                   PUBLISHED, event.type)  # fmt: skip
    checked.as_of = check_proof(event, publication.proof, checked, policy)
    data = event.data
    expected = data["publication"], data["ledger_size"], data["sha256"], data["root"], data["ledger_size"]
    leaves = [leaf_hash(entry) for entry in publication.entries]
    digest = sha256(publication.summary).hexdigest()
    found = about.ident, about.ledger_size, digest, root(leaves).hex(), len(leaves)
    names = (
        ("mã công bố", "the publication"), ("cỡ sổ cái", "the ledger size"),
        ("mã băm của báo cáo", "the hash of the summary"), ("gốc cây của sổ cái", "the root of the ledger"),
        ("số mục sổ cái", "the number of entries"),
    )  # fmt: skip
    for (vi, en), one, other in zip(names, expected, found, strict=True):
        if one != other:
            raise Stop("report", None, f"{vi} không phải như đã công bố", f"{en} is not what was published",
                       str(one), str(other))  # fmt: skip
    return event


def _in_the_logs(publication: Publication, found: Proven, policy: Policy) -> None:
    """Each log's events in the ledger are its first ones without a gap, and a cosigned checkpoint continues them."""
    logs = {service: LogCheck(service) for service in SERVICES}
    for number, line in enumerate(publication.entries, start=1):
        logs[event_of(line, number).service].take([line])
    sizes = found.sizes = {service: log.size for service, log in logs.items() if log.size}
    if sizes.keys() != publication.logs.keys():
        raise Stop("logs", None, "chứng cứ không phải của các nhật ký này", "the proofs are not of these logs",
                   ", ".join(sizes), ", ".join(publication.logs))  # fmt: skip
    for service in sizes:
        log = logs[service]
        log.finish()
        if log.wrongs:
            wrong = log.wrongs[0]
            raise Stop(wrong.log, wrong.position, wrong.vi, wrong.en, wrong.expected, wrong.found)
        _continued(service, log, publication.logs[service], policy)


def _continued(service: str, log: LogCheck, body: bytes, policy: Policy) -> SignedCheckpoint:
    request = read_request(body)
    try:
        if isinstance(request, Refusal) or request.raw != body or request.old != log.size:
            raise NoteRefused("request.malformed", f"logs/{service}.add-checkpoint is not of size {log.size}")
        signed = policy.judge(request.note.raw)
        checkpoint = signed.checkpoint
        if checkpoint.origin.rpartition("/")[2] != service:
            raise NoteRefused("checkpoint.foreign", checkpoint.origin)
        verify_consistency(log.size, checkpoint.size, log.root(), checkpoint.root, request.proof)
    except (NoteRefused, ProofRefused) as refused:
        raise Stop(service, log.size, "sự kiện không phải của nhật ký đã đồng ký",
                   "these are not the events of a cosigned log", f"logs/{service}.add-checkpoint", str(refused),
                   ) from None  # fmt: skip
    return signed


async def _counted(publication: Publication) -> Recount:
    """The ledger counted again from its first entry."""
    recount, entries = Recount(), publication.entries
    try:
        for at in range(0, len(entries), TOGETHER):
            some = [recorded(line) for line in entries[at : at + TOGETHER]]
            told = [Entry(number, event.time, event) for number, event in enumerate(some, start=at + 1)]
            await recount.take(told)
    except CorruptHistory as error:
        raise Stop(
            "ledger", None, "không tính lại được", "cannot be counted", "sự kiện · events", str(error)
        ) from error
    return recount


def _as_counted(found: Proven) -> None:
    """Every figure of the summary is what the calculation of its rules gives."""
    said: dict[str, Any] = orjson.loads(found.publication.summary)
    try:
        found.heard, wrongs = _counted_on_some_day(found, said)
    except Refused as refused:
        raise Stop(
            "report", None, "không tính lại được", "cannot be counted", "rules", refused.code
        ) from None
    for place, expected, there in wrongs:
        vi, en = f"{place} không đúng với các sự kiện", f"{place} is not what the events give"
        found.wrongs.append(Wrong("report", None, vi, en, str(expected), str(there)))
    if not wrongs:
        found.figures = sum(1 for _ in numbers(said))


def _counted_on_some_day(found: Proven, said: Mapping[str, Any]) -> tuple[str, list[tuple[str, Any, Any]]]:
    """The day on which the last entry must have come, else the first possible; with what differs then."""
    assert found.recount is not None and found.event is not None
    first: list[tuple[str, Any, Any]] | None = None
    days = _days(found.publication.entries, found.event)
    for day in days:
        wrongs = list(islice(differences(found.recount.summary(said, beside(), day), said), MOST_WRONGS))
        if not wrongs:
            return day, []
        first = wrongs if first is None else first
    return days[0], first or []


def _days(entries: Sequence[bytes], event: Recorded) -> list[str]:
    """The days on which the last entry can have come: it was there before the publication was recorded."""
    begin = date.fromisoformat(city_day(recorded(entries[-1]).time if entries else event.time))
    most = (date.fromisoformat(city_day(event.time)) - begin).days
    return [(begin + timedelta(number)).isoformat() for number in range(min(max(most, 0), MOST_DAYS) + 1)]


def numbers(document: Any) -> Iterator[int]:
    """Every number in a document, each by itself."""
    match document:
        case dict():
            for value in cast("Mapping[str, Any]", document).values():
                yield from numbers(value)
        case list():
            for value in cast("list[Any]", document):
                yield from numbers(value)
        case int() if not isinstance(document, bool):
            yield document
        case _:
            return
