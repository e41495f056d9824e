"""The year recorded under version 1, brought into a ledger of today: its summary says what it said then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest

from shared.store import mongo
from shared.tlog.merkle import root
from tests.contracts import year
from tests.support import stack
from tests.support.asking import door_to, everything_of

MEANT_OTHERWISE_SINCE: dict[str, str] = {}
"""Figures whose meaning was changed on purpose, each with what it means now."""


@pytest.fixture
def database(servers: stack.Servers) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    yield name
    stack.drop_databases(servers, name)


async def fill(mongo_url: str, database: str) -> None:
    client = mongo.connect(mongo_url, "pymongo")
    ledger, models = await everything_of(client, database)
    for source, events in groupby((e.event for e in year.ledger()), key=lambda event: event.service):
        await ledger.append(source, list(events))
    await models.catch_up()
    await mongo.close(client)


async def root_at(size: int) -> bytes:
    return root([entry.event.leaf for entry in year.ledger()[:size]])


async def test_the_summary_of_the_year_is_the_one_of_then(mongo_url: str, database: str) -> None:
    await fill(mongo_url, database)
    then = year.summary()
    async with door_to(mongo_url, database, root_at) as http:
        path = f"/summaries/2026?at={then['ledger_size']}"
        answer = await http.get(path, headers={"who": "auditor:ai"})

    now = answer.json()
    assert (now["root"], now["ledger_size"]) == (then["root"], then["ledger_size"])
    assert (now["start"], now["cut_off"], now["policy_version"]) == (
        then["start"], then["cut_off"], then["policy_version"],
    )  # fmt: skip
    assert differing(flat(then["figures"]), flat(now["figures"])) == {}


def flat(figures: Any, path: str = "") -> dict[str, Any]:
    """Every figure by the path that leads to it."""
    if not isinstance(figures, dict):
        return {path: figures}
    return {
        place: value
        for name, inner in figures.items()
        for place, value in flat(inner, f"{path}/{name}").items()
    }


def differing(then: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Figures of then that are others now, unless their meaning was changed; a new figure is no difference."""
    return {
        path: (value, now.get(path))
        for path, value in then.items()
        if path.rpartition("/")[2] not in MEANT_OTHERWISE_SINCE and now.get(path) != value
    }
