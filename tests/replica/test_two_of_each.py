"""Two processes of each service over three mongods and three brokers: whichever dies, nothing is lost or doubled.

While commands come in, each process, each broker and the primary are killed one after the other and come again.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest
from nats.errors import Error as NatsError

from services.cli.children import end_child, free_port, start_child
from services.cli.tokens import make
from shared import SERVICES
from tests.journeys.outside.copies import lines
from tests.support.brokers import Brokers, three_brokers
from tests.support.courier import connected
from tests.support.mongods import ReplicaSet
from tests.support.service import Site, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
COPIES = 2
CLIENTS = 4
AWAY_SECONDS, BETWEEN_SECONDS = 2.0, 2.0
SETTLED_SECONDS = 120.0


class Process:
    """One process of a service."""

    def __init__(self, service: str, environment: dict[str, str], log: Path) -> None:
        self.service = service
        self.url = f"http://127.0.0.1:{environment['DVK_HTTP_PORT']}"
        self._environment, self._log = environment, log
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._child = start_child([sys.executable, "-m", f"services.{self.service}"], self._log,
                                  env=self._environment, cwd=ROOT)  # fmt: skip

    def kill(self) -> None:
        assert self._child is not None
        self._child.kill()
        self._child.wait()

    def end(self) -> None:
        if self._child is not None:
            end_child(self._child, 20)


class System:
    """Two of each of four services; who asks, asks one of the two."""

    def __init__(self, site: Site, brokers: Brokers, http: httpx.AsyncClient) -> None:
        ports = {(service, n): free_port() for service in SERVICES for n in range(COPIES)}
        self.site, self.http, self.brokers = site, http, brokers
        self.of: dict[str, list[Process]] = {service: [] for service in SERVICES}
        self.answered: dict[str, int] = {}
        """The position that each command was given."""
        self.enough = asyncio.Event()
        for (service, n), port in ports.items():
            peers = {f"DVK_{name.upper()}_URL": f"http://127.0.0.1:{ports[name, n]}" for name in SERVICES}
            told = site.environment(
                service, **peers, DVK_HTTP_PORT=str(port), DVK_NATS_URL=brokers.addresses[n],
                DVK_NATS_REPLICAS="3", DVK_PEER_KEYS_FILE=str(site.place.peer_keys),
                DVK_WITNESS_KEY_FILE=str(site.place.witness_key),
                DVK_SECURITY_LOG_DIR=str(site.directory / "security" / f"{service}-{n}"),
            )  # fmt: skip
            self.of[service].append(Process(service, told, site.directory / f"{service}-{n}.log"))

    @property
    def every(self) -> list[Process]:
        return [process for each in self.of.values() for process in each]

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {make(self.site.place, f'the-{role}', role)}"}

    async def get(self, process: Process, path: str, **query: Any) -> Any:
        answer = await self.http.get(f"{process.url}{path}", headers=self.headers("auditor"), params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def is_ready(self, process: Process) -> bool:
        with suppress(httpx.HTTPError):
            return (await self.http.get(f"{process.url}/health/ready")).status_code == 200
        return False

    # --- asking ---------------------------------------------------------------------------------

    async def register_units(self, number: int) -> None:
        """One unit after the other, each at either process until it is answered, under the same id."""
        while not self.enough.is_set():
            command, unit = str(uuid4()), f"u-{uuid4().hex[:16]}"
            body = {"unit": unit, "name": f"Phường {unit}", "kind": "commune_committee"}
            self.answered[command] = await self._send(command, "/units", body, number)

    async def _send(self, command: str, path: str, body: dict[str, Any], number: int) -> int:
        headers = self.headers("operator") | {"Idempotency-Key": command}
        while True:
            number += 1
            url = f"{self.of['registry'][number % COPIES].url}{path}"
            with suppress(httpx.HTTPError):
                answer = await self.http.post(url, json=body, headers=headers)
                if answer.status_code == 200:
                    return answer.json()["position"]
                assert answer.status_code in (429, 503), answer.text
            await asyncio.sleep(0.2)

    # --- afterwards -----------------------------------------------------------------------------

    async def entries(self, process: Process, path: str) -> list[dict[str, Any]]:
        token = make(self.site.place, "the-auditor", "auditor")
        return [json.loads(line) for line in await lines(self.http, f"{process.url}{path}/entries", token)]

    async def settled(self) -> None:
        """Return when every follower of every process stands at the end of its source; AssertionError after long."""
        until, behind = monotonic() + SETTLED_SECONDS, list[Any]()
        while monotonic() < until:
            with suppress(httpx.HTTPError):
                rows = [(one.url, row) for one in self.every for row in await self.get(one, "/followers")]
                if not (behind := [at for at in rows if at[1]["lag"] or at[1]["state"] == "stopped"]):
                    return
            await asyncio.sleep(0.5)
        raise AssertionError(f"not settled: {behind}")


@pytest.fixture
async def system(three: ReplicaSet, database: str, tmp_path: Path) -> AsyncIterator[System]:
    site = Site(tmp_path / "site", three.url, "", database)
    with ExitStack() as ending:
        (tmp_path / "brokers").mkdir()
        brokers = ending.enter_context(three_brokers(tmp_path / "brokers"))
        async with httpx.AsyncClient(timeout=20.0) as http:
            found = System(site, brokers, http)
            for process in found.every:
                ending.callback(process.end)
                process.start()
            for process in found.every:
                await until(lambda process=process: found.is_ready(process), SETTLED_SECONDS)
            yield found


def breakages(
    system: System, three: ReplicaSet
) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """What dies, and how it comes again."""
    for process in system.every:
        yield process.url, process.kill, process.start
    for number in range(len(system.brokers.addresses)):
        yield (
            f"broker {number}",
            lambda n=number: system.brokers.kill(n),
            lambda n=number: system.brokers.start(n),
        )
    for _ in range(2):
        yield "the primary", lambda: three.primary().kill(), three.repair


async def test_whatever_dies_each_command_is_recorded_once_and_everybody_follows(
    system: System, three: ReplicaSet
) -> None:
    asking = [asyncio.create_task(system.register_units(n)) for n in range(CLIENTS)]
    for _, die, come_again in breakages(system, three):
        await asyncio.to_thread(die)
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(come_again)
        await asyncio.sleep(BETWEEN_SECONDS)
    system.enough.set()
    await asyncio.wait_for(asyncio.gather(*asking), SETTLED_SECONDS)
    await system.settled()

    logs = [await system.entries(process, "/log") for process in system.of["registry"]]
    ledgers = [await system.entries(process, "/ledger") for process in system.of["reporting"]]
    recorded = {event["commandid"]: event["position"] for event in logs[0]}

    assert len(system.answered) > 100
    assert recorded == system.answered and len(recorded) == len(logs[0])
    assert [event["position"] for event in logs[0]] == list(range(1, len(logs[0]) + 1))
    assert all(one["time"] <= other["time"] for one, other in pairwise(logs[0]))
    assert logs[0] == logs[1] and ledgers[0] == ledgers[1]
    registered = [entry["event"] for entry in ledgers[0] if entry["event"]["source"].endswith("/registry")]
    assert registered == logs[0]
    assert await in_the_broker(system, "REGISTRY") == (len(logs[0]), len(logs[0]), 3)


async def in_the_broker(system: System, stream: str) -> tuple[int, int, int]:
    """How many messages the stream has, its last number, and how many members have it."""
    for address in system.brokers.addresses:
        with suppress(NatsError, OSError, TimeoutError):
            async with connected(address) as client:
                found = await client.jetstream(timeout=10).stream_info(stream)
                return found.state.messages, found.state.last_seq, found.config.num_replicas or 1
    raise AssertionError("no broker answers")


async def test_a_unit_that_one_process_amended_is_used_at_the_other_at_once(system: System) -> None:
    one, other = system.of["registry"]
    headers = system.headers("operator")

    async def post(process: Process, path: str, body: dict[str, Any]) -> httpx.Response:
        id = {"Idempotency-Key": str(uuid4())}
        return await system.http.post(f"{process.url}{path}", json=body, headers=headers | id)

    for n in range(20):
        unit = f"phuong-{n}"
        made = {"unit": unit, "name": f"Phường {n}", "kind": "commune_committee"}
        assert (await post(one, "/units", made)).status_code == 200
        amended = await post(other, f"/units/{unit}/amend", {"name": f"Phường Mới {n}", "reason": "đổi tên"})
        assert amended.status_code == 200, amended.text
        again = await post(one, f"/units/{unit}/amend", {"name": f"Phường Mới {n}", "reason": "đổi tên"})
        assert again.status_code == 200 and again.json()["changed"] is False, again.text
