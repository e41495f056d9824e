"""Several clients at once while processes die; afterwards everything is looked at.

    python -m tests.journeys.outside.chaos --seed 7 --seconds 180 --base-port 31900 --data-dir /tmp/somewhere
    python -m tests.journeys.outside.chaos --seed 7 --faults 1000 --members 3     # the long one
    python -m tests.journeys.outside.chaos --look --data-dir /tmp/somewhere --members 3   # at what a cut run left

The long one counts accidents, several at once, and rests after every twentieth until everybody is ready; what happened
stands in `journal.jsonl` of the data directory.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import httpx

from tests.journeys.outside.accidents import ACCIDENTS, Scene
from tests.journeys.outside.acts import ACTORS, UNITS, Acts
from tests.journeys.outside.afterwards import Looking
from tests.journeys.outside.breaker import Breaker, Plan
from tests.journeys.outside.checker import parsed
from tests.journeys.outside.copies import connected, lines
from tests.journeys.outside.disks import Disk, mounted
from tests.journeys.outside.folding import World
from tests.journeys.outside.journal import Journal
from tests.journeys.outside.members import Members, joined
from tests.journeys.outside.sending import Client, Memory, Sent, Wish
from tests.journeys.outside.system import System
from tests.journeys.outside.wires import Wires

CITY_SOURCES = ("registry", "appraisal", "awards")
TIMEOUT = httpx.Timeout(20.0)
LONGEST_SECONDS = 4 * 3600.0


@dataclass
class Chaos:
    """One run against one system."""

    system: System
    seed: int
    plan: Plan
    clients: int = 6
    breaking: bool = True
    disks: dict[str, Disk] = field(default_factory=dict[str, Disk])
    members: Members | None = None
    world: World = field(default_factory=World)
    memory: Memory = field(default_factory=Memory)
    secrets: list[str] = field(default_factory=list[str])
    breaker: Breaker | None = None
    looking: Looking | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nothing more breaks; the clients then stop too."""

    async def run(self) -> list[str]:
        """Everything; what is wrong."""
        journal = Journal(self.system.data_dir)
        self.memory.told, self.memory.noted = journal.acknowledged, journal.wrong
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT) as http:
                if self.breaking:
                    self.breaker = Breaker(self._scene(), self.plan, http, self, journal)
                await self.found(http)
                await self._meanwhile(http)
                self.looking = Looking(self.system, http, self.seed, self.memory, self.secrets)
                found = await self.looking.look()
                journal.write("looked", findings=found, **self.figures())
                return found
        finally:
            journal.close()

    def _scene(self) -> Scene:
        at_length = self.plan.faults is not None
        rng = random.Random(self.seed + 1)
        return Scene(self.system, self.system.wires, rng, self.disks, self.members, at_length=at_length)

    async def _meanwhile(self, http: httpx.AsyncClient) -> None:
        aside = [asyncio.create_task(self._learn(http))]
        if self.members is not None:
            aside.append(asyncio.create_task(self.members.keep(random.Random(self.seed + 2))))
        try:
            await asyncio.gather(*(self._live(number) for number in range(self.clients)), self._break())
        finally:
            for task in aside:
                task.cancel()
            for error in await asyncio.gather(*aside, return_exceptions=True):
                if not isinstance(error, asyncio.CancelledError):
                    self.memory.accuse(f"one who goes along: {error!r}")

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

    async def _live(self, number: int) -> None:
        rng = random.Random(self.seed * 1000 + number)
        acts = Acts(self.world, rng, self.secrets)
        async with httpx.AsyncClient(timeout=TIMEOUT) as http, connected(self.system.reached("nats")) as bus:
            client = Client(self.system, self.memory, http, bus)
            while not self.over.is_set():
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
            self.memory.accuse(f"{stolen.id} with another body: {answer.status} {answer.body}")
        if "event" in answer.body:
            self.memory.accuse(f"{stolen.id} with another body shows the event")

    async def _break(self) -> None:
        if self.breaker is None:
            await asyncio.sleep(self.plan.seconds)
        else:
            await self.breaker.run()
        self.over.set()

    def figures(self) -> dict[str, int]:
        """See `breaker.Watched`."""
        sent = self.memory.sent.values()
        return {"commands": len(sent), "acknowledged": sum(one.done is not None for one in sent),
                "unanswered": sum(one.open for one in sent), "wrong": len(self.memory.wrong)}  # fmt: skip

    def say(self, wrong: str) -> None:
        """See `breaker.Watched`."""
        self.memory.accuse(wrong)
        print(f"  WRONG {wrong[:600]}", flush=True)


def summary(chaos: Chaos) -> str:
    """What happened, in a few lines."""
    states = {kind: len(things) for kind, things in (("models", chaos.world.models), ("dossiers", chaos.world.dossiers),
              ("recognitions", chaos.world.recognitions), ("listings", chaos.world.listings))}  # fmt: skip
    counted = ", ".join(
        f"{what} × {n}" for what, n in sorted(chaos.memory.statuses.items(), key=lambda i: -i[1])[:25]
    )
    lines = [f"seed {chaos.seed}: {chaos.figures()}", states, counted]
    if (breaker := chaos.breaker) is not None:
        took, what = breaker.slowest
        kinds = ", ".join(f"{name} × {n}" for name, n in breaker.accidents.most_common())
        lines.append(
            f"{len(breaker.broken)} accidents: {kinds}; ready again after {took:.1f} s at most ({what})"
        )
        lines.append(f"verbs of an operator: {dict(breaker.remedies)}")
        lines.append("; ".join(breaker.broken[-100:]))
    if (looking := chaos.looking) is not None:
        lines.append(f"afterwards {looking.took}; last behind: {looking.last_behind}")
    return "\n  ".join(str(line) for line in lines)


async def looked_at(system: System, seed: int) -> list[str]:
    """What a run that was cut off left, by its journal."""
    await asyncio.to_thread(system.make_tokens, ACTORS)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        return await Looking(system, http, seed).look()


async def played(chaos: Chaos) -> list[str]:
    """One run against a system that is up."""
    await asyncio.to_thread(chaos.system.make_tokens, ACTORS)
    return await chaos.run()


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="for so long (60)")
    parser.add_argument(
        "--faults", type=int, help="until so many accidents have happened, however long it takes"
    )
    parser.add_argument("--lanes", type=int, help="how many may happen at once (1; with --faults 4)")
    parser.add_argument("--members", type=int, choices=(1, 3), default=1, help="of the document store")
    parser.add_argument(
        "--no-disks", action="store_true", help="mount nothing: no disk is full, slow or closed"
    )
    parser.add_argument(
        "--base-port",
        type=int,
        default=31900,
        help="below those that the system gives to whoever connects (31900)",
    )
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--calm", action="store_true", help="break nothing")
    parser.add_argument("--only", choices=[row.name for row in ACCIDENTS], action="append", default=[],
                        help="this kind of accident, and others so named, alone")  # fmt: skip
    parser.add_argument("--look", action="store_true", help="break and send nothing: look at what is there")
    parser.add_argument("--driver", choices=("motor", "pymongo"), default="motor")
    return parser.parse_args(argv)


def plan_of(args: argparse.Namespace) -> Plan:
    """How much is to break."""
    if args.faults is None:
        return Plan(args.seconds or 60.0, only=tuple(args.only), lanes=args.lanes or 1)
    return Plan(args.seconds or LONGEST_SECONDS, args.faults, tuple(args.only), args.lanes or 4, 0.1)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it by hand."""
    args = arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whatever ends it ends its system too
    place = args.data_dir or Path(tempfile.mkdtemp(prefix="dvk-outside-"))
    with ExitStack() as stack:
        disks = stack.enter_context(
            mounted(place, not args.no_disks and (args.faults is not None or args.look))
        )
        wires = stack.enter_context(Wires(args.base_port, args.seed, args.members))
        system = System(place, args.base_port, wires)
        try:
            started = joined(
                place, args.base_port, args.members == 3, lambda: system.start("--driver", args.driver)
            )
            members = stack.enter_context(started)
            if args.look:
                found = asyncio.run(looked_at(system, args.seed))
            else:
                chaos = Chaos(
                    system, args.seed, plan_of(args), breaking=not args.calm, disks=disks, members=members
                )
                found = asyncio.run(played(chaos))
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
