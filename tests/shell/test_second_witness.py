"""The second witness: another service that cosigns what reporting keeps itself, and believes its own memory only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest

from services.awards.cosigning import Cosigner
from services.cli.verifying.beside import memory as memory_in
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.remembered import SECOND, witness_wrongs
from services.cli.verifying.signers import signers
from services.reporting.ledger.outside import Outside, Second, Source, widest
from services.reporting.ledger.outsiders_troubles import SILENT_SECONDS
from shared.errors import Unavailable
from shared.process.alarms import of_rows
from shared.process.own_keys import cosigning_key
from shared.store import mongo
from shared.store.mongo import Database
from shared.tlog.checkpoint import Checkpoint, sign
from shared.tlog.handover import Tree, handed_over, withdrawn
from shared.tlog.merkle import consistency_proof, leaf_hash, nodes_of, root_at
from shared.tlog.note import LOG, Note, SigningKey
from shared.tlog.witness import Refusal, ask

PREFIX = "dvk.test"
KEYS = {
    log: SigningKey(f"{PREFIX}/{log}", LOG, bytes([n]) * 32)
    for n, log in enumerate(("reporting", "ledger"), 1)
}
NEXT = SigningKey(f"{PREFIX}/ledger", LOG, bytes([7]) * 32)
OWN = cosigning_key(PREFIX, bytes([9]) * 32)
NOW = 1_790_000_000
LEAVES = [leaf_hash(b"%d" % n) for n in range(40)]
TREE, FORK = nodes_of(LEAVES), nodes_of([leaf_hash(b"other %d" % n) for n in range(40)])


class Reporting:
    """Shows keys and handovers, as far as it is there."""

    def __init__(self) -> None:
        self.away = False
        self.handovers = b""
        self.cosigner: Cosigner | None = None

    async def text(self, path: str) -> bytes:
        if self.away:
            raise httpx.ConnectError("away")
        if path.endswith("/handovers"):
            return self.handovers
        return KEYS["ledger" if path.startswith("/ledger") else "reporting"].verifying.vkey.encode() + b"\n"


@pytest.fixture
async def kept(mongo_url: str, database: str) -> AsyncIterator[Database]:
    client = mongo.connect(mongo_url, "pymongo")
    yield mongo.database(client, database)
    await mongo.close(client)


@pytest.fixture
def reporting() -> Reporting:
    return Reporting()


def cosigner(kept: Database, reporting: Reporting) -> Cosigner:
    """A process of the second witness that has just begun."""
    return Cosigner(kept, cast(Any, reporting), PREFIX, OWN, lambda: NOW)


def note(size: int, tree: Any = TREE, key: SigningKey = KEYS["ledger"]) -> Note:
    return sign(Checkpoint(key.name, size, root_at(size, tree)), key)


def asked(old: int, size: int, tree: Any = TREE, key: SigningKey = KEYS["ledger"]) -> bytes:
    return ask(old, consistency_proof(old, size, tree) if old else (), note(size, tree, key)).raw


async def test_what_continues_what_it_saw_is_cosigned_and_remembered_by_every_process_of_it(
    kept: Database, reporting: Reporting
) -> None:
    for key in KEYS.values():
        old = 0
        for size in (3, 8, 8, 40):
            line = await cosigner(kept, reporting).add_checkpoint(asked(old, size, key=key))
            assert isinstance(line, bytes), line
            assert line.startswith(f"— {PREFIX}/awards-witness ".encode())
            old = size
        shown = Note.parse(await cosigner(kept, reporting).shown(key.name.rpartition("/")[2]) or b"")
        assert Checkpoint.parse(shown.text).size == 40
        assert [each.name for each in shown.signatures] == [key.name, OWN.name]


REFUSED = {
    "a fork of the same size": (asked(20, 20, FORK), 422),
    "a fork that has grown": (asked(20, 30, FORK), 422),
    "a smaller tree": (asked(0, 10), 409),
    "from another size": (asked(10, 30), 409),
    "a stranger's signature": (asked(20, 30, key=NEXT), 403),
    "another log": (asked(0, 3, key=SigningKey(f"{PREFIX}/registry", LOG, bytes(32))), 404),
    "no checkpoint": (b"hello", 400),
    "nothing": (b"", 400),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_nothing_else_is_cosigned_and_what_is_remembered_stays(
    kept: Database, reporting: Reporting, name: str
) -> None:
    assert isinstance(await cosigner(kept, reporting).add_checkpoint(asked(0, 20)), bytes)
    body, status = REFUSED[name]
    said = await cosigner(kept, reporting).add_checkpoint(body)
    assert isinstance(said, Refusal)
    assert said.status == status
    assert said.body == "20\n" or status != 409
    assert note(20).text.encode() in (await cosigner(kept, reporting).shown("ledger") or b"")


async def test_of_two_histories_that_come_at_once_one_is_cosigned(
    kept: Database, reporting: Reporting
) -> None:
    await cosigner(kept, reporting).add_checkpoint(asked(0, 1))
    same = nodes_of([LEAVES[0], *(leaf_hash(b"other %d" % n) for n in range(1, 40))])
    said = await asyncio.gather(
        *(
            cosigner(kept, reporting).add_checkpoint(asked(1, 20, tree))
            for tree in (TREE, same)
            for _ in range(4)
        )
    )
    mine, other = said[:4], said[4:]
    assert any(isinstance(each, bytes) for each in mine) is not any(isinstance(each, bytes) for each in other)


async def test_a_key_that_was_handed_over_is_followed_and_a_stolen_one_is_not(
    kept: Database, reporting: Reporting
) -> None:
    await cosigner(kept, reporting).add_checkpoint(asked(0, 20))
    old, tree = KEYS["ledger"], Tree(20, root_at(20, TREE))
    for other in (
        withdrawn(old.verifying, NEXT, NOW, tree),
        handed_over(old, NEXT, NOW, Tree(20, root_at(20, FORK))),
    ):
        reporting.handovers = other.raw
        said = await cosigner(kept, reporting).add_checkpoint(asked(20, 30, key=NEXT))
        assert isinstance(said, Refusal)
        assert said.status == 403
    reporting.handovers = handed_over(old, NEXT, NOW, tree).raw
    one = cosigner(kept, reporting)
    assert isinstance(await one.add_checkpoint(asked(20, 30, key=NEXT)), bytes)
    assert isinstance(await one.add_checkpoint(asked(30, 40, key=NEXT)), bytes)
    assert isinstance(await one.add_checkpoint(asked(40, 40, key=old)), Refusal), (
        "what was handed over is over"
    )


async def test_a_log_that_was_never_seen_waits_for_reporting_to_show_its_key(
    kept: Database, reporting: Reporting
) -> None:
    reporting.away = True
    with pytest.raises(Unavailable):
        await cosigner(kept, reporting).add_checkpoint(asked(0, 20))
    reporting.away = False
    await cosigner(kept, reporting).add_checkpoint(asked(0, 20))
    reporting.away = True
    assert isinstance(await cosigner(kept, reporting).add_checkpoint(asked(20, 30)), bytes), "it is known now"


class Peer:
    """Awards as reporting asks it, as far as it is there."""

    def __init__(self, of: Cosigner, away: bool) -> None:
        self.of = of
        self.away = away

    async def text(self, path: str) -> bytes:
        if self.away:
            raise httpx.ConnectError("away")
        return self.of.key.verifying.vkey.encode() + b"\n"

    async def told(self, path: str, body: bytes) -> httpx.Response:
        assert path == "/witness/add-checkpoint"
        said = await self.of.add_checkpoint(body)
        return (
            httpx.Response(said.status, text=said.body)
            if isinstance(said, Refusal)
            else httpx.Response(200, content=said)
        )


class Shown:
    """The ledger as reporting shows it."""

    def __init__(self, size: int, tree: Any = TREE) -> None:
        self.size = size
        self.tree = tree

    async def note(self) -> bytes:
        return note(self.size, self.tree).raw

    async def nothing(self) -> bytes:
        return b""

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self.tree)


async def looked(
    kept: Database, shown: Shown, reporting: Reporting, now: int = NOW, away: bool = False
) -> tuple[list[str], list[tuple[str, str]]]:
    """Who has signed the ledger as it is served after a look of a new process, and what is an alarm."""
    peer = Peer(cosigner(kept, reporting), away)
    source = Source(shown.note, cast(Any, shown), shown.nothing)
    second = Second(cast(Any, peer), OWN.name, frozenset(("ledger",)))
    outside = Outside(kept, {"ledger": source, "registry": source}, (), lambda: now, second)
    async with httpx.AsyncClient() as http:
        await outside.look("ledger", http)
    served = await widest(kept, "ledger", shown.size, await shown.note()) or b""
    alarms = [(each["code"], each["witness"]) for each in of_rows([await outside.status()])]
    return [line.name for line in Note.parse(served).signatures], alarms


async def test_the_ledger_is_served_with_the_second_witness_line_until_it_is_another_one(
    kept: Database, reporting: Reporting
) -> None:
    both = [f"{PREFIX}/ledger", OWN.name]
    assert await looked(kept, Shown(10), reporting) == (both, [])
    assert await looked(kept, Shown(30), reporting) == (both, [])
    for other in (Shown(35, FORK), Shown(20)):
        signed, alarms = await looked(kept, other, reporting)
        assert alarms == [("witness.refuses", OWN.name)]
        assert signed[:1] == both[:1]
    assert await looked(kept, Shown(40), reporting) == (both, []), "it is over when it is over"


async def test_it_is_silent_only_while_its_line_is_missing(kept: Database, reporting: Reporting) -> None:
    later = NOW + SILENT_SECONDS + 1
    await looked(kept, Shown(10), reporting)
    assert (await looked(kept, Shown(10), reporting, away=True))[1] == []
    assert (await looked(kept, Shown(10), reporting, later))[1] == [], "it has cosigned what there is"
    await looked(kept, Shown(20), reporting, later, away=True)
    later += SILENT_SECONDS + 1
    assert (await looked(kept, Shown(20), reporting, later, away=True))[1] == [("witness.silent", OWN.name)]
    assert (await looked(kept, Shown(20), reporting, later))[1] == []


async def test_what_another_process_of_ours_was_given_ends_the_alarm_here(
    kept: Database, reporting: Reporting
) -> None:
    shown, peer = Shown(10), Peer(cosigner(kept, reporting), away=True)
    source = Source(shown.note, cast(Any, shown), shown.nothing)
    second = Second(cast(Any, peer), OWN.name, frozenset(("ledger",)))
    now = NOW
    outside = Outside(kept, {"ledger": source}, (), lambda: now, second)
    async with httpx.AsyncClient() as http:
        await outside.look("ledger", http)
        await looked(kept, shown, reporting)
        now += SILENT_SECONDS + 1
        await outside.look("ledger", http)
    assert list(of_rows([await outside.status()])) == []


async def wrongs(kept: Database, tree: Any, size: int) -> list[str]:
    memory = await memory_in(kept, SECOND.logs)
    leaves = Leaves()
    leaves.add(LEAVES[:size] if tree is TREE else [leaf_hash(b"other %d" % n) for n in range(size)])
    keys = {"ledger": signers(KEYS["ledger"].verifying)}
    found = witness_wrongs(memory, {"ledger": leaves}, keys, signers(OWN.verifying), SECOND)
    leaves.close()
    return [wrong.en for wrong in found]


async def test_whoever_verifies_is_told_of_a_ledger_that_it_did_not_cosign(
    kept: Database, reporting: Reporting
) -> None:
    await cosigner(kept, reporting).add_checkpoint(asked(0, 20))
    other = ["the log is not the one that was cosigned (second witness, awards)"]
    assert await wrongs(kept, TREE, 20) == []
    assert await wrongs(kept, TREE, 30) == []
    assert await wrongs(kept, TREE, 10) == other
    assert await wrongs(kept, FORK, 30) == other
    await kept["cosigned"].delete_many({})
    assert await wrongs(kept, TREE, 30) == [
        "the witness has forgotten what it cosigned (second witness, awards)"
    ]


@pytest.mark.parametrize(
    "taken",
    [{"$unset": {"text": 1}}, {"$set": {"text": "x\n1\nx\n"}}, {"$set": {"text": note(20).text}}, None],
    ids=["no text", "another text", "an older memory", "no memory"],
)
async def test_a_memory_that_was_taken_from_it_makes_it_cosign_nothing_else(
    kept: Database, reporting: Reporting, taken: Any
) -> None:
    for old, size in ((0, 20), (20, 30)):
        await cosigner(kept, reporting).add_checkpoint(asked(old, size))
    if taken is None:
        await kept["cosigned"].delete_many({})
    else:
        await kept["cosigned"].update_one({"_id": "ledger"}, taken)
    for body in (asked(0, 25), asked(20, 25), asked(0, 40, FORK), asked(30, 30, FORK)):
        assert isinstance(await cosigner(kept, reporting).add_checkpoint(body), Refusal)
    assert isinstance(await cosigner(kept, reporting).add_checkpoint(asked(30, 40)), bytes), "it goes on"
    assert await wrongs(kept, TREE, 40) == []


async def test_an_operator_has_it_begin_anew_with_a_ledger_that_was_lost_and_what_it_saw_is_kept(
    kept: Database, reporting: Reporting
) -> None:
    assert not await cosigner(kept, reporting).forget("ledger", "op", "nothing yet")
    await cosigner(kept, reporting).add_checkpoint(asked(0, 30))
    assert isinstance(await cosigner(kept, reporting).add_checkpoint(asked(30, 40, FORK)), Refusal)
    assert await cosigner(kept, reporting).forget("ledger", "op", "the disk of reporting burnt")
    assert await cosigner(kept, reporting).shown("ledger") is None
    assert await wrongs(kept, FORK, 20) == [], "it was shown nothing since"
    for old, size in ((0, 20), (20, 25)):
        assert isinstance(await cosigner(kept, reporting).add_checkpoint(asked(old, size, FORK)), bytes)
    assert await wrongs(kept, FORK, 25) == []
    assert await wrongs(kept, TREE, 40) == [
        "the log is not the one that was cosigned (second witness, awards)"
    ]
    found: dict[str, Any] = await kept["cosigned"].find_one({"_id": "ledger"}) or {}
    [before] = found["before"]
    assert (before["by"], before["reason"]) == ("op", "the disk of reporting burnt")
    assert note(30).text in before["note"]
