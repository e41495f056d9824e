"""Webhooks: an agency is told everything once it can be, in order and signed, whatever its server does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, cast
from uuid import uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

from services.reporting.feed.hooks.hook import ALARM_SECONDS, BACKOFF, DEAD_SECONDS, OVERLAP_SECONDS
from services.reporting.feed.hooks.keeping import HELD_SECONDS, Kept
from services.reporting.feed.hooks.routes import Registering, router
from services.reporting.feed.hooks.sending import Sender
from services.reporting.feed.hooks.signing import Sealing
from services.reporting.feed.hooks.telling import Telling
from services.reporting.feed.public import fact_of
from services.reporting.feed.reading import Feed
from services.reporting.ledger.ledger import Ledger, source_log
from shared.doors.access import Access
from shared.errors import Refused
from shared.eventlog.port import Recorded
from shared.process import alarms
from shared.process.ids import unix_time
from shared.store import mongo
from tests.shell.test_feed import decided
from tests.shell.test_histories import received
from tests.support import stack
from tests.support.receiver import Receiver, receiving
from tests.support.service import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = (ip_network("127.0.0.0/8"),)
SEED = bytes(32)
WEEK = 7 * 86_400


class Everybody:
    """An access that lets everybody in: who may is the matter of the matrix."""

    async def reader(self, _request: Request, _kind: str) -> None:
        """Whoever comes."""


@dataclass
class Clock:
    """The machine's time, and how far a test is beyond it."""

    beyond: int = 0

    def __call__(self) -> int:
        return unix_time() + self.beyond


@dataclass
class Office:
    """Reporting's part that tells agencies, its ledger, and the operator's door."""

    feed: Feed
    public: list[Recorded]
    database: mongo.Database
    clock: Clock = field(default_factory=Clock)
    opened: list[Telling] = field(default_factory=list[Telling])

    def process(self, seed: bytes = SEED) -> Telling:
        """One process of the service; another one with each call."""
        kept = Kept(self.database, uuid4().hex)
        self.opened.append(Telling(self.feed, kept, Sender(HERE), Sealing(seed), self.clock))
        return self.opened[-1]

    def door(self, telling: Telling) -> httpx.AsyncClient:
        """The operator's routes."""

        async def is_unit(unit: str) -> bool:
            return unit != "khong-co"

        registering = Registering(
            telling, self.feed, cast(Access, Everybody()), is_unit, lambda: "2028-01-01", lambda: str(uuid4())
        )
        app = FastAPI()
        app.include_router(router(registering))

        async def problem(_request: Request, error: Exception) -> Response:
            assert isinstance(error, Refused)
            return Response(orjson.dumps({"code": error.code, **error.details}), error.status)

        app.add_exception_handler(Refused, problem)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reporting")

    async def add(self, telling: Telling, url: str, name: str = "so-noi-vu", **said: Any) -> str:
        """Register an agency; its secret."""
        async with self.door(telling) as door:
            answer = await door.post("/webhooks", json={"agency": name, "url": url, **said})
        assert answer.status_code == 200, answer.text
        return answer.json()["secret"]

    async def does(self, telling: Telling, method: str, path: str, **body: Any) -> Any:
        """One act of the operator."""
        async with self.door(telling) as door:
            answer = await door.request(method, f"/webhooks{path}", json=body or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def told(self, telling: Telling, name: str = "so-noi-vu") -> None:
        """Tell until there is nothing more, or something failed."""
        while await telling.step(name) == 0.0:
            pass

    async def shown(self, telling: Telling, name: str = "so-noi-vu") -> dict[str, Any]:
        return next(hook for hook in await telling.shown() if hook["name"] == name)

    @property
    def positions(self) -> list[int]:
        return [event.position for event in self.public]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(
    servers: stack.Servers, mongo_url: str
) -> AsyncIterator[tuple[mongo.Client, str, list[Recorded]]]:
    name, client = f"test_{uuid4().hex[:12]}", mongo.connect(mongo_url, "pymongo")
    entries = decided().ledger()
    await received(client, name, entries)
    yield client, name, [entry.event for entry in entries if fact_of(entry.event) is not None]
    await mongo.close(client)
    stack.drop_databases(servers, name)


@pytest_asyncio.fixture(loop_scope="module")
async def office(city: tuple[mongo.Client, str, list[Recorded]]) -> AsyncIterator[Office]:
    client, name, public = city
    handle = mongo.database(client, name)
    await handle["webhooks"].delete_many({})
    ledger = Ledger(handle, lambda: "2028-01-01T00:00:00.000000Z")
    await ledger.start()
    found = Office(Feed(source_log(handle, "awards"), ledger), public, handle)
    yield found
    for telling in found.opened:
        await telling.sender.close()


@pytest.fixture
def agency() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


async def test_it_is_told_exactly_what_is_public_in_order_byte_for_byte_and_signed(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    secret = await office.add(telling, agency.url)

    await office.told(telling)

    assert [one.body for one in agency.came] == [event.raw for event in office.public]
    assert [one.id for one in agency.came] == [event.id for event in office.public]
    for one in agency.came:
        assert Webhook(secret).verify(one.body, dict(one.headers)) == orjson.loads(one.body)
        assert one.headers["content-type"] == "application/cloudevents+json"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(agency.came[0].body + b" ", dict(agency.came[0].headers))
    shown = await office.shown(telling)
    assert (shown["state"], shown["lag"]) == ("running", 0)
    assert shown["delivered"]["position"] == office.positions[-1]


async def test_it_is_told_only_of_what_it_asked_for_with_corrections_of_that(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    await office.add(telling, agency.url, event=["ModelListed"], level=["city"])

    await office.told(telling)

    wanted = [e for e in office.public if fact_of(e) == "ModelListed" and e.data.get("level") == "city"]
    assert wanted and [one.body for one in agency.came] == [event.raw for event in wanted]


@pytest.mark.parametrize("status", (500, 503, 404, 401, 302, 429, 304))
async def test_what_was_not_taken_is_sent_again_before_anything_after_it(
    office: Office, agency: Receiver, status: int
) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    agency.answers = [204, 200, status, status]

    await office.told(telling)
    assert agency.positions == office.positions[:3]
    shown = await office.shown(telling)
    assert (shown["state"], shown["attempts"], shown["reason"]) == ("failing", 1, f"HTTP {status}")
    assert shown["position"] < office.positions[2]
    await office.told(telling)
    assert len(agency.came) == 3, "it is not tried before its time"

    for pause in BACKOFF[:2]:
        office.clock.beyond += pause
        await office.told(telling)
    assert agency.positions == [*office.positions[:2], *[office.positions[2]] * 2, *office.positions[2:]]
    assert len({one.id for one in agency.came[2:5]}) == 1, "the same id however often"
    assert (await office.shown(telling))["state"] == "running"


async def test_three_weeks_away_it_gets_everything_in_order_soon_after_it_is_back(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    agency.answers, agency.status = [204] * 3, 500
    await office.told(telling)
    attempts = 0

    pauses = [BACKOFF[-1]] * 24 + [86_400] * 20  # each hour of a day, and then a time of each day
    for number, pause in enumerate(pauses):
        office.clock.beyond += pause + HELD_SECONDS
        if number % 8 == 0:
            telling = office.process()  # the service was started anew
        before = len(agency.came)
        await office.told(telling)
        attempts += len(agency.came) - before
    assert attempts == len(pauses), "once an hour, and never the next one"
    assert set(agency.positions[3:]) == {office.positions[3]}

    agency.came.clear()
    agency.status = 204
    office.clock.beyond += BACKOFF[-1]
    await office.told(telling)
    assert agency.positions == office.positions[3:]


async def test_a_month_without_a_delivery_ends_the_trying_with_an_alarm_and_loses_nothing(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    agency.status = 500

    async def told() -> list[dict[str, Any]]:
        return list(alarms.of_rows([await telling.status()]))

    await office.told(telling)
    assert await told() == []
    office.clock.beyond += ALARM_SECONDS
    await office.told(telling)
    assert [alarm["code"] for alarm in await told()] == ["webhook.failing"]
    office.clock.beyond += DEAD_SECONDS
    await office.told(telling)
    assert [(alarm["code"], alarm["reason"]) for alarm in await told()] == [("webhook.disabled", "HTTP 500")]
    shown = await office.shown(telling)
    assert (shown["state"], shown["disabled"], shown["position"]) == ("disabled", "dead", 0)

    agency.came.clear()
    agency.status = 204
    office.clock.beyond += WEEK
    await office.told(telling)
    assert agency.came == [], "until somebody says so"
    await office.does(telling, "POST", "/so-noi-vu/resume")
    await office.told(telling)
    assert agency.positions == office.positions
    assert await told() == []


async def test_whoever_answers_gone_is_asked_no_more(office: Office, agency: Receiver) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    agency.answers = [204, 410]

    await office.told(telling)
    office.clock.beyond += WEEK
    await office.told(telling)

    shown = await office.shown(telling)
    assert (len(agency.came), shown["state"], shown["disabled"]) == (2, "disabled", "gone")


async def test_it_waits_as_long_as_the_agency_asks_but_no_longer_than_an_hour(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    for asked, waits in (("120", 120), ("999999", BACKOFF[-1]), ("-1", BACKOFF[2]), ("soon", BACKOFF[3])):
        agency.answers, agency.more = [429], {"retry-after": asked}
        await office.told(telling)
        assert (await office.shown(telling))["next"] - office.clock() in (waits, waits - 1), asked
        office.clock.beyond += waits


async def test_a_secret_is_changed_while_both_are_good(office: Office, agency: Receiver) -> None:
    telling = office.process()
    old = await office.add(telling, agency.url)
    new = (await office.does(telling, "POST", "/so-noi-vu/rotate"))["secret"]
    agency.answers, agency.status = [204], 500

    await office.told(telling)
    for secret in (old, new):
        Webhook(secret).verify(agency.came[0].body, dict(agency.came[0].headers))
    assert len(agency.came[0].headers["webhook-signature"].split(" ")) == 2

    office.clock.beyond += OVERLAP_SECONDS + 1
    await office.told(telling)
    office.clock.beyond -= OVERLAP_SECONDS + 1
    assert len(agency.came[-1].headers["webhook-signature"].split(" ")) == 1


async def test_secrets_are_kept_sealed_and_shown_once(office: Office, agency: Receiver) -> None:
    telling = office.process()
    secret = await office.add(telling, agency.url)

    kept = str(await telling.kept.one("so-noi-vu"))
    assert secret not in kept and secret.removeprefix("whsec_") not in kept
    for path in ("", "/so-noi-vu"):
        assert "whsec_" not in str(await office.does(telling, "GET", path))

    stranger = office.process(bytes([1] * 32))
    await office.told(stranger)
    assert agency.came == []
    assert "sealed with another key" in (await office.shown(stranger))["reason"]


async def test_who_hangs_holds_up_nobody_else(office: Office, agency: Receiver) -> None:
    telling = office.process()
    with receiving() as slow:
        slow.hangs = 60
        await office.add(telling, slow.url, name="cham")
        await office.add(telling, agency.url)
        running = asyncio.create_task(telling.run())
        try:
            await until(lambda: agency.positions == office.positions)
            assert len(slow.came) == 1
            assert (await office.shown(telling, "cham"))["position"] == 0
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_one_that_is_added_is_told_and_one_that_is_removed_is_told_nothing_more(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    running = asyncio.create_task(telling.run())
    try:
        await office.add(telling, agency.url, begins="now")
        await office.does(telling, "POST", "/so-noi-vu/rewind", begins=str(office.positions[-2]))
        await until(lambda: agency.positions == office.positions[-2:])
        await office.does(telling, "DELETE", "/so-noi-vu")
        assert await telling.shown() == []
        await until(lambda: not [t for t in asyncio.all_tasks() if t.get_name() == "webhook so-noi-vu"])
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_one_process_at_a_time_sends_and_another_goes_on_where_it_died(
    office: Office, agency: Receiver
) -> None:
    first, second = office.process(), office.process()
    await office.add(first, agency.url)
    agency.answers = [204, 204]
    agency.hangs = 0.5
    dying = asyncio.create_task(first.step("so-noi-vu"))
    await until(lambda: len(agency.came) == 1)
    await office.told(second)
    assert len(agency.came) == 1, "the other one holds it"

    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    agency.hangs = 0.0
    await office.told(second)
    assert len(agency.came) == 1
    office.clock.beyond += HELD_SECONDS + 1
    await office.told(second)
    assert agency.positions == [office.positions[0], *office.positions], (
        "again what nobody knows to have arrived"
    )


async def test_what_an_operator_changes_meanwhile_holds_from_the_next_message_on(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    with receiving() as moved:
        await office.add(telling, agency.url)
        agency.hangs = 0.5
        sending = asyncio.create_task(telling.step("so-noi-vu"))
        await until(lambda: len(agency.came) == 1)
        await office.does(telling, "PUT", "/so-noi-vu", url=moved.url)
        await sending
        await office.told(telling)
        assert (len(agency.came), moved.positions) == (1, office.positions)


async def test_rewound_while_something_is_under_way_it_begins_there(office: Office, agency: Receiver) -> None:
    telling = office.process()
    await office.add(telling, agency.url, begins=str(office.positions[-3]))
    agency.hangs = 0.3
    sending = asyncio.create_task(telling.step("so-noi-vu"))
    await until(lambda: len(agency.came) == 1)
    await office.does(telling, "POST", "/so-noi-vu/rewind", begins="start")
    await sending
    agency.hangs = 0.0
    await office.told(telling)
    assert agency.positions == [office.positions[-3], *office.positions]


async def test_a_server_is_tried_with_a_true_and_a_false_signature(office: Office, agency: Receiver) -> None:
    telling = office.process()
    secret = await office.add(telling, agency.url)
    agency.answers = [200, 401]

    assert await office.does(telling, "POST", "/so-noi-vu/test") == {
        "taken": True, "answer": "HTTP 200", "forgery_refused": True, "answer_to_forgery": "HTTP 401",
    }  # fmt: skip
    Webhook(secret).verify(agency.came[0].body, dict(agency.came[0].headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(agency.came[1].body, dict(agency.came[1].headers))
    assert (await office.does(telling, "POST", "/so-noi-vu/test"))["forgery_refused"] is False
    assert (await office.shown(telling))["position"] == 0


BEGINS: list[tuple[str, Any]] = [
    ("start", lambda e: True),
    ("2027-03-01", lambda e: e.time >= "2027-02-28T17:00:00"),
    ("now", lambda e: False),
]


@pytest.mark.parametrize("begins", [row[0] for row in BEGINS])
async def test_it_begins_where_it_is_told_to(office: Office, agency: Receiver, begins: str) -> None:
    telling = office.process()
    await office.add(telling, agency.url, begins=begins)
    await office.told(telling)
    assert agency.positions == [e.position for e in office.public if dict(BEGINS)[begins](e)]


GOOD = {"agency": "so-noi-vu", "url": "http://127.0.0.1:9/"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**GOOD, "url": "http://agency.example/"}, 422, "webhook.address"),
        ({**GOOD, "url": "https://169.254.169.254/"}, 422, "webhook.address"),
        ({**GOOD, "url": "https://me:pass@agency.example/"}, 422, "webhook.address"),
        ({**GOOD, "url": 5}, 422, "field.wrong-type"),
        ({**GOOD, "url": "https://agency.example/" + "x" * 600}, 422, "text.too-long"),
        ({"agency": "so-noi-vu"}, 422, "field.missing"),
        ({**GOOD, "agency": "Sở Nội vụ"}, 422, "text.wrong-form"),
        ({**GOOD, "agency": "../x"}, 422, "text.wrong-form"),
        ({**GOOD, "secret": "x"}, 422, "field.unknown"),
        ({**GOOD, "event": ["RecordCorrected"]}, 422, "field.not-one-of"),
        ({**GOOD, "event": "ModelListed"}, 422, "field.wrong-type"),
        ({**GOOD, "level": ["ward"]}, 422, "field.not-one-of"),
        ({**GOOD, "unit": ["khong-co"]}, 404, "unit.unknown"),
        ({**GOOD, "unit": ["20209"] * 201}, 422, "list.too-long"),
        ({**GOOD, "begins": "yesterday"}, 422, "date.malformed"),
        ({**GOOD, "begins": "0"}, 422, "date.malformed"),
        ({**GOOD, "begins": "2029-01-01"}, 422, "date.in-future"),
        ([], 422, "field.wrong-type"),
    ],
)  # fmt: skip
async def test_what_cannot_be_registered_is_refused(
    office: Office, body: Any, status: int, code: str
) -> None:
    telling = office.process()
    async with office.door(telling) as door:
        answer = await door.post("/webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await telling.shown() == []


async def test_a_name_is_registered_once_and_an_unknown_one_is_said_to_be(
    office: Office, agency: Receiver
) -> None:
    telling = office.process()
    await office.add(telling, agency.url)
    async with office.door(telling) as door:
        again = await door.post("/webhooks", json={"agency": "so-noi-vu", "url": agency.url})
        assert (again.status_code, again.json()["code"]) == (409, "webhook.already-registered")
        for method, path, body in (
            ("GET", "", None), ("DELETE", "", None), ("PUT", "", {"url": agency.url}), ("POST", "/rotate", None),
            ("POST", "/resume", None), ("POST", "/test", None), ("POST", "/rewind", {"begins": "start"}),
        ):  # fmt: skip
            answer = await door.request(method, f"/webhooks/khong-co{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook.unknown"), path
