"""The feed over HTTP: exactly the public events, from any place, as often as one asks, over a city that has lived."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response

from services.reporting.feed.public import FACTS, public_subject
from services.reporting.feed.reading import Feed
from services.reporting.feed.routes import Feeding, router
from services.reporting.ledger.ledger import Ledger, source_log
from shared.doors.access import Access
from shared.errors import Refused, Unavailable
from shared.eventlog.port import Recorded
from shared.store import mongo
from tests.reporting.keeping import Keeping
from tests.shell.test_histories import received
from tests.support import stack
from tests.support.lives import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

COSIGNED = 40
"""The witness of these tests has cosigned the awards log so far."""


def lived() -> City:
    """A city that has lived for sixteen months."""
    town = Keeping(3)
    town.found(8)
    town.live(days=500, acts=700)
    return town


def decided() -> City:
    """The same, in which each public event was recorded and then corrected."""
    town = lived()
    decisions = [e.event for e in town.ledger() if e.event.name in FACTS]
    for name in FACTS:
        like = next(e for e in decisions if e.name in (name, name.replace("Delisted", "Listed")))
        town.tell(town.awards, like.stream, name, like.data)
        said = {member: like.data.get(member) for member in ("level", "field", "unit", "model", "model_name")}
        for corrected in (name, "ListingOpened"):
            said |= {"corrected_type": corrected, "corrects": like.id, "on": town.today, "reason": "Gõ nhầm"}
            town.tell(town.awards, like.stream, "RecordCorrected", {**said, "changes": {"reason": "Khác"}})
    return town


class Everybody:
    """An access that lets everybody in: who may is the matter of the matrix."""

    async def reader(self, _request: Request, _kind: str) -> None:
        """Whoever comes."""


@dataclass
class Reader:
    """Somebody who reads the feed, and what is public by the plainest reading of the whole log."""

    http: httpx.AsyncClient
    ledger: Ledger
    town: City
    log: list[Recorded] = field(default_factory=list[Recorded])

    @property
    def public(self) -> list[Recorded]:
        """What may be told."""
        told = [e for e in self.log if e.name in FACTS]
        corrected = [e for e in self.log if e.name == "RecordCorrected" and e.data["corrected_type"] in FACTS]
        return sorted([*told, *corrected], key=lambda event: event.position)

    async def lines(self, path: str = "/feed", **params: Any) -> list[dict[str, Any]]:
        """One page."""
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return [orjson.loads(line) for line in answer.content.splitlines()]

    async def everything(self, **params: Any) -> list[dict[str, Any]]:
        """All pages, by the links alone."""
        found: list[dict[str, Any]] = []
        answer = await self.http.get("/feed", params=params)
        for _ in range(1000):
            found += [orjson.loads(line) for line in answer.content.splitlines()]
            onward = answer.links["next"]["url"]
            if onward == str(answer.url.raw_path, "ascii"):
                return found
            answer = await self.http.get(onward)
        raise AssertionError("the links never end")

    async def refused(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and code."""
        answer = await self.http.get(path, headers=headers)
        return answer.status_code, answer.json()["code"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(servers: stack.Servers, mongo_url: str) -> AsyncIterator[Reader]:
    town, name = decided(), f"test_{uuid4().hex[:12]}"
    registered = {e.event.data["unit"] for e in town.ledger() if e.event.name == "UnitRegistered"}
    client = mongo.connect(mongo_url, "pymongo")
    await received(client, name, town.ledger())
    handle = mongo.database(client, name)
    ledger = Ledger(handle, lambda: "2028-01-01T00:00:00.000000Z")
    await ledger.start()

    async def is_unit(unit: str) -> bool:
        return unit in registered

    async def prove(service: str, position: int) -> bytes | None:
        return b"%s %d" % (service.encode(), position) if position <= COSIGNED else None

    feeding = Feeding(
        Feed(source_log(handle, "awards"), ledger), cast(Access, Everybody()), is_unit, lambda: "2028-01-01", prove
    )  # fmt: skip
    app = FastAPI()
    app.include_router(router(feeding))

    async def problem(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused | Unavailable)
        return Response(orjson.dumps({"code": error.code}), error.status)

    app.add_exception_handler(Refused, problem)
    app.add_exception_handler(Unavailable, problem)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting") as http:
        yield Reader(http, ledger, town, [e.event for e in town.ledger() if e.source == "awards"])
    await mongo.close(client)
    stack.drop_databases(servers, name)


async def test_it_tells_exactly_the_public_events_in_order_byte_for_byte(reader: Reader) -> None:
    answer = await reader.http.get("/feed")

    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content.splitlines() == [event.raw for event in reader.public]
    told = {event.name for event in reader.public}
    assert told == {*FACTS, "RecordCorrected"}, "the city has lived too little to show all of it"
    assert {e.name for e in reader.log} - told, "nothing was held back"


@pytest.mark.parametrize("limit", (1, 7, 1000))
async def test_whoever_follows_the_links_comes_to_the_end_and_misses_nothing(
    reader: Reader, limit: int
) -> None:
    found = await reader.everything(limit=limit)

    assert [event["position"] for event in found] == [event.position for event in reader.public]


async def test_it_begins_at_a_position_and_at_a_day(reader: Reader) -> None:
    middle = reader.public[len(reader.public) // 2]
    on_from = [e.position for e in reader.public if e.position >= middle.position]
    assert [e["position"] for e in await reader.everything(**{"from": middle.position})] == on_from
    assert [e["position"] for e in await reader.everything(since=middle.time)] == on_from

    later = [e.position for e in reader.public if e.time >= "2027-02-28T17:00:00"]
    found = await reader.everything(since="2027-03-01")
    assert later and [e["position"] for e in found] == later, (
        "the city's day begins seven hours before that of UTC"
    )
    assert await reader.everything(since="2028-01-01") == []


@pytest.mark.parametrize("member", ("level", "field", "unit"))
async def test_a_filter_keeps_what_it_names_with_its_corrections(reader: Reader, member: str) -> None:
    for value in {e.data[member] for e in reader.public if member in e.data}:
        found = await reader.everything(**{member: value})
        wanted = [e.position for e in reader.public if e.data.get(member) == value]
        assert [event["position"] for event in found] == wanted, value


async def test_who_wants_one_kind_of_event_has_what_corrects_it_too(reader: Reader) -> None:
    found = await reader.everything(event=["ModelRecognised", "RecognitionRevoked"])

    names = {event["type"].split(".")[-2] for event in found}
    assert names == {"ModelRecognised", "RecognitionRevoked", "RecordCorrected"}
    assert {e["data"]["corrected_type"] for e in found if "corrected_type" in e["data"]} <= {
        "ModelRecognised",
        "RecognitionRevoked",
    }


async def test_what_was_not_changed_is_not_sent_again(reader: Reader) -> None:
    first = await reader.http.get("/feed")
    tag = first.headers["etag"]

    again = await reader.http.get("/feed", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.links == first.links
    other = await reader.http.get("/feed?limit=3", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def test_with_proofs_it_ends_where_nobody_has_cosigned_yet(reader: Reader) -> None:
    answer = await reader.http.get("/feed?proof=1")

    lines = [orjson.loads(line) for line in answer.content.splitlines()]
    proven = [event for event in reader.public if event.position <= COSIGNED]
    following = next(event.position for event in reader.public if event.position > COSIGNED)
    assert proven and [line["event"]["position"] for line in lines] == [e.position for e in proven]
    assert [line["proof"] for line in lines] == [f"awards {e.position}" for e in proven]
    assert answer.links["next"]["url"] == f"/feed?from={following}&proof=1"


async def test_live_tells_the_same_and_goes_on_after_the_last_id(reader: Reader) -> None:
    whole = parsed((await reader.http.get("/feed/live?wait=0")).text)
    assert [(e["id"], e["event"], e["data"].encode()) for e in whole if "data" in e] == [
        (str(e.position), e.type, e.raw) for e in reader.public
    ]
    assert whole[-1] == {"id": str(len(reader.log))}, "how far it looked, told to nobody but kept"

    last = reader.public[-3]
    rest = await reader.http.get("/feed/live?wait=0&from=1", headers={"Last-Event-ID": str(last.position)})
    assert [e["id"] for e in parsed(rest.text) if "data" in e] == [
        str(e.position) for e in reader.public[-2:]
    ]


def parsed(text: str) -> list[dict[str, str]]:
    """Events of a stream, as the standard reads them."""
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block
    ]
    assert blocks[0] == {"retry": "3000"}
    return blocks[1:]


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("from=0", (422, "query.malformed")),
        ("from=-1", (422, "query.malformed")),
        ("from=1&from=2", (422, "query.malformed")),
        ("from=%D9%A1", (422, "query.malformed")),
        ("from=1&since=2027-01-01", (422, "feed.from-with-since")),
        ("since=2027-01-01&since=2027-01-02", (422, "query.malformed")),
        ("since=2027-02-30", (422, "date.malformed")),
        ("since=2027-03-01T00:00:00", (422, "date.malformed")),
        ("since=2029-01-01", (422, "date.in-future")),
        ("event=RecognitionOpened", (422, "query.malformed")),
        ("event=RecordCorrected", (422, "query.malformed")),
        ("event=ModelRecognised,ModelListed", (422, "query.malformed")),
        ("level=ward", (422, "query.malformed")),
        ("field=none", (422, "query.malformed")),
        ("unit=khong-co", (404, "unit.unknown")),
        ("limit=0", (422, "query.malformed")),
        ("limit=1001", (422, "query.malformed")),
        ("proof=0", (422, "query.malformed")),
    ],
)
async def test_what_cannot_be_meant_is_refused(reader: Reader, query: str, refusal: tuple[int, str]) -> None:
    assert await reader.refused(f"/feed?{query}") == refusal


@pytest.mark.parametrize("last", ("-1", "x", "1e3", "9" * 16, "1,2"))
async def test_an_id_that_was_never_given_is_refused(reader: Reader, last: str) -> None:
    assert await reader.refused("/feed/live?wait=0", **{"Last-Event-ID": last}) == (422, "query.malformed")


async def test_the_public_subject_has_six_tokens_and_says_what_it_corrects(reader: Reader) -> None:
    for event in reader.public:
        fact = event.data.get("corrected_type", event.name)
        how = "corrected" if event.name == "RecordCorrected" else "recorded"
        about = [event.data.get(member) or "_" for member in ("level", "field", "unit")]
        assert public_subject(event, fact) == ".".join(["dvk.public", fact, how, *about])
