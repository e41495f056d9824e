"""Accidents one after the other, or several at once, until there were enough; in between, whether all recovers."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from tests.journeys.outside.accidents import ACCIDENTS, REMEDY, Accident, Scene, drawn, forget_the_damage
from tests.journeys.outside.afterwards import wait_ready
from tests.journeys.outside.journal import Journal
from tests.journeys.outside.system import DVK, SERVICES

READY_SECONDS = 240.0
"""All are ready again by then, however busy this machine is; who is not is stuck."""
MAY_NEED = {row.name: row.remedy for row in ACCIDENTS if row.remedy}
"""The accidents after which an operator may have to do something, and what."""
REST_EVERY = 20
"""After so many accidents nothing happens until everybody is ready."""


@dataclass(frozen=True)
class Plan:
    """How much is to break."""

    seconds: float
    faults: int | None = None
    """As many accidents, and not by the clock; `seconds` is then the longest it may take."""
    only: Sequence[str] = ()
    """The kinds of accidents there are to be; all where none is named."""
    lanes: int = 1
    """How many may happen at once."""
    waiting: float = 0.7
    """How often the next one waits until all is ready again."""


class Watched(Protocol):
    """What we want to know of the load."""

    def figures(self) -> dict[str, int]:
        """Commands, acknowledged events, and whatever else is counted."""
        ...

    def say(self, wrong: str) -> None:
        """Something is wrong."""
        ...


@dataclass
class Breaker:
    """Breaks one system by a plan."""

    scene: Scene
    plan: Plan
    http: httpx.AsyncClient
    watched: Watched
    journal: Journal
    broken: list[str] = field(default_factory=list[str])
    accidents: Counter[str] = field(default_factory=Counter[str])
    slowest: tuple[float, str] = (0.0, "")
    """How many seconds it took at most until all were ready again, and after what."""
    remedies: Counter[str] = field(default_factory=Counter[str])
    """Which verbs an operator had to use."""
    _happening: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.plan.seconds
        self._places = asyncio.Semaphore(self.plan.lanes)
        self._door = asyncio.Lock()

    @property
    def over(self) -> bool:
        """Whether it is enough."""
        late = time.monotonic() > self._until - 4
        return late or (self.plan.faults is not None and sum(self.accidents.values()) >= self.plan.faults)

    async def run(self) -> None:
        """Break until it is enough."""
        await asyncio.sleep(3)
        await asyncio.gather(*(self._lane() for _ in range(self.plan.lanes)))

    async def _lane(self) -> None:
        while not self.over:
            accident = drawn(self.scene, self.plan.only, beside(self._happening))
            if accident is None:
                await asyncio.sleep(0.2)
                continue
            async with self._room(accident.alone):
                what = await self._happen(accident)
            if what and sum(self.accidents.values()) % REST_EVERY == 0 and self.scene.at_length:
                await self._rest()
            elif what and self.scene.rng.random() < self.plan.waiting:
                await self._recover(what)
            await asyncio.sleep(self.scene.rng.uniform(0.1, 0.6 if self.scene.at_length else 3.0))

    async def _happen(self, accident: Accident) -> str:
        self._happening.append(accident.name)
        began = time.monotonic()
        try:
            what = await accident.happen(self.scene)
        except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
            self.watched.say(f"{accident.name}, after {self.broken[-5:]}: {error!r}")
            return ""
        finally:
            self._happening.remove(accident.name)
        if what:
            self.broken.append(what)
            self.accidents[accident.name] += 1
            self.journal.write("accident", number=len(self.broken), what=what, row=accident.name,
                               lasted=round(time.monotonic() - began, 1))  # fmt: skip
        return what

    @asynccontextmanager
    async def _room(self, alone: bool) -> AsyncGenerator[None]:
        """A place among those that break; all the places for one that wants to be alone."""
        wanted = self.plan.lanes if alone else 1
        async with self._door:
            for _ in range(wanted):
                await self._places.acquire()
        try:
            yield
        finally:
            for _ in range(wanted):
                self._places.release()

    async def _recover(self, what: str) -> None:
        began = time.monotonic()
        until = min(self._until, began + 20.0) if self.scene.at_length else self._until
        await wait_ready(self.scene.system, self.http, until)
        self.slowest = max(self.slowest, (time.monotonic() - began, what))

    async def _rest(self) -> None:
        """Nothing happens until everybody is ready; what an operator is told to do is done, where the table says so."""
        async with self._room(alone=True):
            began = time.monotonic()
            stuck = await wait_ready(self.scene.system, self.http, began + READY_SECONDS)
            took = time.monotonic() - began
            self.slowest = max(self.slowest, (took, self.broken[-1]))
            for service in stuck:
                self.watched.say(
                    f"{service} is not ready after {took:.0f} s, after {self.broken[-REST_EVERY:]}"
                )
            if not stuck:
                await self._mend()
        figures = {"faults": len(self.broken), "ready_after_s": round(took, 1), **self.watched.figures()}
        self.journal.write("figures", **figures, kinds=self.accidents, remedies=self.remedies)
        print(f"  {time.strftime('%H:%M:%S')} {figures}", flush=True)

    async def _mend(self) -> None:
        for service, reason in await standing_relays(self.scene, self.http):
            if service not in self.scene.damaged:
                self.watched.say(
                    f"{service} needs an operator: {reason}; only {MAY_NEED} may; after {self.broken[-REST_EVERY:]}"
                )
            self.remedies[f"{REMEDY} {service}"] += 1
            said = await asyncio.to_thread(reset, self.scene, service, sum(self.remedies.values()))
            self.journal.write("remedy", verb=REMEDY, service=service, reason=reason, said=said)
            forget_the_damage(self.scene, service)
            if said[0] != 0:
                self.watched.say(f"{REMEDY} {service} did not help: {said}")


def beside(happening: Sequence[str]) -> set[str]:
    """What does not happen beside these: none of them twice, and only one thing at a time to a disk."""
    of_disks = {row.name for row in ACCIDENTS if row.needs == "disks"}
    return {*happening, *(of_disks if of_disks & {*happening} else ())}


async def standing_relays(scene: Scene, http: httpx.AsyncClient) -> Sequence[tuple[str, str]]:
    """The services whose relay stands still until an operator does something, and why."""
    headers = {"Authorization": f"Bearer {scene.system.token('auditor-1')}"}
    found: list[tuple[str, str]] = []
    for service in SERVICES:
        try:
            answer = await http.get(f"{scene.system[service]}/followers", headers=headers)
            rows = answer.raise_for_status().json()
        except httpx.HTTPError:
            continue
        stands = [row for row in rows if row["name"] == "relay" and row["state"] == "stopped"]
        found += [(service, str(row.get("reason"))) for row in stands]
    return found


def reset(scene: Scene, service: str, number: int) -> tuple[int, str]:
    """`dvk relay reset`, as an operator would; its exit code and last words."""
    place = scene.system.data_dir
    argv = [str(DVK), "relay", "reset", service, "--reason", "tệp của JetStream bị hỏng", "--data-dir", str(place),
            "--export", str(place / f"reset-{number}.ndjson")]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, (done.stdout + done.stderr)[-500:]
