"""Databases that are put back to what they were an hour ago, one, two or all of them: each is named where it begins to
lack events, while the services run and after they were started again, because the broker and the others know better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.cli.places import DataDir
from shared import SERVICES
from tests.journeys.outside.system import System
from tests.journeys.test_tampering import Looking, publish
from tests.support.ports import free_base
from tests.support.year import Year

SETS = (("registry",), ("registry", "reporting"), SERVICES)
SETTLING_SECONDS = 60.0
APART = ("system.", "fs.", "evidence.")
"""Collections that are no part of a log: the server's own, and the bytes of files."""

Kept = dict[str, dict[str, list[dict[str, Any]]]]


def kept(client: MongoClient[Any], services: Iterable[str]) -> Kept:
    """All documents of these services' databases."""
    found: Kept = {}
    for service in services:
        database = client[f"dvk_{service}"]
        names = [name for name in database.list_collection_names() if not name.startswith(APART)]
        found[service] = {name: list(database[name].find({})) for name in names}
    return found


def put_back(client: MongoClient[Any], then: Kept) -> None:
    """Have these databases hold what they held then, and nothing else: each in one step, whoever writes meanwhile."""
    for service, collections in then.items():
        database = client[f"dvk_{service}"]
        names = [name for name in database.list_collection_names() if not name.startswith(APART)]

        def back(
            session: ClientSession,
            database: Database[Any] = database,
            names: Sequence[str] = names,
            collections: Mapping[str, list[dict[str, Any]]] = collections,
        ) -> None:
            for name in names:
                database[name].delete_many({}, session=session)
                if documents := collections.get(name):
                    database[name].insert_many(documents, session=session)

        with client.start_session() as session:
            session.with_transaction(back)


def revoke(system: System) -> None:
    """One more event of the registry."""
    headers = {
        "Authorization": f"Bearer {system.make_token('van-hanh', 'operator')}",
        "Idempotency-Key": str(uuid4()),
    }
    body = {"jti": uuid4().hex, "reason": "thử"}
    answer = httpx.post(f"{system['registry']}/revocations", headers=headers, json=body, timeout=60)
    assert answer.status_code == 200, answer.text


def settled(looking: Looking) -> dict[str, int]:
    """The heads of all logs, once everything has followed and nothing is wrong."""
    until = monotonic() + SETTLING_SECONDS
    while (wrongs := looking.wrongs(looking.logs)) and monotonic() < until:
        sleep(2)
    assert wrongs == []
    return {service: looking.head(service) for service in SERVICES}


def missing(looking: Looking) -> dict[str, tuple[int | None, str, str]]:
    """Of each log that is named, where first, with what was expected and found."""
    first: dict[str, tuple[int | None, str, str]] = {}
    for wrong in looking.wrongs(looking.logs):
        first.setdefault(wrong.log, (wrong.position, wrong.expected, wrong.found))
    return first


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(560)
def test_a_database_of_an_hour_ago_is_named_where_it_begins_to_lack_events(
    year: Year, tmp_path: Path
) -> None:
    system = System(year.copy(tmp_path), free_base())
    system.start()
    try:
        for services in SETS:
            with Looking(DataDir(tmp_path)) as looking:
                before = settled(looking)
                then = kept(looking.client, services)
                revoke(system)
                publish(system)
                settled(looking)
                now = kept(looking.client, services)
                put_back(looking.client, then)
                told = [missing(looking)]
            system.stop()
            system.start()
            with Looking(DataDir(tmp_path)) as looking:
                told.append(missing(looking))
                put_back(looking.client, now)
            system.stop()
            system.start()
            for when, found in zip(("running", "started again"), told, strict=True):
                for service in {"registry", "reporting"} & {*services}:
                    position, expected, seen = found[service]
                    assert (position, expected != seen) == (before[service] + 1, True), (
                        services,
                        when,
                        found,
                    )
    finally:
        system.stop()
