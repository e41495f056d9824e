"""What vouches for the events that a log lacks: checkpoints that it signed, and the ledger as far as that was signed.

The broker alone vouches for nothing: whoever has a service's password there can send in its name, and a tail of events
that nobody signed may be anybody's. A checkpoint covers every event up to its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.cli.telling import Failure
from services.cli.verifying.beside import roots
from services.cli.verifying.files import named
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.remembered import FIRST, SECOND
from services.cli.verifying.signers import signers
from services.reporting.ledger.own_key import ledger_key
from shared.eventlog.signing import key_from_file
from shared.store.asking import by_numbers
from shared.store.mongo import Database
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.handover import Handover
from shared.tlog.merkle import leaf_hash
from shared.tlog.note import LOG, Note, NoteRefused, SigningKey, VerifyingKey

TOGETHER = 256
LEDGER = "ledger"


@dataclass(frozen=True)
class Keys:
    """Whose signatures are believed: keys that were brought, else those of the installation's own secrets."""

    brought: Mapping[str, VerifyingKey] = field(default_factory=dict[str, VerifyingKey])
    """By the last part of their name."""
    secrets: Mapping[str, Path] = field(default_factory=dict[str, Path])
    """By service, the file with the seed of its log's key."""
    handovers: Sequence[Handover] = ()
    """How the keys came from those before them."""

    def of(self, service: str, origin: str) -> VerifyingKey:
        """The key of a service's log; Failure when none is known."""
        if service in self.brought:
            return self.brought[service]
        file = self.secrets.get("reporting" if service == LEDGER else service)
        if file is not None and file.exists():
            seed = key_from_file(origin, LOG, file).seed
            return (
                ledger_key(origin, seed).verifying
                if service == LEDGER
                else SigningKey(origin, LOG, seed).verifying
            )
        raise Failure(
            f"Chưa biết khóa của nhật ký {service}: nêu --keys TỆP",
            f"The key of the log of {service} is not known: bring it with --keys FILE",
        )


def kept(paths: Iterable[Path]) -> list[bytes]:
    """The notes in these files, and in the `.checkpoint` files of these directories."""
    return [note for _, note in named(paths)]


def of_log(service: str, notes: Iterable[bytes], keys: Keys) -> list[Checkpoint]:
    """Those checkpoints that are of this service's log; Failure for one that its key did not sign."""
    found: list[Checkpoint] = []
    for raw in notes:
        try:
            origin = Note.parse(raw).text.partition("\n")[0]
            if origin.rpartition("/")[2] == service:
                signed_by = signers(keys.of(service, origin), keys.handovers)
                found.append(signed_by.policy.judge(raw).checkpoint)
        except NoteRefused as refused:
            raise Failure(
                f"Checkpoint này không tin được: {refused}",
                f"This checkpoint is not to be believed: {refused}",
            ) from refused
    return found


async def cosigned(database: Callable[[str], Database], service: str) -> list[bytes]:
    """The checkpoints of a service's log that our witnesses cosigned last, as each keeps it in its own database: that
    of reporting's log lies in reporting's, where it may be lost with the log, and in awards'."""
    witnesses = [whose.service for whose in (FIRST, SECOND) if service in whose.logs]
    rows = [await database(witness)["cosigned"].find_one({"_id": service}) for witness in witnesses]
    return [str(row.get("note", "")).encode() for row in rows if row is not None]


@dataclass(frozen=True)
class Held:
    """The events of one service after a position that the ledger holds, without a gap."""

    events: Mapping[int, bytes]
    vouched: int
    """Up to which position of them the ledger was signed; 0 when not even the first was."""


async def in_ledger(reporting: Database, service: str, after: int, size: int) -> Held:
    """What the ledger holds of a service after a position, when so many of its entries are vouched for."""
    found: dict[int, bytes] = {}
    vouched = 0
    while True:
        ask = range(after + 1, after + 1 + TOGETHER)
        there: Mapping[int, Any] = await by_numbers(
            reporting["ledger"], ask, {"event": 1}, "position", {"source": service}
        )
        for position in ask:
            if position not in there:
                return Held(found, vouched)
            found[position] = str(there[position]["event"]).encode()
            vouched = position if there[position]["_id"] <= size else vouched
        after += TOGETHER


async def ledger_vouched(reporting: Database, notes: Iterable[bytes], keys: Keys) -> int:
    """How many entries of the ledger its checkpoints vouch for; Failure when it is not the ledger that was signed."""
    checkpoints, leaves = of_log(LEDGER, notes, keys), Leaves()
    try:
        while checkpoints:
            ask = range(leaves.size + 1, leaves.size + 1 + TOGETHER)
            there = await by_numbers(reporting["ledger"], ask, {"event": 1})
            some = [leaf_hash(str(there[number]["event"]).encode()) for number in ask if number in there]
            leaves.add(some)
            if len(some) < TOGETHER:
                break
        return covered(LEDGER, leaves, checkpoints)
    finally:
        leaves.close()


def covered(log: str, leaves: Leaves, checkpoints: Sequence[Checkpoint]) -> int:
    """Up to which position checkpoints vouch for these leaves; Failure when one is of another log."""
    mine = roots(leaves, (each.size for each in checkpoints))
    for each in checkpoints:
        if each.size in mine and mine[each.size] != each.root:
            raise Failure(
                f"{log}: các sự kiện tới {each.size} không phải những gì đã ký "
                f"({each.root.hex()}, ở đây {mine[each.size].hex()}); không khôi phục gì",
                f"{log}: the events up to {each.size} are not those that were signed "
                f"({each.root.hex()}, here {mine[each.size].hex()}); nothing was put back",
            )
    return max(mine, default=0)
