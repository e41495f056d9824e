"""Witnesses that others run: shown what ours cosigned, asked again when away, served once they have said it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.witnessing.memory import Memory, Witness
from services.reporting.ledger.outside import (
    Outside,
    Outsider,
    OutsidersRefused,
    Source,
    outsiders_in,
    widest,
)
from shared.process.alarms import of_rows
from shared.store import mongo
from shared.store.mongo import Database
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.handover import Tree, handed_over, withdrawn
from shared.tlog.handover import read as read_handovers
from shared.tlog.merkle import consistency_proof, leaf_hash, nodes_of, root_at
from shared.tlog.note import LOG, WITNESS, Note, NoteRefused, SigningKey
from shared.tlog.policy import Policy
from shared.tlog.witness import Refusal

LOG_KEY = SigningKey("dvk.test/registry", LOG, bytes(range(32)))
OWN = SigningKey("dvk.test/reporting-witness", WITNESS, bytes([9]) * 32)
OTHERS = [SigningKey(f"agency{n}.test/witness", WITNESS, bytes([n]) * 32) for n in range(3)]
NOW = 1_790_000_000
TREE, FORK = (nodes_of([leaf_hash(b"%s %d" % (of, n)) for n in range(40)]) for of in (b"one", b"other"))
TWO_OF_THREE = Policy.parse("\n".join([
    f"log {LOG_KEY.verifying.vkey}",
    *(f"witness w{n} {key.verifying.vkey}" for n, key in enumerate(OTHERS)), "group all 2 w0 w1 w2", "quorum all",
]).encode())  # fmt: skip


class Growing:
    """A log of so many events, cosigned by our own witness."""

    def __init__(
        self, size: int, tree: Any = TREE, handovers: bytes = b"", key: SigningKey = LOG_KEY
    ) -> None:
        self.size = size
        self.tree = tree
        self.key = key
        self.said = handovers

    async def handovers(self) -> bytes:
        return self.said

    async def note(self) -> bytes:
        checkpoint = Checkpoint(LOG_KEY.name, self.size, root_at(self.size, self.tree))
        return Note(
            checkpoint.text, (*sign(checkpoint, self.key).signatures, cosign(checkpoint, OWN, NOW))
        ).raw

    async def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        return consistency_proof(old, new, self.tree)


class World:
    """The outsiders, each with a memory of its own; any of them may be away or lie."""

    def __init__(self, place: Path) -> None:
        self.memories = [Memory(place / str(n)) for n in range(len(OTHERS))]
        self.witnesses = [
            Witness(key, [LOG_KEY.verifying], memory, lambda: NOW)
            for key, memory in zip(OTHERS, self.memories, strict=True)
        ]
        self.away: set[int] = set()
        self.now = NOW
        self.alarms: list[tuple[str, str]] = []
        """Those of the last look."""
        self.lies: dict[int, bytes] = {}
        self.plain: set[int] = set()
        """Those that know no handovers."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        number = int(request.url.host.removeprefix("w"))
        if number in self.away:
            raise httpx.ConnectError("away")
        if number in self.lies:
            return httpx.Response(200, content=self.lies[number])
        witness = self.witnesses[number]
        if request.url.path == "/add-handovers":
            said = httpx.codes.NOT_FOUND if number in self.plain else witness.add_handovers(request.content)
            status = said.status if isinstance(said, Refusal) else said or 200
            return httpx.Response(status)
        line = witness.add_checkpoint(request.content)
        if isinstance(line, Refusal):
            return httpx.Response(line.status, text=line.body)
        return httpx.Response(200, content=line)

    @property
    def outsiders(self) -> tuple[Outsider, ...]:
        return tuple(Outsider(key.verifying, f"http://w{n}") for n, key in enumerate(OTHERS))


@pytest.fixture
def world(tmp_path: Path) -> Any:
    world = World(tmp_path)
    yield world
    for memory in world.memories:
        memory.close()


@pytest.fixture
async def kept(mongo_url: str, database: str) -> AsyncIterator[Database]:
    client = mongo.connect(mongo_url, "pymongo")
    yield mongo.database(client, database)
    await mongo.close(client)


async def looked(world: World, kept: Database, log: Growing, times: int = 1) -> tuple[bytes, dict[str, str]]:
    """What is served after so many looks of a new process, and who refused."""
    source = Source(log.note, log, log.handovers)  # type: ignore[arg-type]
    outside = Outside(kept, {"registry": source}, world.outsiders, lambda: world.now)
    async with httpx.AsyncClient(transport=httpx.MockTransport(world.answer)) as http:
        for _ in range(times):
            await outside.look("registry", http)
    place: dict[str, Any] = await kept["outside"].find_one({"_id": "troubles"}) or {"of": []}
    troubles: dict[str, str] = {f"{each['log']} {each['witness']}": each["reason"] for each in place["of"]}
    world.alarms = [(each["code"], each["witness"]) for each in of_rows([await outside.status()])]
    return await widest(kept, "registry", 0, await log.note()) or b"", troubles


def who(note: bytes, keys: Sequence[SigningKey] = OTHERS) -> list[int]:
    names = [line.name for line in Note.parse(note).signatures]
    return [n for n, key in enumerate(keys) if key.name in names]


async def test_what_outsiders_cosign_is_kept_and_makes_up_a_quorum(world: World, kept: Database) -> None:
    log = Growing(12)
    note, troubles = await looked(world, kept, log)
    assert (who(note), troubles) == ([0, 1, 2], {})
    assert len(TWO_OF_THREE.judge(note).by_witnesses) == 3
    with pytest.raises(NoteRefused, match="quorum"):
        TWO_OF_THREE.judge(await log.note())

    log.size = 40
    note, _ = await looked(world, kept, log)
    assert TWO_OF_THREE.judge(note).checkpoint.size == 40, "a new process is told by them where they are"


async def test_one_that_is_away_keeps_nobody_waiting_and_is_asked_again(world: World, kept: Database) -> None:
    log = Growing(12)
    world.away = {1}
    note, troubles = await looked(world, kept, log)
    assert who(note) == [0, 2] and list(troubles) == ["registry agency1.test/witness"]
    TWO_OF_THREE.judge(note)
    world.away = {0, 2}
    note, _ = await looked(world, kept, log)
    assert who(note) == [0, 1, 2], "what the others said of it is kept"
    world.away = {0, 1, 2}
    log.size = 20
    assert await looked(world, kept, log, times=2) == (
        note,
        {f"registry {key.name}": "ConnectError: away" for key in OTHERS},
    )


@pytest.mark.parametrize(
    "forged",
    [b"", b"x\n", b"\xff", b"\xe2\x80\x94 a b\n"],
    ids=["nothing", "no line", "bytes", "no signature"],
)
async def test_what_is_no_signature_of_theirs_is_not_kept(
    world: World, kept: Database, forged: bytes
) -> None:
    world.lies = {
        0: forged,
        1: cosign(Checkpoint(LOG_KEY.name, 11, root_at(11, TREE)), OTHERS[1], NOW).line.encode(),
    }
    note, troubles = await looked(world, kept, Growing(12))

    assert who(note) == [2] and len(troubles) == 2


async def test_an_outsider_that_has_seen_more_or_other_events_does_not_cosign(
    world: World, kept: Database
) -> None:
    await looked(world, kept, Growing(30))
    _, troubles = await looked(world, kept, Growing(20))
    assert (
        all("it has cosigned 30 events, here are 20" in reason for reason in troubles.values())
        and len(troubles) == 3
    )
    _, troubles = await looked(world, kept, Growing(35, FORK))
    assert all("422" in reason for reason in troubles.values()) and len(troubles) == 3


async def test_what_covers_a_position_is_preferred_only_as_far_as_it_goes(
    world: World, kept: Database
) -> None:
    log = Growing(12)
    wide, _ = await looked(world, kept, log)
    log.size = 20
    own = await log.note()

    assert await widest(kept, "registry", 12, own) == wide
    assert await widest(kept, "registry", 13, own) == own
    assert await widest(kept, "awards", 1, None) is None


def test_a_file_names_them_and_says_which_line_is_wrong(tmp_path: Path) -> None:
    file, vkey = tmp_path / "witnesses", OTHERS[0].verifying.vkey
    file.write_text(
        f"# agencies\nlog {LOG_KEY.verifying.vkey}\nwitness one {vkey} https://one.test/w/\nquorum one\n"
    )
    assert outsiders_in(file) == (Outsider(OTHERS[0].verifying, "https://one.test/w"),)
    assert outsiders_in(None) == ()
    spoilt: list[Callable[[], str]] = [
        lambda: f"witness one {vkey}", lambda: f"witness one {LOG_KEY.verifying.vkey} https://one.test",
        lambda: f"witness one {vkey} ftp://one.test", lambda: f"witness one {vkey[:-4]} https://one.test",
    ]  # fmt: skip
    for line in spoilt:
        file.write_text(f"\n{line()}\n")
        with pytest.raises(OutsidersRefused, match="line 2"):
            outsiders_in(file)


def over(old: SigningKey, new: SigningKey, time: int, tree: Tree | None, *, stolen: bool = False) -> Note:
    return withdrawn(old.verifying, new, time, tree) if stolen else handed_over(old, new, time, tree)


NEXT = SigningKey(LOG_KEY.name, LOG, bytes([7]) * 32)


def handover(size: int, tree: Any = TREE, *, stolen: bool = False) -> bytes:
    return over(LOG_KEY, NEXT, NOW, Tree(size, root_at(size, tree)), stolen=stolen).raw


async def test_a_log_that_handed_its_key_over_is_cosigned_on(world: World, kept: Database) -> None:
    world.plain = {2}
    await looked(world, kept, Growing(10))
    note, troubles = await looked(world, kept, Growing(10, handovers=handover(10), key=NEXT))
    assert troubles == {} and len(TWO_OF_THREE.judge(note).by_witnesses) == 3, (
        "who has cosigned is not asked again"
    )
    note, troubles = await looked(world, kept, Growing(12, handovers=handover(10), key=NEXT))
    assert list(troubles) == [f"registry {OTHERS[2].name}"], "who knows no handovers has to be told"
    policy = TWO_OF_THREE.with_handovers(read_handovers(handover(10)))
    assert len(policy.judge(note).by_witnesses) == 2


@pytest.mark.parametrize(
    "said",
    [handover(10, FORK), handover(10, stolen=True), b"", b"nonsense"],
    ids=["fork", "stolen", "none", "nonsense"],
)
async def test_another_key_without_a_handover_of_this_log_is_not_taken(
    world: World, kept: Database, said: bytes
) -> None:
    await looked(world, kept, Growing(10))
    _, troubles = await looked(world, kept, Growing(12, handovers=said, key=NEXT))
    assert len(troubles) == 3 and all("403" in reason for reason in troubles.values())
    _, troubles = await looked(world, kept, Growing(12))
    assert troubles == {}, "the key that is known goes on"


async def test_what_was_handed_over_is_over(world: World, kept: Database) -> None:
    await looked(world, kept, Growing(10, handovers=handover(10), key=NEXT))
    _, troubles = await looked(world, kept, Growing(12, handovers=handover(10)))
    assert len(troubles) == 3, "the old key signs on"
    thief = SigningKey(LOG_KEY.name, LOG, bytes([8]) * 32)
    again = over(LOG_KEY, thief, NOW, Tree(10, root_at(10, TREE))).raw
    _, troubles = await looked(world, kept, Growing(12, handovers=again, key=thief))
    assert len(troubles) == 3, "and hands over once more"


async def test_a_witness_that_has_seen_another_history_is_an_alarm_until_it_cosigns(
    world: World, kept: Database
) -> None:
    await looked(world, kept, Growing(12))
    assert world.alarms == []
    everybody = [("witness.refuses", key.name) for key in OTHERS]
    for size, tree in ((14, FORK), (11, TREE), (12, FORK)):
        await kept["outside"].delete_one({"_id": "registry"})
        await looked(world, kept, Growing(size, tree))
        assert world.alarms == everybody, (size, "a fork or a smaller tree")
    await looked(world, kept, Growing(20))
    assert world.alarms == []


async def test_one_that_is_silent_is_an_alarm_after_an_hour_whoever_was_started_again(
    world: World, kept: Database
) -> None:
    world.away = {1}
    for seconds, told in ((0, []), (3500, []), (3700, [("witness.silent", OTHERS[1].name)])):
        world.now = NOW + seconds
        await looked(world, kept, Growing(12))
        assert world.alarms == told, seconds
    world.away = set()
    await looked(world, kept, Growing(12))
    assert world.alarms == []


async def test_who_was_shown_more_by_another_process_of_ours_refuses_nothing(
    world: World, kept: Database
) -> None:
    await looked(world, kept, Growing(20))
    await kept["outside"].delete_one({"_id": "registry"})
    log = Growing(12)
    first = await log.note()
    notes = iter([first])

    async def note() -> bytes:
        log.size = 20
        return next(notes, await Growing(20).note())

    log.note = note
    await looked(world, kept, log)
    assert world.alarms == []
