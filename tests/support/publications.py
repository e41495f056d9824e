"""Publications with their proof, made by hand from a small city: honest ones, and such as a liar would make."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson

from services.reporting.facts.entry import Entry
from services.reporting.queries.baseline import beside
from services.reporting.store.recount import Recount
from shared.eventlog.port import Recorded
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import consistency_proof, nodes_of, root
from shared.tlog.note import Note
from shared.tlog.publication import About, Publication
from shared.tlog.witness import ask
from tests.support.bundles import COSIGNED, KEYS, SERVICES, WITNESS_KEY, proof_of
from tests.support.lives import City

IDENT = "00000000-0000-4000-8000-000000000001"


def summary_of(entries: Sequence[Entry], like: dict[str, Any]) -> dict[str, Any]:
    """The summary of a period as counted from these entries."""

    async def counted() -> Recount:
        recount = Recount()
        await recount.take(entries)
        return recount

    return asyncio.run(counted()).summary({"ledger_size": len(entries), "root": "", **like}, beside())


def published(city: City, summary: dict[str, Any], entries: Sequence[Entry]) -> Publication:
    """What reporting would hand out of a summary that it has published, true or not."""
    body = orjson.dumps(summary, option=orjson.OPT_SORT_KEYS)
    names = ("period", "cut_off", "scope", "policy_version", "ledger_size", "root", "rules")
    data = {
        **{name: summary[name] for name in names}, "publication": IDENT, "sha256": sha256(body).hexdigest(),
        "on": "2027-12-31", "authority_unit": "btgdv",
    }  # fmt: skip
    event = city.reporting.tell(
        f"publication/{IDENT}", "SummaryPublished", data, "2027-12-31T02:00:00.000000Z"
    )
    events = [entry.event for entry in entries]
    logs = {log: [event for event in events if event.service == log] for log in SERVICES}
    return Publication(
        About(IDENT, len(entries)),
        body,
        event.raw,
        proof_of(city.reporting.events, event),
        tuple(event.raw for event in events),
        {log: continued(log, some, city) for log, some in logs.items() if some},
    )


def continued(log: str, events: Sequence[Recorded], city: City) -> bytes:
    """That the log as it is now continues these first events of it."""
    leaves = [event.leaf for event in getattr(city, log).events]
    checkpoint = Checkpoint(KEYS[log].name, len(leaves), root(leaves))
    lines = (*sign(checkpoint, KEYS[log]).signatures, cosign(checkpoint, WITNESS_KEY, COSIGNED))
    proof = consistency_proof(len(events), len(leaves), nodes_of(leaves))
    return ask(len(events), proof, Note(checkpoint.text, lines)).raw
