"""Verifying one log, or the ledger: every line, its key and its signed checkpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from services.cli.talking import Refusal
from services.cli.verifying.check import LogCheck
from services.cli.verifying.copies import LedgerCopy
from services.cli.verifying.heads import HeadsCheck
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import Web, grown, ledger_line
from services.cli.verifying.signers import Signers, Statements, handover_wrongs, signers_at
from services.cli.verifying.verified import Verified
from services.cli.verifying.wrong import Wrong, shown
from shared.contracts.catalog import kind_of
from shared.eventlog.port import recorded
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.merkle import Frontier
from shared.tlog.note import NoteRefused, VerifyingKey
from shared.tlog.tile_names import WIDTH

Tell = Callable[[int], None]
Between = Callable[[], Awaitable[None]]
"""What is read after a checkpoint and before the events that it is of: it may speak of no more than these."""
HELD_BACK = "log.restored"
"""Out of a backup, and not accepted yet: nothing new is signed, and what was signed before is compared."""


async def checkpoint_of(web: Web, key: VerifyingKey | None, found: Verified) -> Checkpoint | None:
    """The newest checkpoint, its signature verified; None (and a finding) when it is not to be believed."""
    try:
        found.signers = await signers_at(web, key)
        raw = await web.get("checkpoint")
        checkpoint = found.signers.policy.judge(raw).checkpoint
    except NoteRefused as refused:
        vi, en = "chữ ký không đúng", "the checkpoint is not signed by its key"
        found.wrongs.append(Wrong(found.log, None, vi, en, "chữ ký · a signature", str(refused)))
        return None
    except Refusal as refusal:
        if refusal.code == HELD_BACK:
            found.is_held_back = True
            return None
        # A service that will not sign any more says so; what is wrong is found below, event by event.
        found.wrongs.append(
            Wrong(
                found.log,
                None,
                "dịch vụ không ký nữa",
                "the service does not sign",
                "checkpoint",
                refusal.code,
            )
        )
        return None
    found.signed = checkpoint.size
    return checkpoint


async def verify_log(
    web: Web, key: VerifyingKey | None, leaves: Leaves, heads: HeadsCheck, tell: Tell, between: Between
) -> Verified:
    """The log of one service: every line, every link, and the root of its signed checkpoint."""
    started = monotonic()
    found = Verified(web.service)
    checkpoint = await checkpoint_of(web, key, found)
    await between()
    check, statements = LogCheck(web.service, kind_of), Statements()
    frontier, root = Frontier(), Frontier().root()
    signed = checkpoint.size if checkpoint else 0
    async for lines in web.pages():
        some = check.take(lines)
        leaves.add(some)
        heads.of_log(lines)
        statements.take(lines)
        frontier, passed = grown(frontier, some, signed)
        root = root if passed is None else passed
        tell(len(lines))
    check.finish()
    found.events, found.bytes, found.root = check.size, check.bytes, frontier.root().hex()
    found.wrongs += check.wrongs
    if check.size < signed:
        found.wrongs.append(missing(found.log, check.size + 1, signed))
    elif checkpoint is not None and root != checkpoint.root:
        found.wrongs.append(other_root(found.log, checkpoint.root, root))
        found.wrongs += await by_tiles(web, found.log, leaves, signed)
    elif found.signers is not None:
        found.wrongs += handover_wrongs(found.log, found.signers, leaves)
    found.wrongs += await statements.missing(web)
    found.seconds = monotonic() - started
    return found


async def by_tiles(web: Web, log: str, leaves: Leaves, signed: int) -> list[Wrong]:
    """Which event is not the one whose hash the service itself had put into its tree."""
    for n in range(-(-signed // WIDTH)):
        first = n * WIDTH + 1
        for place, (kept, mine) in enumerate(
            zip(await web.tile(n, signed), leaves.read(first, WIDTH), strict=False)
        ):
            if kept != mine:
                vi, en = (
                    "không phải sự kiện đã đưa vào cây băm",
                    "is not the event that was put into the tree",
                )
                return [Wrong(log, first + place, vi, en, kept.hex(), mine.hex())]
    return []


async def signers_of(web: Web, brought: VerifyingKey | None) -> Signers | None:
    """The keys of a witness; None when it shows none."""
    try:
        return await signers_at(web, brought)
    except (NoteRefused, Refusal):
        return None


@dataclass(frozen=True)
class Against:
    """What the ledger is held against; `leaves` takes its own, and `all_events` tells how many all logs have by now."""

    copy: LedgerCopy
    heads: HeadsCheck
    leaves: Leaves
    all_events: Callable[[], Awaitable[int | None]]


async def verify_ledger(
    web: Web, key: VerifyingKey | None, against: Against, tell: Tell, between: Between
) -> Verified:
    """The ledger: its numbering and root, every event equal to the one in its own log, every record of heads."""
    started = monotonic()
    found = Verified("ledger")
    copy, heads, leaves = against.copy, against.heads, against.leaves
    checkpoint = await checkpoint_of(web, key, found)
    await between()
    signed = checkpoint.size if checkpoint else 0
    frontier, root = Frontier(), Frontier().root()
    async for lines in web.pages():
        some: list[bytes] = []
        for line in lines:
            found.events += 1
            found.bytes += len(line)
            number, event = ledger_line(line) or (0, line)
            if number != found.events:
                vi, en = "số thứ tự không liền nhau", "numbers have a gap"
                found.wrongs.append(Wrong("ledger", found.events, vi, en, str(found.events), shown(line)))
                return found
            entry = recorded(event)
            some.append(entry.leaf)
            await copy.entry(number, entry)
            heads.entry(number, entry)
        leaves.add(some)
        frontier, passed = grown(frontier, some, signed)
        root = root if passed is None else passed
        tell(len(lines))
    found.root = frontier.root().hex()
    if found.events < signed:
        found.wrongs.append(missing("ledger", found.events + 1, signed))
    elif checkpoint is not None and root != checkpoint.root:
        found.wrongs.append(other_root("ledger", checkpoint.root, root))
        found.wrongs += await by_tiles(web, "ledger", leaves, signed)
    elif found.signers is not None:
        found.wrongs += handover_wrongs("ledger", found.signers, leaves)
    found.copies = {**copy.positions, "heads": heads.records}
    as_signed = checkpoint is not None and root == checkpoint.root
    found.wrongs += copy.wrongs(as_signed)
    if as_signed:
        found.wrongs += heads.finish(copy.positions.get("reporting", 0), await against.all_events())
    found.seconds = monotonic() - started
    return found


def missing(log: str, position: int, signed: int) -> Wrong:
    """An event is not there although its position was signed."""
    vi, en = "thiếu sự kiện đã ký", "an event that was signed is missing"
    return Wrong(log, position, vi, en, f"{signed} sự kiện · events", f"{position - 1}")


def other_root(log: str, expected: bytes, found: bytes) -> Wrong:
    """The tree of what we read is not the one that was signed."""
    vi, en = "gốc cây băm khác với bản đã ký", "the root is not the one that was signed"
    return Wrong(log, None, vi, en, expected.hex(), found.hex())
