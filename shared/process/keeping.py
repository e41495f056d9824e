"""The files of evidence in one service process: kept where a command has a place for one, and kept in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from shared.doors import evidence, withdrawing
from shared.doors.seen_files import SeenFiles
from shared.errors import Unavailable
from shared.evidence.named import takes_files
from shared.evidence.namings import Namings, namings
from shared.evidence.tending import Tending
from shared.evidence.withdrawing import WITHDRAW, withdrawals
from shared.following.follower import Follower
from shared.following.projections import ProjectionApply
from shared.people.keyfiles import KeyFiles
from shared.people.names import Names
from shared.process.settings import Settings

if TYPE_CHECKING:
    from shared.process.running import Running

EVIDENCE = "evidence"
"""The directory of the keys of files in the key file store, with one for each service."""


def file_keys(settings: Settings, names: Names) -> KeyFiles:
    """The keys of this service's files."""
    return KeyFiles(settings.key_store / EVIDENCE / settings.service, names.epochs.ring)


def keep_evidence(running: Running, now: Callable[[], datetime]) -> None:
    """A place for files, who names them and which were withdrawn, where a command has a place for a file."""
    own = running.service.name
    if not any(takes_files(row.command) for row in running.service.commands):
        return
    followers = [
        Follower(each.name, running.feed(own), ProjectionApply(each, own, running.database, running.together))
        for each in (namings(own), withdrawals(own))
    ]
    running.followers.extend(followers)
    named = Namings(own, running.database)
    running.starting += [running.files.start, named.start]
    running.files.seen = seen = SeenFiles(running, named)
    running.routers += [evidence.router(running, seen), withdrawing.router(running, seen)]

    async def recorded(sha256: str) -> bool:
        return bool(await running.log.stream(f"{WITHDRAW.aggregate.noun}/{sha256}"))

    running.files.recorded = recorded

    def whole() -> bool:
        try:
            running.gate()
        except Unavailable:
            return False
        return all(each.status.position >= running.log.known_head for each in followers)

    tending = Tending(running.files, named, running.database, now)
    running.background.append(("evidence", lambda: tending.run(whole)))
