"""Every log with all its copies, the ledger, and what the databases keep beside them: one look at all of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from importlib import import_module
from time import monotonic

import httpx

from services.cli.broker import Broker
from services.cli.claims import Claims
from services.cli.talking import System
from services.cli.telling import Step
from services.cli.verifying.beside import (
    Beside,
    Memory,
    beside,
    hole_wrongs,
    memory,
    signed_wrongs,
    tile_wrongs,
)
from services.cli.verifying.copies import LedgerCopy, compare_mongo, compare_nats
from services.cli.verifying.heads import HeadsCheck
from services.cli.verifying.kept import LedgerDocuments, copy_wrongs, heads_wrongs
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.logs import Against, Between, signers_of, verify_ledger, verify_log
from services.cli.verifying.reading import Web, documents, opened
from services.cli.verifying.remembered import (
    SECOND,
    begun_anew,
    key_wrongs,
    outside_wrongs,
    witness_wrongs,
)
from services.cli.verifying.second import shown_memory
from services.cli.verifying.verified import Verified
from services.cli.verifying.wrong import first_things_first
from shared import SERVICES
from shared.process.own_keys import COSIGNS
from shared.store import mongo
from shared.store.mongo import Client, Database
from shared.tlog.note import VerifyingKey

PATIENCE_SECONDS = 10.0
"""A ledger that has taken nothing for so long is looked at as it is."""


@dataclass(frozen=True)
class Copies:
    """Where else the events lie."""

    nats: Broker | None
    mongo: str | None
    prefix: str = "dvk"


class Verification:
    """One look; `keys` are those that the auditor brought, by the last part of their name."""

    def __init__(self, system: System, keys: Mapping[str, VerifyingKey], copies: Copies, step: Step) -> None:
        self._system = system
        self._keys = dict(keys)
        self._copies = copies
        self._step = step
        self._webs: dict[str, Web] = {}
        self._logs: dict[str, Leaves] = {}
        self._ledger = Leaves()
        self._heads = HeadsCheck()
        self._found: dict[str, Verified] = {}
        self._kept: dict[str, Beside] = {}
        self._store: Client | None = None
        self._memory: Memory | None = None
        self._second: Memory | None = None

    async def run(self, services: tuple[str, ...], with_ledger: bool) -> list[Verified]:
        """These logs and, where reporting is known, the ledger."""
        async with AsyncExitStack() as held:
            http = await held.enter_async_context(httpx.AsyncClient(timeout=60.0, verify=self._system.verify))
            if self._copies.mongo is not None:
                self._store = await held.enter_async_context(opened(self._copies.mongo))
            self._webs = {service: Web(self._system, service, "/log", http) for service in services}
            if with_ledger and self._copies.mongo is not None:
                self._memory = await memory(self._database("reporting"))
            if with_ledger and COSIGNS in self._system.urls:
                self._second = await self._of_second(http)
            for service in services:
                await self._log(service)
            if with_ledger:
                await self._of_ledger(http)
        for leaves in (*self._logs.values(), self._ledger):
            leaves.close()
        for each in self._found.values():
            each.wrongs = first_things_first(each.wrongs)
        return list(self._found.values())

    async def _of_second(self, http: httpx.AsyncClient) -> Memory:
        """What the second witness remembers, before the logs are read."""
        if self._copies.mongo is None:
            return await shown_memory(Web(self._system, COSIGNS, "/witness", http))
        return await memory(self._database(COSIGNS), SECOND.logs)

    def _database(self, service: str) -> Database:
        assert self._store is not None
        return mongo.database(self._store, f"{self._copies.prefix}_{service}")

    def _beside(self, log: str, service: str, prefix: str = "") -> Between:
        """Reads what a database keeps beside a log or the ledger."""

        async def read() -> None:
            if self._copies.mongo is not None:
                self._kept[log] = await beside(self._database(service), f"{prefix}signed", f"{prefix}tiles")

        return read

    async def _fetch(self, service: str, position: int) -> bytes:
        lines = await self._webs[service].entries(position, 1)
        return lines[0] if lines else b""

    async def _log(self, service: str) -> None:
        """A log, its messages at the broker, its documents, and what lies beside them."""
        web, leaves = self._webs[service], self._logs.setdefault(service, Leaves())
        key, between = self._keys.get(service), self._beside(service, service)
        one = await verify_log(web, key, leaves, self._heads, self._step, between)
        self._found[service] = one
        one.told += self._heads.diverged if service == "reporting" else ()
        if self._copies.nats is not None:
            one.copies["nats"], wrongs = await compare_nats(
                self._copies.nats, service, leaves, one.signed, self._fetch
            )
            one.wrongs += wrongs
        one.is_vouched = is_sound(one)
        if self._copies.mongo is not None:
            database = self._database(service)
            claims = Claims(import_module(f"services.{service}.app").SERVICE)
            one.copies["mongo"], wrongs = await compare_mongo(database, service, leaves, self._fetch, claims)
            one.wrongs += wrongs
            one.wrongs += await hole_wrongs(database, "log", service, one.copies["mongo"])
            if is_sound(one):  # else what follows from a wrong event would be told again
                kept = self._kept[service]
                wrongs = signed_wrongs(kept.signed, "signed", service, leaves, one.shown)
                wrongs += tile_wrongs(kept.tiles, "tiles", service, leaves, one.signed)
                one.wrongs = [*wrongs, *one.wrongs]
                one.wrongs += await key_wrongs(database, service, "log", one.signers)

    async def _of_ledger(self, http: httpx.AsyncClient) -> None:
        """The ledger, its copies of the logs, and everything that reporting keeps."""
        web = Web(self._system, "reporting", "/ledger", http)
        await self._caught_up(web)
        copy = LedgerCopy(self._logs, self._fetch, lambda log: self._found[log].is_vouched)
        against = Against(copy, self._heads, self._ledger, self._all_events)
        between = self._beside("ledger", "reporting", "ledger_")
        ledger = await verify_ledger(web, self._keys.get("ledger"), against, self._step, between)
        self._found["ledger"] = ledger
        if self._copies.mongo is not None:
            await self._beside_the_ledger(Web(self._system, "reporting", "/witness", http), ledger)
        if self._second is not None:
            await self._by_the_second(Web(self._system, COSIGNS, "/witness", http), ledger, self._second)
        for service, one in self._found.items():
            if one is not ledger:
                one.copies["ledger"] = ledger.copies.get(service, 0)
                one.wrongs += [wrong for wrong in ledger.wrongs if wrong.log == service]
        ledger.wrongs = [wrong for wrong in ledger.wrongs if wrong.log not in self._logs]

    async def _by_the_second(self, witness: Web, ledger: Verified, kept: Memory) -> None:
        """Whether what another service cosigned is what there is; what is itself found wrong is not told again."""
        logs = [name for name in SECOND.logs if name in self._logs and not self._found[name].wrongs]
        sound = {name: self._logs[name] for name in logs}
        if all(wrong.log in self._logs for wrong in ledger.wrongs):
            sound["ledger"] = self._ledger
        keys = {name: signers for name in sound if (signers := self._found[name].signers) is not None}
        by = await signers_of(witness, self._keys.get(f"{COSIGNS}-witness"))
        ledger.wrongs += witness_wrongs(kept, sound, keys, by, SECOND)
        if "ledger" in sound and "ledger" in self._kept:
            ledger.wrongs += begun_anew("ledger", kept.nearest["ledger"], self._kept["ledger"].signed)

    async def _caught_up(self, ledger: Web) -> None:
        """Return when the ledger has taken what was read of the logs, or takes nothing more for a while."""
        until, before = monotonic() + PATIENCE_SECONDS, dict[str, int]()
        while monotonic() < until:
            held: dict[str, int] = json.loads(await ledger.get("positions"))
            if all(held.get(log, 0) >= leaves.size for log, leaves in self._logs.items()):
                return
            if held != before:
                until, before = monotonic() + PATIENCE_SECONDS, held
            await asyncio.sleep(0.2)

    async def _all_events(self) -> int | None:
        """How many events all logs have by now; None when one of them is not looked at."""
        if not self._webs.keys() >= set(SERVICES):
            return None
        return sum([json.loads(await self._webs[log].get("head"))["position"] for log in SERVICES])

    async def _beside_the_ledger(self, witness: Web, ledger: Verified) -> None:
        assert self._memory is not None
        kept, database = LedgerDocuments(self._ledger), self._database("reporting")
        async with aclosing(documents(database, "ledger")) as stored:
            async for number, document in stored:
                kept.take(number, document)
        kept.finish()
        ledger.copies["mongo"] = kept.count
        ledger.wrongs += kept.wrongs
        ledger.wrongs += await hole_wrongs(database, "ledger", "ledger", kept.count)
        leaves, beside_it = self._ledger, self._kept["ledger"]
        if is_sound(ledger):
            ledger.wrongs += signed_wrongs(beside_it.signed, "ledger_signed", "ledger", leaves, ledger.shown)
            ledger.wrongs += tile_wrongs(beside_it.tiles, "ledger_tiles", "ledger", leaves, ledger.signed)
            if not ledger.is_held_back:  # else the newest heads wait to be put on record
                ledger.wrongs += await heads_wrongs(database, self._heads.newest, self._heads.buckets)
            ledger.wrongs += await copy_wrongs(database, self._heads.published)
        sound = {name: leaves for name, leaves in self._logs.items() if not self._found[name].wrongs}
        by_logs = {name: keys for name in sound if (keys := self._found[name].signers) is not None}
        by_witness = await signers_of(witness, self._keys.get("reporting-witness"))
        ledger.wrongs += witness_wrongs(self._memory, sound, by_logs, by_witness)
        ledger.wrongs += await outside_wrongs(database, sound, by_logs)
        for what, mine in (("ledger", ledger.signers), ("witness", by_witness)):
            ledger.wrongs += await key_wrongs(database, "ledger", what, mine)
        for name, leaves in sound.items():
            ledger.wrongs += begun_anew(name, self._memory.nearest[name], self._kept[name].signed)
            ledger.wrongs += tile_wrongs(self._memory.tiles[name], f"tiles_of_{name}", name, leaves)


def is_sound(one: Verified) -> bool:
    """Whether each event is right; a service that does not sign may have a reason that lies beside its log."""
    return all(wrong.position is None and "root" not in wrong.en for wrong in one.wrongs)
