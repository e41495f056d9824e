"""After a run: everything that the system holds is looked at, and told against everything that was sent."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.journeys.outside.checker import check, line_of_ledger, parsed
from tests.journeys.outside.copies import Copies, connected, download
from tests.journeys.outside.counting import Count, differences
from tests.journeys.outside.folding import World, folded
from tests.journeys.outside.journal import accused, lost
from tests.journeys.outside.sending import Client, Memory, against_the_logs
from tests.journeys.outside.system import SERVICES, System

QUIET_SECONDS = 240.0
"""Generous: what has to come, comes by then however busy this machine is."""


@dataclass
class Looking:
    """One look at one system that nobody breaks any more."""

    system: System
    http: httpx.AsyncClient
    seed: int
    memory: Memory = field(default_factory=Memory)
    secrets: list[str] = field(default_factory=list[str])
    took: dict[str, float] = field(default_factory=dict[str, float])
    last_behind: list[str] = field(default_factory=list[str])
    """Who was behind when we last looked and somebody was."""

    async def look(self) -> list[str]:
        """Everything; what is wrong. Without a memory, what the journal tells was acknowledged."""
        http, began = self.http, time.monotonic()
        async with connected(self.system["nats"]) as bus:
            late = await wait_ready(self.system, http, began + QUIET_SECONDS)
            self._lap("ready", began)
            await Client(self.system, self.memory, http, bus).settle(2 * QUIET_SECONDS)
            self._lap("settled", began)
        found = [f"{service} is not ready" for service in late] + await self._caught_up()
        self._lap("caught up", began)
        copies = await download(self.system, http, self.system.token("auditor-1"))
        found += await check(self.system, copies, http, random.Random(self.seed))
        if self.memory.sent:
            found += against_the_logs(self.memory, copies.logs)
        found += accused(self.system.data_dir) + lost(self.system.data_dir, copies.logs)
        events = [parsed(line_of_ledger(line)[1]) for line in copies.ledger]
        by_source = [parsed(line) for service in SERVICES for line in copies.logs[service]]
        world = folded(by_source)
        found += world.invariants()
        found += self._names_in_clear(copies)
        found += await self._states(world)
        for cut_off in ("2026-10-15", "2026-06-30", "2026-12-31"):
            answer = await self._get(f"{self.system['reporting']}/summaries/2026", cut_off=cut_off)
            found += differences(answer, Count(events, "2026-01-01", cut_off, 2026))
        self._lap("looked at", began)
        found += await self._rebuilt()
        self._lap("rebuilt", began)
        return found

    async def _rebuilt(self) -> list[str]:
        """The read models, built anew from the ledger, are what they were."""
        url = f"{self.system['reporting']}/rebuild"
        headers = {"Authorization": f"Bearer {self.system.token('operator-1')}"}
        (await self.http.post(url, headers=headers)).raise_for_status()
        until = time.monotonic() + QUIET_SECONDS
        while (said := (await self.http.get(url, headers=headers)).raise_for_status().json())["running"]:
            if time.monotonic() > until:
                return [f"the read models are not built anew: {said}"]
            await asyncio.sleep(0.5)
        if "failure" in said or said["rebuild"].get("differences") != 0:
            return [f"the read models built anew are others: {said}"]
        return []

    def _lap(self, what: str, began: float) -> None:
        self.took[what] = round(time.monotonic() - began, 1)

    async def _get(self, url: str, **params: str) -> Any:
        headers = {"Authorization": f"Bearer {self.system.token('auditor-1')}"}
        return (await self.http.get(url, params=params, headers=headers)).raise_for_status().json()

    async def _caught_up(self) -> list[str]:
        """No follower lags any more and none has stopped; what does after a long while."""
        until = time.monotonic() + QUIET_SECONDS
        quiet = 0
        found: list[str] = []
        while True:
            self.last_behind, found = found or self.last_behind, []
            for service in SERVICES:
                try:
                    rows = await self._get(f"{self.system[service]}/followers")
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

    async def _states(self, world: World) -> list[str]:
        """Every model, dossier and recognition is shown as its events tell it."""
        found: list[str] = []
        shown = (("registry", "models", world.models), ("appraisal", "appraisals", world.dossiers),
                 ("awards", "recognitions", world.recognitions), ("awards", "listings", world.listings),
                 ("reporting", "models", world.models))  # fmt: skip
        for service, collection, things in shown:
            for thing in things.values():
                try:
                    said = await self._get(f"{self.system[service]}/{collection}/{thing.id}")
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


async def wait_ready(system: System, http: httpx.AsyncClient, until: float) -> list[str]:
    """Wait until all services are ready; those that are not by then."""
    late: list[str] = []
    for service in SERVICES:
        while True:
            try:
                if (await http.get(f"{system[service]}/health/ready")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if time.monotonic() > until:
                late.append(service)
                break
            await asyncio.sleep(0.3)
    return late
