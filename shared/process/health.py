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
from shared.process import alarms
from shared.process.alarms import Alarm
from shared.process.measuring import Measuring, unopenable
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
        self._measuring = Measuring(running)
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
        closed = running.gate.reason
        store, found = await asyncio.gather(self._store.get(), self.alarms(closed))
        parts: dict[str, Any] = {"commands": closed is None}
        if closed is not None:
            said = running.problems.body(closed)
            parts["commands_reason"] = said["code"]
            parts["commands_detail"], parts["commands_detail_en"] = said["detail"], said["detail_en"]
        parts["store"] = _is_there(store)
        if not parts["store"]:
            parts["store_reason"] = store.trouble or "not asked yet"
        parts["relay"] = running.relay.state == "running"
        if running.relay.reason:
            parts["relay_reason"] = running.relay.reason
        stopped = sorted({f.status.name for f in running.followers if f.status.state == "stopped"})
        parts["followers"] = not stopped
        if stopped:
            parts["stopped"] = stopped
        parts["log"] = await self._measuring.log()
        ready = parts["commands"] and parts["store"]
        return {"ready": ready, "service": running.service.name, **parts, "alarms": found}

    async def alarms(self, closed: Unavailable | None) -> list[Alarm]:
        """What needs somebody: a code (`alarms.CODES`), and what is known of it."""
        running, measuring = self._running, self._measuring
        store, heads, unsigned, backup, disks, others = await asyncio.gather(
            self._store.get(), self.heads(), measuring.unsigned(), measuring.backup(), measuring.disks(),
            self._rows_of_others(),
        )  # fmt: skip
        stuck = [late.stuck for late in measuring.late(heads)]
        metrics.UNSIGNED_SECONDS.set(unsigned)
        metrics.BACKUP_AGE.set(backup)
        found = [
            *alarms.of_gate(closed),
            *alarms.of_store(_is_there(store) or alarms.is_passing(closed), store.trouble),
            *alarms.of_broker(
                _is_connected(running.nats), running.broker.trouble, running.broker.narrow, running.relay
            ),
            *alarms.of_followers(running.followers, stuck),
            *alarms.of_time(unsigned, backup, unopenable()),
            *alarms.of_what_runs_out(disks, measuring.certificate()),
            *alarms.of_security(running.access.security.trouble()),
            *alarms.of_rows(others),
        ]
        alarms.tell(found)
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
        measuring = self._measuring
        store, heads, others, _ = await asyncio.gather(
            self._store.get(), self.heads(), self._rows_of_others(), self.alarms(self._running.gate.reason)
        )
        metrics.STORE_OK.set(_is_there(store))
        metrics.BROKER_OK.set(_is_connected(self._running.nats))
        measuring.of_log()
        measuring.of_followers(heads, measuring.late(heads))
        measuring.of_others(others)
        return await asyncio.to_thread(metrics.exposition)  # a line for each label there ever was


def _is_there(store: Known[bool]) -> bool:
    return store.age is not None and store.age < OLD_SECONDS and store.trouble is None


def _is_connected(nats: Callable[[], Any]) -> bool:
    try:
        nats()
    except Unavailable:
        return False
    return True
