"""What several modules of running services share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import groupby
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.store import mongo
from tests.support import stack
from tests.support.asking import Asking, asking_about, everything_of
from tests.support.lives import City

LEGAL_BASES = (
    {"code": "scheme", "number": "05-ĐA/TU", "issuer": "Thành ủy Đà Nẵng", "dated": "2026-02-10",
     "subject": "Đề án xây dựng, nhân rộng mô hình “Dân vận khéo”"},
    {"code": "guide-1", "issuer": "Ban Dân vận Thành ủy", "dated": "2026-03-01", "subject": "Hướng dẫn lần thứ nhất"},
    {"code": "guide-1", "issuer": "Ban Dân vận Thành ủy", "dated": "2026-03-01", "subject": "Hướng dẫn lần thứ nhất",
     "valid_to": "2027-05-31", "replaced_by": "guide-2"},
    {"code": "guide-2", "issuer": "Ban Dân vận Thành ủy", "dated": "2027-05-20", "valid_from": "2027-06-01",
     "subject": "Hướng dẫn lần thứ hai"},
)  # fmt: skip
"""Documents that reports quote: one was replaced by another."""


@pytest.fixture(scope="module")
def town() -> City:
    town = City(23)
    town.found(8)
    town.live(days=560, acts=300)
    for adoption, _ in town.adoptions[:2]:
        built = town.register(adopted_from=adoption)
        town.tell(town.registry, f"adoption/{built.id}", "ReplicationAdopted", {
            "on": town.today, "adoption": built.id, "model": built.id, "unit": "20194", "method": "Như bản gốc",
            "roadmap": [{"milestone": "Bắt đầu", "due_on": "2028-01-01"}], "responsible": {"office": "Chủ tịch"},
            "coordination": "Mặt trận", "known": {"awards": len(town.awards.events)},
        }, unit="20194")  # fmt: skip
    for version, since in ((8, "2027-06-01"), (9, "2028-01-01")):
        town.tell(town.awards, "forms/scheme", "FormsPublished", {
            "on": town.today, "effective_from": since, "version": version, "forms": [
                {"code": "giay_khen", "name": "Giấy khen", "track": "state", "level": "grassroots",
                 "recipient_kinds": ["collective"]}],
        }, actor="operator", role="operator")  # fmt: skip
    for basis in LEGAL_BASES:
        town.tell(town.registry, f"legal-basis/{basis['code']}", "LegalBasisRecorded",
                  {"on": town.today, **basis}, actor="operator", role="operator")  # fmt: skip
    return town


@pytest.fixture(scope="module")
def filled(servers: stack.Servers, mongo_url: str, town: City) -> Iterator[str]:
    """The name of a database whose read models hold the town's whole ledger."""
    name = f"test_{uuid4().hex[:12]}"

    async def fill() -> None:
        client = mongo.connect(mongo_url, "pymongo")
        ledger, models = await everything_of(client, name)
        for source, events in groupby(
            (entry.event for entry in town.ledger()), key=lambda event: event.service
        ):
            await ledger.append(source, list(events))
        await models.catch_up()
        await mongo.close(client)

    asyncio.run(fill())
    yield name
    stack.drop_databases(servers, name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asking(mongo_url: str, filled: str, town: City) -> AsyncIterator[Asking]:
    """Its door, opened once a module: whoever asks says `asyncio(loop_scope="module")`."""
    async with asking_about(town, mongo_url, filled) as door:
        yield door
