"""Whatever is sent or asked for, the event loop of a service is held for 50 ms at most: the others are answered."""

# Tokens are made by the doors of a test.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import io
import json
import socket
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import nats
import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from services.reporting.ledger.heads import HeadsOfAll
from services.reporting.queries.recounting import Recounting
from shared.doors.limits import Limits
from shared.doors.serving import server
from shared.eventlog.port import Recorded
from shared.reference.media_types import PDF, XLSX
from shared.store import mongo
from tests.support import stack
from tests.support.asking import Asking, asking_about, everything_of
from tests.support.heads import TODAY, Telling
from tests.support.holding import watched_loop
from tests.support.lives import City
from tests.support.papers import pdf, workbook
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, serving

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

MANY = 7 * 1024 * 1024


async def test_who_holds_the_loop_is_found() -> None:
    with watched_loop() as held:
        await asyncio.sleep(0)
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0)
    with pytest.raises(AssertionError, match="held for"):
        held.must_be_short()


async def test_a_memory_that_grows_does_not_hold_it_while_python_looks_for_cycles() -> None:
    kept: list[Any] = []
    with watched_loop() as held:
        for _ in range(800):
            kept += [{"name": [number], "facts": (number, {})} for number in range(1000)]
            await asyncio.sleep(0)
    held.must_be_short(part=0.6)


@pytest.fixture
def site(servers: stack.Servers, tmp_path: Path) -> Iterator[Site]:
    name = f"test_{uuid4().hex[:12]}"
    with stack.empty_nats(servers, tmp_path / "nats") as nats_url:
        yield Site(tmp_path / "site", servers.url("mongo"), nats_url, name)
    stack.drop_databases(servers, name)


@asynccontextmanager
async def on_the_wire(doors: Doors) -> AsyncGenerator[Callable[..., Any]]:
    """The service behind a real socket, asked from another thread as a stranger would: `ask(method, path, …)`."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    served = server(doors.app, "127.0.0.1", listening.getsockname()[1], Limits())
    served.config.lifespan = "off"
    task = asyncio.create_task(served._serve([listening]))
    while not served.started:
        await asyncio.sleep(0.01)
    token = doors._headers("operator", None, "")
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"

    def asked(method: str, path: str, more: dict[str, str], given: dict[str, Any]) -> httpx.Response:
        with httpx.Client(base_url=base, headers={**token, **more}, timeout=120) as client:
            return client.request(method, path, **given)

    async def ask(method: str, path: str, more: dict[str, str] | None = None, **given: Any) -> httpx.Response:
        return await asyncio.to_thread(asked, method, path, more or {}, given)

    try:
        yield ask
    finally:
        served.force_exit = True
        served.leave()
        await task
        listening.close()


@pytest.fixture
async def registry(site: Site) -> AsyncIterator[Doors]:
    async with serving(site, REGISTRY) as doors:
        yield doors


def unit(number: int, **more: Any) -> dict[str, Any]:
    """One command of a batch."""
    return {
        "command": "register-unit",
        "unit": f"u-{number:05}",
        "name": f"Tổ {number}",
        "kind": "other",
        **more,
    }


def of(*items: Any) -> bytes:
    return json.dumps(items, ensure_ascii=False).encode()


def batches() -> dict[str, tuple[bytes, int]]:
    """What is sent, and what it is answered: 70 MB, which only who runs this test has to make."""
    return {
        "long texts": (of(*["Một đoạn văn bản rất dài. " * 2000] * 100), 200),
        "every letter escaped": (b'["' + rb"\u1ebf" * (MANY // 6) + b'"]', 413),
        "every letter taken apart": (of("e\u0323\u0302" * (MANY // 5)), 413),
        "texts taken apart": (of(*["e\u0323\u0302" * 60_000] * 20), 200),
        "nothing but spaces": (b"[" + b" " * MANY + b"]", 200),
        "one endless number": (b"[" + b"7" * MANY + b"]", 422),
        "as many numbers as may be": (b"[" + b",".join([b"12345678901234567890"] * 140_000) + b"]", 422),
        "brackets": (b"[" * MANY, 413),
        "no end": (b'["' + b"y" * MANY, 400),
        "the last byte is no text": (b'["' + b"y" * MANY + b'\xff"]', 400),
        "a member twice in each": (
            b"[" + b'{"a":1,"a":2},' * 30_000 + b'"' + b"y" * (MANY - 500_000) + b'"]',
            400,
        ),
        "commands that are refused": (of(*[unit(n, kind="x" * 14_000) for n in range(500)]), 200),
        "commands with many faults": (of(*[unit(n, tags=["\u200b"] * 250) for n in range(500)]), 200),
        "commands that nobody knows": (of(*[{"command": "x" * 14_000}] * 500), 200),
        "commands that are taken": (of(*[unit(n) for n in range(500)]), 200),
    }


async def test_a_batch_of_the_largest_size_does_not_hold_it(registry: Doors) -> None:
    async with on_the_wire(registry) as ask:
        for kind, (body, status) in batches().items():
            with watched_loop() as held:
                answer = await ask("POST", "/batch", content=body)
            assert answer.status_code == status, (kind, answer.text[:300])
            held.must_be_short(of=kind)


async def test_the_largest_messages_at_the_broker_do_not_hold_it(registry: Doors, site: Site) -> None:
    token = registry._headers("operator", None, "")
    bodies = [
        of(unit(1, name="ế" * 80_000)), rb'{"unit":"' + rb"\u1ebf" * 40_000 + b'"}',
        of(unit(2, tags=["\u200b"] * 20_000)), b"[" * 1_000_000, b'{"' + b"x" * 1_000_000 + b'":1}',
    ]  # fmt: skip
    client = await nats.connect(site.nats_url)
    with watched_loop() as held:
        for body in bodies:
            answer = await client.request("cmd.registry.register-unit", body, timeout=60, headers=token)
            assert answer.headers is not None
            assert int(answer.headers["Http-Status"]) in (400, 413, 422)
    await client.close()
    held.must_be_short()


@pytest.mark.parametrize("service", [REGISTRY, APPRAISAL, AWARDS], ids=lambda service: service.name)
async def test_what_describes_the_doors_does_not_hold_it(site: Site, service: Any) -> None:
    async with serving(site, service) as doors, on_the_wire(doors) as ask:
        with watched_loop() as held:
            for path in ("/openapi.json", "/asyncapi.json", "/openapi.json", "/metrics"):
                assert (await ask("GET", path)).status_code == 200
    held.must_be_short()


async def test_what_describes_reportings_doors_does_not_hold_it(site: Site) -> None:
    async with reporting(site) as doors, on_the_wire(doors) as ask:
        with watched_loop() as held:
            for path in ("/openapi.json", "/asyncapi.json", "/metrics"):
                assert (await ask("GET", path)).status_code == 200
    held.must_be_short()


def inflated() -> bytes:
    """A workbook that is small on the wire and large when it is unpacked."""
    made = io.BytesIO(workbook())
    with ZipFile(made, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(150 * 1024 * 1024))
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "media", "content"),
    [("lớn.pdf", PDF, lambda: pdf(19 * 1024 * 1024)), ("nhỏ.xlsx", XLSX, inflated)],
    ids=["19 MB", "inflated"],
)
async def test_a_file_does_not_hold_it(
    registry: Doors, name: str, media: str, content: Callable[[], bytes]
) -> None:
    file = content()
    async with on_the_wire(registry) as ask:
        with watched_loop() as held:
            answer = await ask("POST", "/evidence", files={"file": (name, file, media)})
            if answer.status_code == 200:
                kept = answer.json()["sha256"]
                await ask("GET", f"/evidence/{kept}")
    assert answer.status_code in (200, 413, 422), answer.text
    held.must_be_short()


# --- the whole city ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city() -> City:
    """As many units as there are, and some of what they do."""
    city = City(94)
    city.found(94)
    city.live(days=700, acts=900)
    return city


@pytest.fixture(scope="module")
def kept(servers: stack.Servers, mongo_url: str, city: City) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"

    async def fill() -> None:
        client = mongo.connect(mongo_url, "pymongo")
        ledger, models = await everything_of(client, name)
        for source, events in groupby(
            (entry.event for entry in city.ledger()), key=lambda event: event.service
        ):
            await ledger.append(source, list(events))
        with watched_loop() as held:
            await models.catch_up()
        await mongo.close(client)
        held.must_be_short()

    asyncio.run(fill())
    yield name
    stack.drop_databases(servers, name)


@pytest.fixture
async def asking(mongo_url: str, kept: str, city: City) -> AsyncIterator[Asking]:
    async with asking_about(city, mongo_url, kept) as door:
        yield door


async def proven(event: Recorded) -> bytes:
    return event.leaf


async def test_what_reporting_does_for_itself_does_not_hold_it(mongo_url: str, kept: str) -> None:
    client = mongo.connect(mongo_url, "pymongo")
    ledger, models = await everything_of(client, kept)
    looking = Recounting(models, ledger)
    with watched_loop() as held:
        assert await looking.look() is None, "counted from the first entry"
        assert await looking.look() is None, "compared alone"
    held.must_be_short(of="the look")
    with watched_loop() as held:
        await models.rebuild()
    held.must_be_short(of="building anew")
    telling = Telling()
    heads = HeadsOfAll(mongo.database(client, kept), ledger, telling.record, telling.recorded, lambda: TODAY)
    with watched_loop() as held:
        assert await heads.renew() is not None
        assert await heads.history("unit/thanh-uy", proven) is not None
    held.must_be_short(of="the record of all heads")
    await mongo.close(client)


WHOLE = [
    *(f"/summaries/{period}{form}" for period in ("2026", "interim-2028")
      for form in ("", ".pdf", ".xlsx", ".docx", ".csv")),
    *(f"/models{form}" for form in ("", ".xlsx", ".docx", ".csv")),
    *("/units?limit=500", "/models?limit=500", "/appraisals.xlsx", "/histories/unit/thanh-uy.pdf"),
    *("/histories/unit/thanh-uy", "/histories/actors/officer", "/histories/policy/scheme.pdf", "/due"),
    *("/obligations/2026", "/figures/2026/models.registered_new", "/exceptions/2026", "/scorecards/2026/thanh-uy"),
]  # fmt: skip


@pytest.mark.parametrize("path", WHOLE)
async def test_what_is_told_of_the_whole_city_does_not_hold_it(asking: Asking, path: str) -> None:
    with watched_loop() as held:
        answer = await asking.http.get(path, headers={"who": "auditor:ai"})
    assert answer.status_code == 200, answer.text[:300]
    held.must_be_short()
