"""What the witness does with a log that forks, shrinks or changes its key, and with a memory that was taken from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from services.cli.verifying.remembered import older_wrongs
from services.reporting.ledger.ledger import Ledger
from services.reporting.ledger.vouching import must_be_vouched, must_come_after_what_it_counts
from services.reporting.ledger.witness import Witness
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.cosignatures import farthest
from shared.eventlog.port import Recorded, recorded
from shared.process.alarms import of_rows
from shared.store import mongo
from shared.tlog.canonical import canonical
from shared.tlog.checkpoint import Checkpoint, believed, sign
from shared.tlog.handover import Tree, handed_over, withdrawn
from shared.tlog.merkle import root
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from tests.support.lives import City

KEY = SigningKey("dvk.test/registry", LOG, bytes(32))
CLOCK = "2027-12-31T00:00:00.000000Z"


class Log:
    """A service that shows whatever checkpoint it is told to."""

    def __init__(self, events: list[Recorded]) -> None:
        self.events = events
        self.shown = b""
        self.handovers = b""
        self.show(len(events))

    def show(self, size: int, other: bytes | None = None, key: SigningKey = KEY) -> None:
        of_all = root([event.leaf for event in self.events[:size]]) if other is None else other
        self.shown = sign(Checkpoint(KEY.name, size, of_all), key).raw

    async def text(self, path: str) -> bytes:
        if path == "/log/handovers":
            return self.handovers
        return KEY.verifying.vkey.encode() + b"\n" if path == "/log/vkey" else self.shown


class Told:
    """Takes the place of the recorder."""

    def __init__(self) -> None:
        self.divergences: list[tuple[str, int, str, str]] = []
        self.heads = 0

    async def divergence(self, source: str, position: int, expected: str, found: str) -> None:
        self.divergences.append((source, position, expected, found))

    async def heads_size(self) -> int:
        return self.heads


@pytest.fixture
def events() -> list[Recorded]:
    town = City(5)
    town.found(3)
    return list(town.registry.events)


@pytest.fixture
async def handle(mongo_url: str, database: str, events: list[Recorded]) -> AsyncIterator[Any]:
    client = mongo.connect(mongo_url, "pymongo")
    handle = mongo.database(client, database)
    ledger = Ledger(handle, lambda: CLOCK)
    await ledger.start()
    await ledger.append("registry", events)
    yield handle
    await mongo.close(client)


OWN = SigningKey("dvk.test/reporting-witness", WITNESS, bytes(31) + b"\1")


def witness_of(handle: Any, log: Log, told: Told, key: SigningKey = OWN) -> Witness:
    running = SimpleNamespace(
        database=handle, peers={"registry": log}, followers=[], settings=SimpleNamespace(log_prefix="dvk.test"),
        restored=SimpleNamespace(trouble=lambda: None),
    )  # fmt: skip
    return Witness(cast(Any, running), key, lambda: 1_800_000_000, cast(Any, told))


async def look(witness: Witness) -> None:
    await witness.look("registry")


async def test_a_log_that_is_followed_is_cosigned_and_nothing_is_told(
    handle: Any, events: list[Recorded]
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    log.show(len(events) - 1)
    await look(witness)
    log.show(len(events))
    await look(witness)
    await look(witness)

    assert told.divergences == []
    assert "diverged" not in await witness.status()
    assert (await witness.proof("registry", len(events))) is not None


@pytest.mark.parametrize("smaller", [0, 1, 3])
async def test_a_fork_and_a_smaller_tree_are_told_at_once(
    handle: Any, events: list[Recorded], smaller: int
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    await look(witness)
    size = len(events) - smaller
    log.show(size, None if smaller == 3 else bytes(range(32)))
    await look(witness)

    [(source, position, _, found)] = told.divergences
    assert (source, position) == ("registry", len(events))
    assert found.startswith(f"{size} ")
    assert (await witness.status())["diverged"][0]["log"] == "registry"
    log.show(len(events))
    await look(witness)
    assert "diverged" not in await witness.status(), "it is again the log that was followed"


async def test_a_larger_tree_over_other_events_is_told_and_not_cosigned(
    handle: Any, events: list[Recorded]
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    log.show(len(events) - 2)
    await look(witness)
    log.show(len(events), bytes(32))
    await look(witness)

    assert [each[:2] for each in told.divergences] == [("registry", len(events))]
    assert await witness.proof("registry", len(events)) is None


async def test_another_key_is_an_alarm_and_nothing_is_cosigned(handle: Any, events: list[Recorded]) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    log.show(4)
    await look(witness)
    log.show(len(events), key=SigningKey(KEY.name, LOG, bytes(31) + b"\7"))
    await look(witness)

    assert (await witness.status())["diverged"][0]["expected"] == KEY.verifying.vkey
    assert await witness.proof("registry", len(events)) is None


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        (["cosigned"], ["cosigned registry"]),
        (["cosigned", "log_keys"], ["cosigned registry", "key of registry"]),
        (["cosigned", "log_keys", "cosignatures"], ["cosigned registry"]),
    ],
    ids=" ".join,
)
async def test_a_memory_that_was_deleted_is_put_on_record_as_the_fault_of_who_kept_it(
    handle: Any, events: list[Recorded], lost: list[str], named: list[str]
) -> None:
    log, told = Log(events), Told()
    await look(witness_of(handle, log, told))
    told.heads = 5000
    for collection in lost:
        await handle[collection].delete_many({})
    await look(witness_of(handle, log, told))

    missing = {"cosigned registry": "registry: nothing is remembered",
               "key of registry": "registry: no key is remembered"}  # fmt: skip
    assert told.divergences == [("reporting", len(events), each, missing[each]) for each in named]


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_memory_of_an_earlier_day_is_put_on_record_too_and_gone_on_from(
    handle: Any, events: list[Recorded], restarted: bool
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    log.show(3)
    await look(witness)
    earlier = await handle["cosigned"].find_one({"_id": "registry"})
    log.show(len(events))
    await look(witness)
    assert told.divergences == []
    await handle["cosigned"].replace_one({"_id": "registry"}, earlier)
    [wrong] = older_wrongs("registry", await farthest(handle, "registry"), earlier)
    assert (wrong.log, wrong.position, wrong.expected, wrong.found) == (
        "registry", len(events), f"cosigned {len(events)}", "cosigned 3",
    )  # fmt: skip
    witness = witness_of(handle, log, told) if restarted else witness
    await look(witness)

    row = await witness.status()
    assert (row["state"], [alarm["code"] for alarm in of_rows([row])]) == ("running", ["log.diverged"])
    assert told.divergences == [
        ("reporting", len(events), f"cosigned registry {len(events)}", "registry: 3 is remembered")
    ]
    later = await handle["cosigned"].find_one({"_id": "registry"})
    assert older_wrongs("registry", len(events), later) == []


async def test_a_key_that_was_deleted_is_put_on_record_too(handle: Any, events: list[Recorded]) -> None:
    log, told = Log(events), Told()
    await look(witness_of(handle, log, told))
    await handle["log_keys"].delete_many({})
    await look(witness_of(handle, log, told))

    assert told.divergences == [
        ("reporting", len(events), "key of registry", "registry: no key is remembered")
    ]


async def test_a_first_look_accuses_nobody(handle: Any, events: list[Recorded]) -> None:
    told = Told()
    await look(witness_of(handle, Log(events), told))

    assert told.divergences == []


async def test_only_what_a_service_shows_itself_enters_the_ledger(events: list[Recorded]) -> None:
    async def own(after: int, limit: int) -> list[Recorded]:
        return events[after : after + min(limit, 2)]

    forged = recorded(events[2].raw.replace(b'"actor":"', b'"actor":"x', 1))
    beyond = recorded(
        events[-1].raw.replace(b'"position":%d' % len(events), b'"position":%d' % (len(events) + 1))
    )

    await must_be_vouched("registry", events, own)
    with pytest.raises(CorruptHistory, match="registry does not vouch for what the broker has at 3"):
        await must_be_vouched("registry", [*events[:2], forged, *events[3:]], own)
    with pytest.raises(Unavailable):
        await must_be_vouched("registry", [*events, beyond], own)


def test_a_record_of_a_size_enters_the_ledger_after_all_that_the_size_counts(events: list[Recorded]) -> None:
    envelope = orjson.loads(events[0].raw)
    heads = {"type": "vn.gov.danang.dvk.reporting.HeadsRecorded.v2", "source": "/dvk/reporting"}
    of_three = recorded(canonical({**envelope, **heads, "data": {"size": 3, "root": "00" * 32}}))

    must_come_after_what_it_counts(3, [of_three])
    must_come_after_what_it_counts(2, [events[0], of_three])
    for head, before in ((2, []), (0, events[:2])):
        with pytest.raises(Unavailable):
            must_come_after_what_it_counts(head, [*before, of_three])


def over(old: SigningKey, new: SigningKey, time: int, tree: Tree | None, *, stolen: bool = False) -> Note:
    return withdrawn(old.verifying, new, time, tree) if stolen else handed_over(old, new, time, tree)


NEXT = SigningKey(KEY.name, LOG, bytes(31) + b"\7")


def root_of(events: list[Recorded], size: int) -> bytes:
    return root([event.leaf for event in events[:size]])


async def test_a_key_that_was_handed_over_is_taken_up_without_an_alarm(
    handle: Any, events: list[Recorded]
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    size = len(events) - 1
    log.show(size)
    await look(witness)
    log.handovers = over(KEY, NEXT, 1_790_000_000, Tree(size, root_of(events, size))).raw
    log.show(size, key=NEXT)
    await look(witness)
    note = await witness.own_note("registry")
    assert note is not None and believed(note, [NEXT.verifying]), (
        "the same tree is cosigned under the new key"
    )
    log.show(len(events), key=NEXT)
    await look(witness_of(handle, log, told))

    assert told.divergences == []
    assert "diverged" not in await witness.status()
    log.show(len(events))
    await look(witness)
    for each in (witness, witness_of(handle, log, told)):
        await look(each)
        assert "diverged" in await each.status(), "the old key signs on"
    log.handovers = b""
    forgetful = witness_of(handle, log, told)
    await look(forgetful)
    [trouble] = (await forgetful.status())["diverged"]
    assert "handover.missing" in trouble["found"], "and says nothing of the new one"


@pytest.mark.parametrize("why", ["fork", "stolen", "other", "none"])
async def test_a_new_key_without_a_handover_of_this_tree_is_named(
    handle: Any, events: list[Recorded], why: str
) -> None:
    log, told = Log(events), Told()
    witness = witness_of(handle, log, told)
    await look(witness)
    size = len(events)
    tree = Tree(size, bytes(32) if why == "fork" else root_of(events, size))
    other = SigningKey(KEY.name, LOG, bytes(31) + b"\6")
    said = over(other if why == "other" else KEY, NEXT, 1_790_000_000, tree, stolen=why == "stolen")
    log.handovers = b"" if why == "none" else said.raw
    log.show(size, key=NEXT)
    await look(witness)

    [trouble] = (await witness.status())["diverged"]
    assert trouble["expected"] == KEY.verifying.vkey
    assert ("handover.other-tree" if why == "fork" else "signature.unknown") in trouble["found"]
    log.show(size)
    await look(witness)
    assert "diverged" not in await witness.status()


async def test_the_witness_cosigns_anew_with_its_own_new_key(handle: Any, events: list[Recorded]) -> None:
    log, told = Log(events), Told()
    await look(witness_of(handle, log, told))
    later = SigningKey("dvk.test/reporting-witness", WITNESS, bytes(31) + b"\5")
    witness = witness_of(handle, log, told, later)
    await look(witness)
    note = await witness.own_note("registry")
    assert note is not None and believed(note, [KEY.verifying], [later.verifying]).by_witnesses
    assert told.divergences == []


async def test_an_operator_tells_the_witness_the_key_after_a_stolen_one(
    handle: Any, events: list[Recorded]
) -> None:
    log, told = Log(events), Told()
    await look(witness_of(handle, log, told))
    size = len(events)
    said = over(KEY, NEXT, 1_790_000_000, Tree(size, root_of(events, size)), stolen=True)
    log.handovers = said.raw
    log.show(size, key=NEXT)
    await handle["log_keys"].update_one({"_id": "registry"}, {"$set": {"vkey": NEXT.verifying.vkey}})
    witness = witness_of(handle, log, told)
    await look(witness)
    note = await witness.own_note("registry")

    assert note is not None and believed(note, [NEXT.verifying])
    assert "diverged" not in await witness.status() and told.divergences == []


async def test_a_log_that_signs_no_more_is_an_alarm_and_one_that_grows_all_the_time_is_not(
    handle: Any, events: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, held = 1000.0, len(events)
    monkeypatch.setattr("services.reporting.ledger.witness.monotonic", lambda: now)
    log = Log(events)
    witness = witness_of(handle, log, Told())
    status = SimpleNamespace(status=SimpleNamespace(name="ledger", source="registry", position=held))
    cast(Any, witness)._running.followers.append(status)

    async def codes() -> list[tuple[str, str]]:
        return [(each["code"], each.get("log", "")) for each in of_rows([await witness.status()])]

    for size in (3, 5, 8):
        log.show(size)
        await look(witness)
        assert cast(Any, witness)._has_news("registry")
        now += 500
        assert await codes() == [], "it is far behind, but it signs"
    now += 200
    assert cast(Any, witness)._has_news("registry")
    assert await codes() == [("log.unsigned", "registry")]
    log.show(held)
    for _ in range(2):  # what was cosigned is known from the next look on
        await look(witness)
    assert not cast(Any, witness)._has_news("registry")
    assert await codes() == []
