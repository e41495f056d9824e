"""The first verb against each alarm, as `deploy/runbook.md` has it: who reads an alarm at night reads what to type."""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import OfNewerVersion

BY_HAND = frozenset(
    {
        "store-away",
        "disk.low",
        "certificate.ends",
        "events.unknown",
        "follower.stalled",
        "relay.waiting",
        "security-log.unwritten",
    }
    | {"witness.silent", "other"}
)
"""No verb helps before somebody has looked at a disk, a certificate, MongoDB, NATS or another's witness, or a newer
version is installed: the runbook says where."""
REMEDIES = {
    "service-down": "dc up --detach {service}",
    "broker-away": "dc up --detach nats",
    "broker.narrow": "nats-server --signal reload",
    "relay.diverged": 'dvk verify log --all; dvk relay reset {service} --reason "…"',
    "relay.incomplete": 'dvk relay reset {service} --reason "…"',
    "log.behind": "dvk restore-log",
    "log.damaged": "dvk verify log {service}",
    "log.diverged": "dvk verify log --all",
    "log.restored": 'dvk verify log --all; dvk restore --accept --reason "…"',
    "log.unsigned": "dvk verify log --all",
    "witness.refuses": "dvk verify log --all",
    "clock.ahead": "chronyc makestep",
    "clock.behind": "chronyc makestep",
    "follower.stopped": "dvk followers retry {service} {follower}",
    "ledger.stalled": "dvk followers",
    "document.held": "dvk rebuild",
    "figures.differ": "dvk verify figures; dvk rebuild",
    "public.stalled": "dvk followers",
    "webhook.failing": "dvk agency list",
    "webhook.disabled": "dvk agency resume NAME",
    "names.unopenable": "dvk restore … --only secrets",
    "backup.old": "dvk backup",
}


def remedy(service: str, alarm: Mapping[str, object]) -> str | None:
    """What to type first, with the names in it, or to do where trying again cannot help; None where no verb helps."""
    if OfNewerVersion.__name__ in str(alarm.get("reason")):
        return "cài phiên bản mới hơn cho dịch vụ này · install the newer version of this service"
    verb = REMEDIES.get(str(alarm["code"]))
    return verb and verb.format(service=service, follower=alarm.get("follower", "NAME"))
