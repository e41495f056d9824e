"""What a log lacks comes back only as somebody vouches for it: the log's own signature, or the signed ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.cli.broker import Broker
from services.cli.restoring.missing import Outcome, Restoring, Stores
from services.cli.restoring.vouching import Keys, cosigned, kept
from services.cli.telling import Failure
from services.registry.app import SERVICE
from services.reporting.ledger.own_key import ledger_key
from shared.eventlog.numbering import document_of
from shared.eventlog.port import Recorded, Unnumbered, recorded
from shared.relaying.streams import stream_config
from shared.store import mongo
from shared.store.mongo import Database
from shared.tlog.checkpoint import Checkpoint, sign
from shared.tlog.merkle import root
from shared.tlog.note import LOG, SigningKey
from tests.cli.chain import changed, log
from tests.support.courier import connected

KEY = SigningKey("dvk.test/registry", LOG, bytes(range(32)))
LEDGER_KEY = ledger_key("dvk.test/ledger", bytes(range(32)))
EVENTS = [recorded(line) for line in log(6, streams=6)]
HEAD = 3
"""So many the restored database has."""


def signed(size: int, events: Sequence[Recorded] = EVENTS, key: SigningKey = KEY) -> bytes:
    return sign(Checkpoint(key.name, size, root([event.leaf for event in events[:size]])), key).raw


@dataclass
class Lost:
    """A log of which the end is gone, with whoever may still have it."""

    mongo_url: str
    nats_url: str
    prefix: str
    registry: Database
    reporting: Database
    broker: Sequence[bytes] = field(default_factory=lambda: [event.raw for event in EVENTS])

    async def back(self, *checkpoints: bytes, keys: Keys | None = None) -> Outcome:
        """What `dvk restore-log` does."""
        async with connected(self.nats_url) as client:
            js = client.jetstream()
            there = (await js.add_stream(stream_config("registry"))).state.messages
            for body in self.broker[there:]:
                await js.publish("dvk.registry.unit.UnitRegistered", body)
        brought = keys or Keys({"registry": KEY.verifying, "ledger": LEDGER_KEY.verifying})
        stores = Stores(self.mongo_url, self.prefix, Broker(self.nats_url), brought, checkpoints)
        return await Restoring(SERVICE, stores).run()

    async def events(self) -> list[bytes]:
        rows = await self.registry["log"].find({}).to_list(None)
        return [row["event"].encode() for row in sorted(rows, key=lambda row: row["_id"])]

    async def refused(self, *checkpoints: bytes, **keys: Any) -> str:
        """Why nothing was put back."""
        with pytest.raises(Failure) as failure:
            await self.back(*checkpoints, **keys)
        assert await self.events() == [event.raw for event in EVENTS[:HEAD]]
        return failure.value.en

    async def ledger_holds(self, events: Sequence[Recorded]) -> None:
        rows = [
            {"_id": n, "source": "registry", "position": n, "received": event.time,
             "event": event.raw.decode(), "leaf": event.leaf}
            for n, event in enumerate(events, start=1)
        ]  # fmt: skip
        await self.reporting["ledger"].insert_many(rows)


@pytest.fixture
async def lost(mongo_url: str, fresh_nats_url: str, database: str) -> AsyncIterator[Lost]:
    client = mongo.connect(mongo_url, "pymongo")
    registry = mongo.database(client, f"{database}_registry")
    documents = [document_of(Unnumbered(event.envelope, b"", None), event) for event in EVENTS[:HEAD]]
    await registry["log"].insert_many(documents)
    yield Lost(mongo_url, fresh_nats_url, database, registry, mongo.database(client, f"{database}_reporting"))
    await mongo.close(client)


async def test_what_a_kept_checkpoint_covers_comes_back_byte_for_byte(lost: Lost) -> None:
    assert await lost.back(signed(6)) == Outcome(3, 6, unvouched=0, known=6)
    assert await lost.events() == [event.raw for event in EVENTS]
    assert await lost.back(signed(6)) == Outcome(6, 6, unvouched=0, known=6)


async def test_the_broker_alone_vouches_for_nothing(lost: Lost) -> None:
    assert await lost.back() == Outcome(3, 3, unvouched=3, known=0)
    assert await lost.events() == [event.raw for event in EVENTS[:HEAD]]


async def test_what_comes_after_the_newest_checkpoint_stays_out(lost: Lost) -> None:
    assert await lost.back(signed(5)) == Outcome(3, 5, unvouched=1, known=5)
    assert await lost.events() == [event.raw for event in EVENTS[:5]]


async def test_the_checkpoint_that_the_witness_cosigned_counts_as_one_that_was_kept(lost: Lost) -> None:
    await lost.reporting["cosigned"].insert_one({"_id": "registry", "note": signed(5).decode()})

    assert await lost.back() == Outcome(3, 5, unvouched=1, known=5)


@pytest.mark.parametrize(
    ("service", "found"),
    [
        ("registry", [b"by reporting"]),
        ("appraisal", [b"by reporting"]),
        ("awards", [b"by reporting"]),
        ("reporting", [b"by reporting", b"by awards"]),
    ],
)
async def test_all_our_witnesses_are_asked_so_that_none_is_lost_with_its_log(
    lost: Lost, service: str, found: list[bytes]
) -> None:
    databases = {name: lost.registry.client[f"{lost.prefix}_{name}"] for name in ("reporting", "awards")}
    for name, database in databases.items():
        await database["cosigned"].insert_one({"_id": service, "note": f"by {name}"})

    assert await cosigned(databases.__getitem__, service) == found
    if service == "reporting":
        await databases["reporting"]["cosigned"].delete_many({})
        assert await cosigned(databases.__getitem__, service) == [b"by awards"]


async def test_more_was_seen_than_anybody_holds(lost: Lost) -> None:
    lost.broker = [event.raw for event in EVENTS[:4]]

    assert await lost.back(signed(6), signed(4)) == Outcome(3, 4, unvouched=0, known=6)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda lines: [*lines[:4], changed(lines[4], actor="ai-do"), lines[5]], "are not those that were signed"),
        (lambda lines: [*lines[:3], lines[4], lines[3], lines[5]], "position 4: there is no event of this position"),
        (
            lambda lines: [*lines[:3], changed(lines[4], position=4), changed(lines[3], position=5), lines[5]],
            "are not those that were signed",
        ),
        (lambda lines: [*lines[:2], changed(lines[2], actor="ai-do"), *lines[3:]], "differ at position 3"),
        (lambda lines: [*lines[:4], b"{}", lines[5]], "position 5: there is no event of this position"),
        (lambda lines: [*lines[:4], b"[1]", lines[5]], "position 5: there is no event of this position"),
        (lambda lines: [*lines[:4], b"", lines[5]], "position 5: there is no event of this position"),
        (
            lambda lines: [*lines[:4], changed(lines[4], source="/dvk/awards"), lines[5]],
            "position 5: there is no event of this position",
        ),
    ],
    ids=["edited", "swapped", "renumbered", "the past edited", "an object", "a list", "nothing", "another's"],
)  # fmt: skip
async def test_messages_that_are_not_what_was_signed_change_nothing(
    lost: Lost, spoil: Callable[[list[bytes]], list[bytes]], reason: str
) -> None:
    lost.broker = spoil([event.raw for event in EVENTS])

    assert reason in await lost.refused(signed(6))


@pytest.mark.parametrize("tail", [log(8, streams=8)[6:], [b"{}", b"x"]], ids=["events", "no events"])
async def test_a_forged_tail_stays_out_although_all_before_it_comes_back(
    lost: Lost, tail: list[bytes]
) -> None:
    lost.broker = [*lost.broker, *tail]

    assert await lost.back(signed(6)) == Outcome(3, 6, unvouched=2, known=6)


async def test_a_checkpoint_of_another_key_or_another_past_vouches_for_nothing(lost: Lost) -> None:
    other = SigningKey(KEY.name, LOG, bytes(32))
    assert "not to be believed" in await lost.refused(signed(6, key=other))
    edited = [recorded(changed(EVENTS[0].raw, actor="ai-do")), *EVENTS[1:]]
    assert "up to 6 are not those" in await lost.refused(signed(6, edited))
    assert "up to 2 are not those" in await lost.refused(signed(2, edited), signed(6))
    assert "bring it with --keys" in await lost.refused(signed(6), keys=Keys())
    assert "not to be believed" in await lost.refused(b"no checkpoint\n")


async def test_the_signed_ledger_gives_back_what_the_broker_has_lost(lost: Lost) -> None:
    lost.broker = []
    await lost.ledger_holds(EVENTS)
    of_five = signed(5, key=LEDGER_KEY)

    assert await lost.back(of_five) == Outcome(3, 5, unvouched=1, known=0)
    assert await lost.events() == [event.raw for event in EVENTS[:5]]


async def test_a_ledger_that_nobody_signed_vouches_for_nothing(lost: Lost) -> None:
    await lost.ledger_holds(EVENTS)

    assert await lost.back() == Outcome(3, 3, unvouched=3, known=0)


async def test_a_ledger_that_is_not_what_it_signed_or_not_what_was_sent_stops_everything(lost: Lost) -> None:
    edited = [*EVENTS[:4], recorded(changed(EVENTS[4].raw, actor="ai-do")), EVENTS[5]]
    await lost.ledger_holds(edited)

    assert "ledger: the events up to 6 are not those" in await lost.refused(signed(6, key=LEDGER_KEY))
    assert "position 5: JetStream has other bytes than the ledger" in await lost.refused(
        signed(6, edited, LEDGER_KEY)
    )


def test_a_directory_of_kept_checkpoints_is_read_whole(tmp_path: Path) -> None:
    for size in (4, 6):
        (tmp_path / f"{size}.checkpoint").write_bytes(signed(size))
    (tmp_path / "other.txt").write_text("x")

    assert kept([tmp_path, tmp_path / "4.checkpoint"]) == [signed(4), signed(6), signed(4)]
    with pytest.raises(Failure):
        kept([tmp_path / "none"])
