"""Gauges of one running service, set when somebody asks; nothing here waits for what hangs (`LastKnown`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from shared import VERSION, metrics
from shared.lastknown import Known, LastKnown
from shared.process.ids import unix_time
from shared.process.running_out import Disk, Disks, end_of

if TYPE_CHECKING:
    from shared.process.running import Running

BACKED_UP = "backup"
"""`dvk backup` leaves in `places` when it was done."""
SELDOM_SECONDS = 30.0


@dataclass(frozen=True)
class Late:
    """How many seconds somebody has been behind, and how many of them without coming on at all."""

    behind: float = 0.0
    stuck: float = 0.0


class Behind:
    """How late each of several is, as far as who asks has seen: so often they are asked, so exact it is."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._seen: dict[tuple[str, ...], tuple[float, float, int]] = {}

    def look(self, name: tuple[str, ...], position: int, lag: int) -> Late:
        """It is at this position now, and so many events behind."""
        if lag <= 0:
            self._seen.pop(name, None)
            return Late()
        now = self._now()
        began, moved, before = self._seen.get(name, (now, now, position))
        if position != before:
            moved = now
        self._seen[name] = began, moved, position
        return Late(now - began, now - moved)


class Measuring:
    """Looks at one service for its gauges, and remembers since when what is behind."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._behind = Behind()
        self._signed = LastKnown(running.signer.size)
        self._backup = LastKnown(self._backed_up, fresh=SELDOM_SECONDS)
        self._disks = Disks(running.database, running.settings.key_store)
        self._certificate_ends = end_of(running.settings.tls)

    async def _backed_up(self) -> float:
        """When the newest backup was made, in seconds since 1970; 0 for never."""
        found = await self._running.database["places"].find_one({"_id": BACKED_UP})
        return 0.0 if found is None else found["made"].timestamp()

    def late(self, heads: Sequence[Known[int]]) -> list[Late]:
        """How late each follower is."""
        statuses = [follower.status for follower in self._running.followers]
        return [
            self._behind.look(
                (status.name, status.source), status.position, (head.value or 0) - status.position
            )
            for status, head in zip(statuses, heads, strict=True)
        ]

    async def unsigned(self) -> float:
        """How many seconds ago the newest checkpoint became older than what was relayed."""
        signed = (await self._signed.get()).value or 0
        metrics.SIGNED.set(signed)
        return self._behind.look(("signed",), signed, self._running.relay.relayed - signed).behind

    async def log(self) -> dict[str, int]:
        """How far the log goes, how far it was relayed, and the newest size that was signed."""
        signed = (await self._signed.get()).value or 0
        return {
            "head": self._running.log.known_head,
            "relayed": self._running.relay.relayed,
            "signed": signed,
        }

    async def backup(self) -> float:
        """How old the newest backup is in seconds; -1 when there was none."""
        made = (await self._backup.get()).value
        return unix_time() - made if made else -1.0

    async def disks(self) -> list[Disk]:
        """The disks that are known of."""
        found = await self._disks.all()
        for disk in found:
            metrics.DISK_FREE.labels(disk.place).set(disk.free)
        return found

    def certificate(self) -> float | None:
        """How many seconds the certificate of this process is still good; None without TLS."""
        left = None if self._certificate_ends is None else self._certificate_ends - unix_time()
        metrics.CERTIFICATE.set(-1 if left is None else left)
        return left

    def of_log(self) -> None:
        """The log and its relay."""
        relay, head = self._running.relay, self._running.log.known_head
        lag = max(head - relay.relayed, 0)
        metrics.BUILD.labels(VERSION).set(1)
        metrics.HEAD.set(head)
        metrics.RELAYED.set(relay.relayed)
        metrics.RELAY_STATE.set(relay.state == "running")
        metrics.RELAY_LAG.set(lag)
        metrics.RELAY_LAG_SECONDS.set(self._behind.look(("relay",), relay.relayed, lag).behind)

    def of_followers(self, heads: Sequence[Known[int]], late: Sequence[Late]) -> None:
        """Whoever follows a log."""
        for follower, head, one in zip(self._running.followers, heads, late, strict=True):
            status = follower.status
            metrics.LAG.labels(status.name, status.source).set(max((head.value or 0) - status.position, 0))
            metrics.LAG_SECONDS.labels(status.name, status.source).set(one.behind)
            metrics.HEAD_AGE.labels(status.source).set(-1 if head.age is None else head.age)
            metrics.STOPPED.labels(status.name, status.source).set(status.state == "stopped")

    def of_others(self, rows: Sequence[dict[str, Any]]) -> None:
        """Followers that are none of ours: reporting's read models."""
        for row in rows:
            metrics.LAG.labels(row["name"], row["source"]).set(row["lag"])
            late = self._behind.look((row["name"], row["source"]), row["position"], row["lag"])
            metrics.LAG_SECONDS.labels(row["name"], row["source"]).set(late.behind)
            metrics.STOPPED.labels(row["name"], row["source"]).set(row["state"] == "stopped")
            metrics.HELD.labels(row["name"]).set(len(row.get("held", ())))


def unopenable() -> float:
    """How often a name did not open that nobody erased, since this process began."""
    samples = [sample for metric in metrics.UNOPENABLE.collect() for sample in metric.samples]
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))
