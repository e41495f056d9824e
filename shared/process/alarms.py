"""What needs somebody: every alarm by its code, as readiness, `dvk status`, the metric and the alert rules have it.

An alarm never takes a service out of a load balancer by itself; readiness says what a process can do. Each code has a
rule in `deploy/grafana/alerts.yml` and a place in `deploy/runbook.md`; a test holds the three together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shared import metrics
from shared.errors import Unavailable
from shared.following.follower import Follower
from shared.process.running_out import Disk, low
from shared.relaying.relay import STANDING, Relay

Alarm = dict[str, Any]

OTHER = "other"
CODES = (
    "backup.old",
    "broker-away",
    "broker.narrow",
    "certificate.ends",
    "clock.ahead",
    "clock.behind",
    "disk.low",
    "document.held",
    "events.unknown",
    "figures.differ",
    "follower.stalled",
    "follower.stopped",
    "ledger.stalled",
    "log.behind",
    "log.damaged",
    "log.diverged",
    "log.restored",
    "log.unsigned",
    "names.unopenable",
    "public.stalled",
    "relay.diverged",
    "relay.incomplete",
    "relay.waiting",
    "security-log.unwritten",
    "store-away",
    "webhook.disabled",
    "webhook.failing",
    "witness.refuses",
    "witness.silent",
    OTHER,
)
"""Whatever else closes the gate (`store.too-old`) is `other`: labels are bounded."""
OF_OTHERS = {
    "failing": "webhook.failing", "disabled": "webhook.disabled",
    "refusing": "witness.refuses", "silent": "witness.silent",
}  # fmt: skip
"""What a row lists of agencies and of the witnesses that they run, and the alarm that each of these is."""
NOT_YET = ("starting", "stopping")
MOST_TYPES = 5
STALLED_SECONDS = 300.0
UNSIGNED_SECONDS = 600.0
BACKUP_SECONDS = 36 * 3600.0
CERTIFICATE_SECONDS = 21 * 86_400.0


def is_passing(closed: Unavailable | None) -> bool:
    """Whether the process only begins or ends."""
    return closed is not None and closed.code in NOT_YET


def of_gate(closed: Unavailable | None) -> Iterable[Alarm]:
    """What keeps commands out."""
    if closed is not None and not is_passing(closed):
        yield {"code": closed.code, **closed.details}


def of_store(there: bool, trouble: str | None) -> Iterable[Alarm]:
    """Whether what is recorded can be kept."""
    if not there:
        yield {"code": "store-away", "reason": trouble}


def of_broker(connected: bool, trouble: str | None, narrow: int | None, relay: Relay) -> Iterable[Alarm]:
    """What keeps events from going out: `trouble` is what the broker said last, `narrow` how little it takes."""
    if narrow is not None:
        yield {"code": "broker.narrow", "max_payload": narrow}
    if not connected:
        yield {"code": "broker-away", **({} if trouble is None else {"reason": trouble})}
    elif relay.state in STANDING or relay.state == "waiting":
        yield {"code": f"relay.{relay.state}", "reason": relay.reason}


def of_followers(followers: Sequence[Follower], stuck: Sequence[float]) -> Iterable[Alarm]:
    """Who stopped, and who has been behind for long without saying why; `stuck` in seconds, one for each."""
    for follower, seconds in zip(followers, stuck, strict=True):
        status = follower.status
        named = {"follower": status.name, "source": status.source}
        if status.state == "stopped":
            yield {"code": "follower.stopped", **named, "position": status.failed_at, "reason": status.reason}
        elif seconds > STALLED_SECONDS:
            code = "ledger.stalled" if status.name == "ledger" else "follower.stalled"
            yield {"code": code, **named, "position": status.position, "seconds": round(seconds)}


def of_time(unsigned: float, backup: float, unopenable: float) -> Iterable[Alarm]:
    """What nobody notices until it is needed: signatures, backups, names. Seconds, and a count."""
    if unsigned > UNSIGNED_SECONDS:
        yield {"code": "log.unsigned", "seconds": round(unsigned)}
    if backup > BACKUP_SECONDS:
        yield {"code": "backup.old", "seconds": round(backup)}
    if unopenable:
        yield {"code": "names.unopenable", "times": round(unopenable)}


def of_security(trouble: str | None) -> Iterable[Alarm]:
    """Whether the last line of the security log was written."""
    if trouble is not None:
        yield {"code": "security-log.unwritten", "reason": trouble}


def of_what_runs_out(disks: Iterable[Disk], certificate: float | None) -> Iterable[Alarm]:
    """What ends by itself: space, and a certificate in so many seconds (None: there is none)."""
    for disk in low(disks):
        yield {"code": "disk.low", **disk}
    if certificate is not None and certificate < CERTIFICATE_SECONDS:
        yield {"code": "certificate.ends", "seconds": round(certificate)}


def of_rows(rows: Sequence[dict[str, Any]]) -> Iterable[Alarm]:
    """What those say who are no followers: documents that wait, events of a newer version, figures that no event
    gives, logs that changed, agencies that are not told, witnesses of others that do not cosign."""
    for row in rows:
        if differs := row.get("differs"):
            yield {"code": "figures.differ", "follower": row["name"], **differs}
        for diverged in row.get("diverged", ()):
            yield {"code": "log.diverged", **diverged}
        yield from _not_signed(row)
        if lacking := row.get("incomplete"):
            yield {"code": "relay.incomplete", "follower": row["name"], **lacking}
        if row.get("state") == "stopped":
            named = {"follower": row["name"], "source": row["source"]}
            yield {"code": "follower.stopped", **named, "reason": row.get("reason")}
        yield from _not_taken(row)
        if row.get("stalled", 0) > STALLED_SECONDS:
            yield {"code": "public.stalled", "position": row["position"], "reason": row.get("reason", "")}
        for named, code in OF_OTHERS.items():
            for other in row.get(named, ()):
                yield {"code": code, **other}


def _not_signed(row: dict[str, Any]) -> Iterable[Alarm]:
    for log in row.get("unsigned", ()):
        if log["seconds"] > UNSIGNED_SECONDS:
            yield {"code": "log.unsigned", **log}


def _not_taken(row: dict[str, Any]) -> Iterable[Alarm]:
    if held := row.get("held"):
        yield {"code": "document.held", "follower": row["name"], "documents": len(held)}
    if unread := row.get("unread"):
        types = [each["type"] for each in unread]
        yield {"code": "events.unknown", "follower": row["name"], "types": ", ".join(types[:MOST_TYPES])}


def tell(alarms: Sequence[Alarm]) -> None:
    """Set the metric of every code."""
    codes = {alarm["code"] if alarm["code"] in CODES else OTHER for alarm in alarms}
    for code in CODES:
        metrics.ALARM.labels(code).set(code in codes)
