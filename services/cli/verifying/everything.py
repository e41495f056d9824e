"""Every log with all its copies, the ledger, and what the databases keep beside them: one look at all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import httpx

from services.cli.broker import Broker
from services.cli.claims import Claims
from services.cli.talking import System
from services.cli.telling import Step
from services.cli.verifying.beside import opened, signed_wrongs, tile_wrongs, witness_wrongs
from services.cli.verifying.copies import LedgerCopy, compare_mongo, compare_nats
from services.cli.verifying.heads import HeadsCheck
from services.cli.verifying.kept import LedgerDocuments, copy_wrongs, heads_wrongs
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.logs import verify_ledger, verify_log, vkey_of
from services.cli.verifying.reading import Web, documents
from services.cli.verifying.wrong import Verified, first_things_first
from shared.tlog.note import VerifyingKey


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

    async def run(self, services: tuple[str, ...], with_ledger: bool) -> list[Verified]:
        """These logs and, where reporting is known, the ledger."""
        async with httpx.AsyncClient(timeout=60.0, verify=self._system.verify) as http:
            self._webs = {service: Web(self._system, service, "/log", http) for service in services}
            for service in services:
                await self._log(service)
            if with_ledger:
                await self._of_ledger(http)
        for leaves in (*self._logs.values(), self._ledger):
            leaves.close()
        for each in self._found.values():
            each.wrongs = first_things_first(each.wrongs)
        return list(self._found.values())

    async def _fetch(self, service: str, position: int) -> bytes:
        lines = await self._webs[service].entries(position, 1)
        return lines[0] if lines else b""

    async def _log(self, service: str) -> None:
        """A log, its messages at the broker, its documents, and what lies beside them."""
        web, leaves = self._webs[service], self._logs.setdefault(service, Leaves())
        one = await verify_log(web, self._keys.get(service), leaves, self._heads, self._step)
        self._found[service] = one
        one.told += self._heads.diverged if service == "reporting" else ()
        if (key := await vkey_of(web)) is not None:
            self._keys.setdefault(service, key)
        if self._copies.nats is not None:
            one.copies["nats"], wrongs = await compare_nats(
                self._copies.nats, service, leaves, one.signed, self._fetch
            )
            one.wrongs += wrongs
        if self._copies.mongo is not None:
            database = f"{self._copies.prefix}_{service}"
            claims = Claims(import_module(f"services.{service}.app").SERVICE)
            one.copies["mongo"], wrongs = await compare_mongo(
                self._copies.mongo, database, service, leaves, self._fetch, claims
            )
            one.wrongs += wrongs
            async with opened(self._copies.mongo, database) as handle:
                if is_sound(one):  # else what follows from a wrong event would be told again
                    beside = await signed_wrongs(handle, "signed", service, leaves, one.signed)
                    beside += await tile_wrongs(handle, "tiles", service, leaves, one.signed)
                    one.wrongs = [*beside, *one.wrongs]

    async def _of_ledger(self, http: httpx.AsyncClient) -> None:
        """The ledger, its copies of the logs, and everything that reporting keeps."""
        web = Web(self._system, "reporting", "/ledger", http)
        copy = LedgerCopy(self._logs, self._fetch, lambda log: not self._found[log].wrongs)
        ledger = await verify_ledger(
            web, self._keys.get("ledger"), copy, self._heads, self._step, self._ledger
        )
        self._found["ledger"] = ledger
        if self._copies.mongo is not None:
            await self._beside_the_ledger(Web(self._system, "reporting", "/witness", http), ledger)
        for service, one in self._found.items():
            if one is not ledger:
                one.copies["ledger"] = ledger.copies.get(service, 0)
                one.wrongs += [wrong for wrong in ledger.wrongs if wrong.log == service]
        ledger.wrongs = [wrong for wrong in ledger.wrongs if wrong.log not in self._logs]

    async def _beside_the_ledger(self, witness: Web, ledger: Verified) -> None:
        url = self._copies.mongo
        assert url is not None
        database = f"{self._copies.prefix}_reporting"
        kept = LedgerDocuments(self._ledger)
        async for number, document in documents(url, database, "ledger"):
            kept.take(number, document)
        kept.finish()
        ledger.copies["mongo"] = kept.count
        ledger.wrongs += kept.wrongs
        async with opened(url, database) as handle:
            if is_sound(ledger):
                ledger.wrongs += await signed_wrongs(
                    handle, "ledger_signed", "ledger", self._ledger, ledger.signed
                )
                ledger.wrongs += await tile_wrongs(
                    handle, "ledger_tiles", "ledger", self._ledger, ledger.signed
                )
                ledger.wrongs += await heads_wrongs(handle, self._heads.newest, self._heads.buckets)
                ledger.wrongs += await copy_wrongs(handle, self._heads.published)
            sound = {name: leaves for name, leaves in self._logs.items() if not self._found[name].wrongs}
            ledger.wrongs += await witness_wrongs(handle, sound, self._keys, await vkey_of(witness))
            for name, leaves in sound.items():
                ledger.wrongs += await tile_wrongs(handle, f"tiles_of_{name}", name, leaves)


def is_sound(one: Verified) -> bool:
    """Whether each event is right; a service that does not sign may have a reason that lies beside its log."""
    return all(wrong.position is None and "root" not in wrong.en for wrong in one.wrongs)
