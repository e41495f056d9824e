"""What a process can do, and what is wrong around it: readiness, alarms and metrics, answered at once.

Ready means that this process can take commands and answer questions. A broker that is away, a follower that stopped, a
log that diverged are alarms: they need somebody, but whoever takes the service out of a load balancer for them takes
the city offline. Nothing here waits for anything that hangs: what is known is told, with its age.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shared import metrics
from shared.errors import Unavailable
from shared.following.follower import Follower
from shared.lastknown import Known, LastKnown
from shared.relaying.relay import STANDING

if TYPE_CHECKING:
    from shared.process.running import Running

PROBE = "probe"
OLD_SECONDS = 5.0
"""A store that answered longer ago is away."""


class Health:
    """Looks at one running service."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._store = LastKnown(self._write_and_read, patience=1.5)
        self._heads: dict[str, LastKnown[int]] = {}
        self._others = [LastKnown(row) for row in running.also_followed]

    async def _write_and_read(self) -> bool:
        """A store that only reads, or a disk that is full, is no store to record in."""
        places = self._running.database["places"]
        if self._running.store_watch.found_fit:
            await places.update_one({"_id": PROBE}, {"$inc": {"times": 1}}, upsert=True)
        return await places.find_one({"_id": PROBE}) is not None

    def _head(self, follower: Follower) -> LastKnown[int]:
        source = follower.feed.source
        if source not in self._heads:
            self._heads[source] = LastKnown(follower.feed.head)
        return self._heads[source]

    async def heads(self) -> list[Known[int]]:
        """The head of each follower's source, as far as it is known."""
        return list(await asyncio.gather(*(self._head(f).get() for f in self._running.followers)))

    async def ready(self) -> dict[str, Any]:
        """Whether this process can do its work, part by part, and what else needs somebody (`alarms`)."""
        running = self._running
        store, closed = await self._store.get(), running.gate.reason
        parts: dict[str, Any] = {"commands": closed is None}
        if closed is not None:
            said = running.problems.body(closed)
            parts["commands_reason"] = said["code"]
            parts["commands_detail"], parts["commands_detail_en"] = said["detail"], said["detail_en"]
        parts["store"] = store.age is not None and store.age < OLD_SECONDS and store.trouble is None
        if not parts["store"]:
            parts["store_reason"] = store.trouble or "not asked yet"
        parts["relay"] = running.relay.state == "running"
        if running.relay.reason:
            parts["relay_reason"] = running.relay.reason
        stopped = sorted({f.status.name for f in running.followers if f.status.state == "stopped"})
        parts["followers"] = not stopped
        if stopped:
            parts["stopped"] = stopped
        ready = parts["commands"] and parts["store"]
        return {"ready": ready, "service": running.service.name, **parts, "alarms": self.alarms(closed)}

    def alarms(self, closed: Unavailable | None) -> list[dict[str, Any]]:
        """What needs somebody: a code, and what is known of it."""
        running = self._running
        relay = running.relay
        found: list[dict[str, Any]] = []
        if closed is not None and closed.code not in ("starting", "stopping"):
            found.append({"code": closed.code, **closed.details})
        if not _is_connected(running.nats):
            found.append({"code": "broker-away"})
        elif relay.state in STANDING:
            found.append({"code": f"relay.{relay.state}", "reason": relay.reason})
        elif relay.state == "waiting":
            found.append({"code": "relay.waiting", "reason": relay.reason})
        for follower in running.followers:
            status = follower.status
            if status.state == "stopped":
                found.append({
                    "code": "follower.stopped", "follower": status.name, "source": status.source,
                    "position": status.failed_at, "reason": status.reason,
                })  # fmt: skip
        return found

    async def followers(self) -> list[dict[str, Any]]:
        """The rows of `/followers`: the relay first, then whoever follows a log; `age` where a head is not of now."""
        running = self._running
        relay = running.relay
        row: dict[str, Any] = {
            "name": "relay",
            "source": running.service.name,
            "state": "stopped" if relay.state in STANDING else relay.state,
            "position": relay.relayed,
            "head": running.log.known_head,
            "lag": max(running.log.known_head - relay.relayed, 0),
        }
        if relay.reason:
            row["reason"] = relay.reason
        rows = [row]
        heads, others = await asyncio.gather(self.heads(), self._rows_of_others())
        for follower, head in zip(running.followers, heads, strict=True):
            shown = follower.status.shown(head.value or 0)
            if head.trouble is not None:
                shown["head_age"] = None if head.age is None else round(head.age, 1)
            rows.append(shown)
        return [*rows, *others]

    async def _rows_of_others(self) -> list[dict[str, Any]]:
        found = await asyncio.gather(*(row.get() for row in self._others))
        return [other.value for other in found if other.value is not None]

    async def metrics(self) -> tuple[bytes, str]:
        """Prometheus metrics, with what is known of heads."""
        running = self._running
        store, heads = await asyncio.gather(self._store.get(), self.heads())
        metrics.STORE_OK.set(store.trouble is None and store.age is not None)
        metrics.BROKER_OK.set(_is_connected(running.nats))
        metrics.HEAD.set(running.log.known_head)
        metrics.RELAYED.set(running.relay.relayed)
        metrics.RELAY_STATE.set(running.relay.state == "running")
        for follower, head in zip(running.followers, heads, strict=True):
            status = follower.status
            metrics.LAG.labels(status.name, status.source).set(max((head.value or 0) - status.position, 0))
            metrics.HEAD_AGE.labels(status.source).set(-1 if head.age is None else head.age)
            metrics.STOPPED.labels(status.name, status.source).set(status.state == "stopped")
        return metrics.exposition()


def _is_connected(nats: Callable[[], Any]) -> bool:
    try:
        nats()
    except Unavailable:
        return False
    return True
