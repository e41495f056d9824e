"""Several clients at once while processes die; afterwards everything is looked at.

python -m tests.journeys.outside.chaos --seed 7 --seconds 180 --base-port 31900 --data-dir /tmp/somewhere
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import httpx

from tests.journeys.outside.accidents import ACCIDENTS, Scene, drawn
from tests.journeys.outside.acts import ACTORS, UNITS, Acts
from tests.journeys.outside.checker import check, line_of_ledger, parsed
from tests.journeys.outside.copies import Copies, connected, download, lines
from tests.journeys.outside.counting import Count, differences
from tests.journeys.outside.folding import World, folded
from tests.journeys.outside.sending import Client, Memory, Sent, Wish, against_the_logs
from tests.journeys.outside.system import SERVICES, System
from tests.journeys.outside.wires import Wires

CITY_SOURCES = ("registry", "appraisal", "awards")
TIMEOUT = httpx.Timeout(20.0)
QUIET_SECONDS = 90.0


@dataclass
class Chaos:
    """One run against one system."""

    system: System
    seed: int
    seconds: float
    clients: int = 6
    breaking: bool = True
    only: str | None = None
    """The one kind of accident there is to be."""
    world: World = field(default_factory=World)
    memory: Memory = field(default_factory=Memory)
    secrets: list[str] = field(default_factory=list[str])
    broken: list[str] = field(default_factory=list[str])
    accidents: Counter[str] = field(default_factory=Counter[str])
    slowest: tuple[float, str] = (0.0, "")
    """How many seconds it took at most until all were ready again, and after what."""
    took: dict[str, float] = field(default_factory=dict[str, float])
    last_behind: list[str] = field(default_factory=list[str])
    """Who was behind when we last looked and somebody was."""

    async def run(self) -> list[str]:
        """Everything; what is wrong."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as http:
            await self.found(http)
            until = time.monotonic() + self.seconds
            learning = asyncio.create_task(self._learn(http))
            try:
                lives = [self._live(number, until) for number in range(self.clients)]
                await asyncio.gather(*lives, self._break(http, until))
            finally:
                learning.cancel()
                for error in await asyncio.gather(learning, return_exceptions=True):
                    if not isinstance(error, asyncio.CancelledError):
                        self.memory.wrong.append(f"the one who follows the logs: {error!r}")
            return await self._look(http)

    # --- before ---------------------------------------------------------------------------------

    async def found(self, http: httpx.AsyncClient) -> None:
        """Put the units on record; a second time nothing comes of it."""
        async with connected(self.system["nats"]) as bus:
            client = Client(self.system, self.memory, http, bus)
            rng = random.Random(self.seed)
            for unit in UNITS:
                wish = Wish("registry", "register-unit", "/units", "unit", unit, "operator-1")
                await client.send(Sent(str(UUID(int=rng.getrandbits(128), version=4)), wish), "http")

    async def _learn(self, http: httpx.AsyncClient) -> None:
        """Follow the logs, as anybody may, to know what there is to do."""
        while True:
            for service in CITY_SOURCES:
                try:
                    after = self.world.positions.get(service, 0)
                    url = f"{self.system[service]}/log/entries"
                    for line in await lines(http, url, self.system.token("auditor-1"), after):
                        self.world.take(parsed(line))
                except (httpx.HTTPError, AssertionError):
                    continue
            await asyncio.sleep(0.4)

    # --- meanwhile ------------------------------------------------------------------------------

    async def _live(self, number: int, until: float) -> None:
        rng = random.Random(self.seed * 1000 + number)
        acts = Acts(self.world, rng, self.secrets)
        async with httpx.AsyncClient(timeout=TIMEOUT) as http, connected(self.system["nats"]) as bus:
            client = Client(self.system, self.memory, http, bus)
            while time.monotonic() < until:
                await self._one(client, acts, rng)

    async def _one(self, client: Client, acts: Acts, rng: random.Random) -> None:
        luck = rng.random()
        if luck < 0.08 and self.memory.sent:
            await self._again(client, rng)
        elif luck < 0.2:
            first = acts.wish()
            several = [first, *(acts.wish() for _ in range(rng.randrange(40)))]
            same = [w for w in several if (w.service, w.who) == (first.service, first.who)]
            same = [w for w in same if w.raw is None and w.token is None]
            if same:
                await client.send_batch([Sent(acts.uuid(), wish) for wish in same])
        else:
            sent = Sent(acts.uuid(), acts.wish())
            answer = await client.send(sent, "nats" if luck < 0.45 else "http")
            while not answer.conclusive and rng.random() < 0.8:
                await asyncio.sleep(rng.random() * 2.5)
                answer = await client.send(sent, rng.choice(("http", "nats")))

    async def _again(self, client: Client, rng: random.Random) -> None:
        """An id once more: the same command, or another one under it."""
        sent = self.memory.sent[rng.choice(list(self.memory.sent))]
        if sent.wish.bad or sent.wish.raw is not None or sent.open:
            return
        if rng.random() < 0.6:
            if rng.random() < 0.3:
                await client.send_batch([sent])
            else:
                await client.send(sent, rng.choice(("http", "nats")))
            return
        if sent.done is None:
            return
        other = replace(
            sent.wish, body={**sent.wish.body, "on": "2026-02-03", "after": "registry:1"}, bad=(409,)
        )
        answer = await client.send(stolen := Sent(sent.id, other), rng.choice(("http", "nats")))
        if answer.conclusive and answer.body.get("code") != "command.reused":
            self.memory.wrong.append(f"{stolen.id} with another body: {answer.status} {answer.body}")
        if "event" in answer.body:
            self.memory.wrong.append(f"{stolen.id} with another body shows the event")

    async def _break(self, http: httpx.AsyncClient, until: float) -> None:
        if not self.breaking:
            return
        scene = Scene(self.system, self.system.wires, random.Random(self.seed + 1))
        await asyncio.sleep(3)
        while time.monotonic() < until - 4:
            accident = drawn(scene.rng, self.only)
            if what := await accident.happen(scene):
                self.broken.append(what)
                self.accidents[accident.name] += 1
            if scene.rng.random() < 0.7:  # mostly one accident at a time
                began = time.monotonic()
                await self._wait_ready(http, until)
                self.slowest = max(self.slowest, (time.monotonic() - began, what))
            await asyncio.sleep(scene.rng.uniform(0.3, 3.0))

    # --- afterwards -----------------------------------------------------------------------------

    async def _look(self, http: httpx.AsyncClient) -> list[str]:
        async with connected(self.system["nats"]) as bus:
            began = time.monotonic()
            await self._wait_ready(http, began + QUIET_SECONDS)
            self._lap("ready", began)
            await Client(self.system, self.memory, http, bus).settle(QUIET_SECONDS)
            self._lap("settled", began)
        found = await self._caught_up(http)
        self._lap("caught up", began)
        copies = await download(self.system, http, self.system.token("auditor-1"))
        found += await check(self.system, copies, http, random.Random(self.seed))
        found += self.memory.wrong + against_the_logs(self.memory, copies.logs)
        events = [parsed(line_of_ledger(line)[1]) for line in copies.ledger]
        by_source = [parsed(line) for service in SERVICES for line in copies.logs[service]]
        world = folded(by_source)
        found += world.invariants()
        found += self._names_in_clear(copies)
        found += await self._states(http, world)
        for cut_off in ("2026-10-15", "2026-06-30", "2026-12-31"):
            answer = await self._get(http, f"{self.system['reporting']}/summaries/2026", cut_off=cut_off)
            found += differences(answer, Count(events, "2026-01-01", cut_off, 2026))
        return found

    def _lap(self, what: str, began: float) -> None:
        self.took[what] = round(time.monotonic() - began, 1)

    async def _get(self, http: httpx.AsyncClient, url: str, **params: str):
        headers = {"Authorization": f"Bearer {self.system.token('auditor-1')}"}
        return (await http.get(url, params=params, headers=headers)).raise_for_status().json()

    async def _wait_ready(self, http: httpx.AsyncClient, until: float) -> None:
        for service in SERVICES:
            while time.monotonic() < until:
                try:
                    if (await http.get(f"{self.system[service]}/health/ready")).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.3)

    async def _caught_up(self, http: httpx.AsyncClient) -> list[str]:
        """No follower lags any more and none has stopped; what does after a long while."""
        until = time.monotonic() + QUIET_SECONDS
        quiet = 0
        found: list[str] = []
        while True:
            self.last_behind, found = found or self.last_behind, []
            for service in SERVICES:
                try:
                    rows = await self._get(http, f"{self.system[service]}/followers")
                except httpx.HTTPError as error:
                    found.append(f"{service}: {error!r}")
                    continue
                found += [f"{service} follower {row}" for row in rows
                          if row["lag"] or row["state"] not in ("running", "waiting") or row.get("held")]  # fmt: skip
            quiet = 0 if found else quiet + 1
            if quiet == 3 or (found and time.monotonic() > until):
                return found
            await asyncio.sleep(0.5)

    def _names_in_clear(self, copies: Copies) -> list[str]:
        everything = b"\n".join(line for log in copies.logs.values() for line in log).decode()
        return [f"the name {name!r} stands in a log" for name in self.secrets if name in everything]

    async def _states(self, http: httpx.AsyncClient, world: World) -> list[str]:
        """Every model, dossier and recognition is shown as its events tell it."""
        found: list[str] = []
        shown = (("registry", "models", world.models), ("appraisal", "appraisals", world.dossiers),
                 ("awards", "recognitions", world.recognitions), ("awards", "listings", world.listings),
                 ("reporting", "models", world.models))  # fmt: skip
        for service, collection, things in shown:
            for thing in things.values():
                try:
                    said = await self._get(http, f"{self.system[service]}/{collection}/{thing.id}")
                except httpx.HTTPError as error:
                    found.append(f"{service} {collection} {thing.id}: {error!r:.300}")
                    continue
                if said["state"] != thing.state:
                    found.append(
                        f"{service} {collection} {thing.id}: {said['state']}, by its events {thing.state}"
                    )
                if service == "reporting":
                    mine = {m: thing.data.get(m, "none") for m in ("name", "field", "year", "basis", "unit")}
                    if theirs := {m: said.get(m) for m in mine if said.get(m) != mine[m]}:
                        found.append(f"reporting model {thing.id}: {theirs}, by its events {mine}")
                elif said.get("streamversion") != thing.version:
                    found.append(f"{service} {collection} {thing.id}: version {said.get('streamversion')}")
        return found


def summary(chaos: Chaos) -> str:
    """What happened, in a few lines."""
    sent = chaos.memory.sent.values()
    done = sum(one.done is not None for one in sent)
    head = (
        f"seed {chaos.seed}: {len(sent)} commands, {done} events acknowledged, {len(chaos.broken)} accidents"
    )
    states = {kind: len(things) for kind, things in (("models", chaos.world.models), ("dossiers", chaos.world.dossiers),
              ("recognitions", chaos.world.recognitions), ("listings", chaos.world.listings))}  # fmt: skip
    counted = ", ".join(
        f"{what} × {n}" for what, n in sorted(chaos.memory.statuses.items(), key=lambda i: -i[1])[:25]
    )
    took, what = chaos.slowest
    kinds = ", ".join(f"{name} × {n}" for name, n in chaos.accidents.most_common())
    accidents = f"{kinds}; ready again after {took:.1f} s at most ({what})\n  {'; '.join(chaos.broken)}"
    lines = (
        f"{head}; afterwards {chaos.took}",
        states,
        counted,
        accidents,
        f"last behind: {chaos.last_behind}",
    )
    return "\n  ".join(str(line) for line in lines)


async def played(
    system: System, seed: int, seconds: float, *, breaking: bool = True, only: str | None = None
) -> tuple[Chaos, list[str]]:
    """One run against a system that is up."""
    await asyncio.to_thread(system.make_tokens, ACTORS)
    chaos = Chaos(system, seed, seconds, breaking=breaking, only=only)
    return chaos, await chaos.run()


def main(argv: Sequence[str] | None = None) -> int:
    """Run it by hand."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--base-port", type=int, default=31900)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--calm", action="store_true", help="break nothing")
    parser.add_argument("--only", choices=[row.name for row in ACCIDENTS], help="this kind of accident alone")
    parser.add_argument("--driver", choices=("motor", "pymongo"), default="motor")
    args = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whatever ends it ends its system too
    place = args.data_dir or Path(tempfile.mkdtemp(prefix="dvk-outside-"))
    with Wires(args.base_port, args.seed) as wires:
        system = System(place, args.base_port, wires)
        system.start("--driver", args.driver)
        try:
            chaos, found = asyncio.run(
                played(system, args.seed, args.seconds, breaking=not args.calm, only=args.only)
            )
            print(summary(chaos))
        finally:
            code, took = system.stop()
    print(f"  ended with {code} after {took:.1f} s; data in {place}")
    for wrong in found[:60]:
        print(f"  WRONG {wrong[:600]}")
    print(f"  {len(found)} findings")
    return 1 if found or code else 0


if __name__ == "__main__":
    raise SystemExit(main())
