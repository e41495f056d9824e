"""Events of a newer version beside an older reporting: said, and taken by themselves once the program knows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest

from services.reporting.facts.kinds import KINDS
from services.reporting.figures import summary
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.generation import place_of
from services.reporting.store.queries import Reads
from services.reporting.store.readmodels import ReadModels
from services.reporting.store.renewing import Renewal, outgrown
from shared import VERSION
from shared.contracts import catalog
from shared.doors.gateway import Gateway
from shared.errors import OfNewerVersion
from shared.process import alarms
from shared.store import mongo
from tests.shell.test_readmodels import CLOCK, Desk, root
from tests.support.lives import City

WIRE = "vn.gov.danang.dvk.registry.ModelReceived.v1"
OF_CATALOG = (catalog.kind_of, catalog.knows, vars(catalog)["_newest"])
Lacks = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def older(lacks: Lacks) -> Generator[None]:
    """Within, the program does not know that type yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(catalog.events_of("registry"), ("ModelReceived", 1))
        lacks(patch)
        forget()
        yield
    forget()


def forget() -> None:
    for each in OF_CATALOG:
        each.cache_clear()


def the_form(_patch: pytest.MonkeyPatch) -> None:
    """It knows another version of the fact."""


def the_name(patch: pytest.MonkeyPatch) -> None:
    """It never heard of it."""
    patch.delitem(KINDS, "ModelReceived")


@pytest.fixture
async def desk(mongo_url: str, database: str) -> AsyncIterator[Desk]:
    town = City(3)
    town.found(3)
    town.of(town.register(field="economy", on="2026-01-05"), "ModelReceived", "2026-01-05")
    client = mongo.connect(mongo_url, "pymongo")
    yield await begun(client, mongo.database(client, database), town)
    await mongo.close(client)


async def begun(client: Any, database: Any, town: City) -> Desk:
    """A process of its own over the same store."""
    ledger = Ledger(database, lambda: CLOCK)
    await ledger.start()
    models = ReadModels(client, database, ledger)
    await models.start()
    return Desk(client, database, ledger, models, Reads(models, ledger, root), town)


async def received(desk: Desk) -> int:
    asked = await desk.reads.question(await desk.reads.known(), "2026")
    return summary.figures(asked)["whole"].get("models.received", 0)


@pytest.mark.parametrize(
    ("lacks", "held", "said"),
    [(the_form, 1, ["document.held", "events.unknown"]), (the_name, 0, ["events.unknown"])],
    ids=["another form", "another name"],
)
async def test_what_a_newer_version_wrote_is_said_and_taken_without_an_operator(
    desk: Desk, lacks: Lacks, held: int, said: list[str]
) -> None:
    with older(lacks):
        await desk.fill(desk.town.ledger())
        await desk.models.catch_up()
        row = await desk.models.status()
        assert [each["type"] for each in row["unread"]] == [WIRE]
        assert (len(row["held"]), await received(desk)) == (held, 0)
        assert sorted(alarm["code"] for alarm in alarms.of_rows([row])) == said
        assert not await Renewal(desk.models).look(), "nothing is gained while the program is the same"

    newer = await begun(desk.client, desk.database, desk.town)
    assert await Renewal(newer.models).look(), "it begins again, as the version that knows the type"

    row = await newer.models.status()
    assert (row["held"], row["unread"], row["generation"]) == ([], [], 2)
    assert not await Renewal(newer.models).look()
    assert await received(newer) == 1


async def test_only_one_replica_builds_and_a_build_that_stands_still_is_taken_over(desk: Desk) -> None:
    with older(the_name):
        await desk.fill(desk.town.ledger())
        await desk.models.catch_up()
    newer = await begun(desk.client, desk.database, desk.town)
    places, renewal = desk.database["readmodels"], Renewal(newer.models)
    for at in (1, 2):
        await places.replace_one({"_id": place_of(2)}, {"at": at, "reached": {}}, upsert=True)
        assert not await renewal.look()

    assert await renewal.look()
    assert await received(newer) == 1


def test_a_replica_that_is_older_than_what_is_recorded_asks_for_patience_and_tells_of_no_fault() -> None:
    with older(the_form), pytest.raises(OfNewerVersion) as raised:
        catalog.newest(WIRE)

    told = Gateway.answer(Gateway.__new__(Gateway), raised.value)
    assert (told.code, told.status) == ("log.newer", 503)


@pytest.mark.parametrize(
    ("thing", "kind", "by", "anew"),
    [
        ("model/1", WIRE, VERSION, False),
        ("model/1", WIRE, "0.0.9", True),
        ("model/1", WIRE, "10.0.0", False),
        (WIRE, WIRE, VERSION, True),
        ("vn.gov.danang.dvk.registry.Unheard.v1", "vn.gov.danang.dvk.registry.Unheard.v1", "0.0.9", False),
    ],
    ids=["held by this version", "by an older", "by a newer", "a type known by now", "a type still unknown"],
)
def test_a_book_is_built_anew_where_this_version_may_take_more(
    thing: str, kind: str, by: str, anew: bool
) -> None:
    assert outgrown({thing: {"type": kind, "version": by}}) is anew
