"""One trace leads from a request to what the others made of it, and holds nothing of whom it is about."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.cli.tokens import make
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.readmodels import ReadModels
from shared import tracing
from shared.doors.traced import Traced
from shared.eventlog.port import recorded
from shared.process.running import Running
from shared.store import mongo
from tests.support.courier import connected
from tests.support.lives import City
from tests.support.service import Doors, Site, serving, until
from tests.support.small_services import APPRAISAL, REGISTRY

ASKED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NOT_ASKED = ASKED.removesuffix("1") + "0"
TRACE = int(ASKED.split("-")[1], 16)
REGISTERED = "POST /units → command RegisterUnit → append → publish → apply projection:cards"
UNIT = {"unit": "tran-thi-binh", "name": "Bà Trần Thị Bình", "kind": "other"}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What this process tells while the test runs."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.OURS.begin(provider)
    yield exporter
    tracing.OURS.end()
    provider.shutdown()


@pytest.fixture
def site(mongo_url: str, fresh_nats_url: str, database: str, tmp_path: Path) -> Site:
    return Site(tmp_path, mongo_url, fresh_nats_url, database)


@asynccontextmanager
async def both(site: Site) -> AsyncGenerator[tuple[Doors, Doors]]:
    async with serving(site, REGISTRY) as registry, serving(site, APPRAISAL) as appraisal:
        appraisal.hears(registry)
        yield registry, appraisal


async def ask(doors: Doors, headers: dict[str, str], body: object = UNIT) -> httpx.Response:
    """A command over HTTP, by the door that a process has."""
    token = {"Authorization": f"Bearer {make(doors.site.place, 'the-operator', 'operator', None)}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Traced(doors.app)), base_url="http://service"
    ) as client:
        return await client.post("/units", json=body, headers={**token, **headers})


def ways(spans: InMemorySpanExporter, name: str) -> list[str]:
    """The ways that lead to the spans of this name in the trace: names, the first first."""
    found = [s for s in spans.get_finished_spans() if s.context and s.context.trace_id == TRACE]
    by_id = {s.context.span_id: s for s in found if s.context}
    every: list[str] = []
    for span in found:
        way, above = [span.name], span.parent
        while above is not None and (parent := by_id.get(above.span_id)) is not None:
            way.insert(0, parent.name)
            above = parent.parent
        if span.name == name:
            every.append(" → ".join(way))
    return every


async def test_a_request_over_http_is_followed_to_what_another_service_makes_of_it(
    site: Site, spans: InMemorySpanExporter
) -> None:
    async with both(site) as (registry, appraisal):
        assert (await ask(registry, {"traceparent": ASKED})).status_code == 200
        await until(lambda: appraisal.running.log.known_head == 1)
        await until(lambda: [way for way in ways(spans, "apply projection:cards") if way == REGISTERED])
        await until(lambda: ways(spans, "apply projection:cards")[1:])
        broker = registry.running.nats()
        first = await broker.jetstream().get_msg("REGISTRY", 1)
        stored = [event.raw for event in await registry.running.log.read(0)]

    asked = ways(spans, "command RequestOpinion")
    assert asked == ["POST /units → command RegisterUnit → append → publish → command RequestOpinion"]
    assert f"{asked[0]} → append → apply projection:cards" in ways(spans, "apply projection:cards")
    assert first.headers is not None
    assert first.headers["traceparent"].split("-")[1] == ASKED.split("-")[1]
    assert stored == [first.data]
    assert b"trace" not in stored[0]


async def test_what_was_recorded_by_one_replica_and_published_by_another_is_one_trace(
    site: Site, spans: InMemorySpanExporter
) -> None:
    def no_relay(running: Running) -> None:
        running.relay.start = lambda: None

    async with serving(site, REGISTRY, no_relay) as writes:
        assert (await ask(writes, {"traceparent": ASKED})).status_code == 200
        async with serving(site, REGISTRY):
            await until(lambda: ways(spans, "publish"))
    assert ways(spans, "publish") == ["POST /units → command RegisterUnit → append → publish"]


async def test_a_trace_ends_where_the_ledger_and_the_read_models_took_the_event(
    site: Site, spans: InMemorySpanExporter
) -> None:
    town = City(11)
    town.found(1)
    event = recorded(town.ledger()[0].event.raw, ASKED)
    client = mongo.connect(site.mongo_url, "pymongo")
    handle = mongo.database(client, f"{site.prefix}_reporting")
    ledger, anew = (Ledger(handle, lambda: event.time) for _ in range(2))
    await ledger.start()
    await ledger.append(event.service, [event])
    await anew.start()  # a replica: it has nothing of it in memory
    models = ReadModels(client, handle, anew)
    await models.start()
    await models.catch_up()
    [entry] = await anew.read(0)
    await mongo.close(client)
    assert (entry.event.trace, entry.event.raw) == (ASKED, event.raw)
    assert ways(spans, "apply read-models") == ["apply read-models"]


async def test_a_request_over_nats_goes_on_in_the_trace_of_who_asks(
    site: Site, spans: InMemorySpanExporter
) -> None:
    async with serving(site, REGISTRY) as registry, connected(site.nats_url) as client:
        token = make(site.place, "the-operator", "operator", None)
        headers = {"Authorization": f"Bearer {token}", "traceparent": ASKED, "message_id": "tran-thi-binh"}
        answer = await client.request(
            "cmd.registry.register-unit", orjson.dumps(UNIT), timeout=10, headers=headers
        )
        assert answer.headers is not None
        assert answer.headers["Http-Status"] == "200"
        await until(lambda: ways(spans, "publish") and registry.running.relay.relayed == 1)
    assert ways(spans, "append") == ["cmd.registry.register-unit process → command RegisterUnit → append"]


async def test_nothing_of_whom_a_request_is_about_or_by_is_told(
    site: Site, spans: InMemorySpanExporter
) -> None:
    async with both(site) as (registry, appraisal):
        mark = {"traceparent": ASKED, "X-Correlation-Id": "so tran-thi-binh", "Idempotency-Key": str(uuid4())}
        await ask(registry, mark)
        assert (await ask(registry, mark, {**UNIT, "name": "Trần Văn An"})).status_code == 409
        await ask(registry, mark, ["tran-thi-binh"])
        await until(lambda: appraisal.running.log.known_head == 1)
    told = orjson.dumps([orjson.loads(span.to_json() or "{}") for span in spans.get_finished_spans()])
    for word in ("tran-thi-binh", "Bình", "An", "the-operator", mark["Idempotency-Key"], "127.0.0.1"):
        assert orjson.dumps(word)[1:-1] not in told, word


async def test_who_asks_not_to_be_followed_is_not(site: Site, spans: InMemorySpanExporter) -> None:
    async with both(site) as (registry, appraisal):
        assert (await ask(registry, {"traceparent": NOT_ASKED})).status_code == 200
        await until(lambda: appraisal.running.log.known_head == 1)
        document = await registry.running.database["log"].find_one({"_id": 1})
        message = await registry.running.nats().jetstream().get_msg("REGISTRY", 1)
    assert [s.name for s in spans.get_finished_spans() if s.context and s.context.trace_id == TRACE] == []
    assert "trace" not in (document or {})
    assert "traceparent" not in (message.headers or {})


async def test_without_the_setting_nothing_is_followed(site: Site) -> None:
    async with both(site) as (registry, appraisal):
        assert (await ask(registry, {"traceparent": ASKED})).status_code == 200
        await until(lambda: appraisal.running.log.known_head == 1)
        document = await registry.running.database["log"].find_one({"_id": 1})
        message = await registry.running.nats().jetstream().get_msg("REGISTRY", 1)
    assert "trace" not in (document or {})
    assert "traceparent" not in (message.headers or {})
