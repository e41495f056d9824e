"""What is known of one agency's webhook, and what follows from how a delivery ended. Pure. Times in Unix seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.feed.hooks.sending import Ended
from services.reporting.feed.public import Wanted

BACKOFF = (5, 30, 120, 600, 1800, 3600)
"""So many seconds after the first, second, … failure in a row it is tried again; then at the last interval."""
DEAD_SECONDS = 30 * 86_400
"""An address at which nothing arrived for so long is not tried any more until somebody says so."""
ALARM_SECONDS = 3600
"""For so long it may fail before anybody has to look."""
OVERLAP_SECONDS = 7 * 86_400
"""So long after a change of secrets the old one signs beside the new one."""
DEAD, GONE = "dead", "gone"
"""Why one is disabled: nothing arrived for long; the agency's server said that it wants nothing any more (410)."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Hook:
    """One agency: where to, what of, how far."""

    name: str
    url: str
    wanted: Wanted
    position: int
    """How far the log was told: the agency has everything up to here that it wants."""
    secrets: Sequence[bytes]
    """Sealed; the newest first."""
    attempts: int
    failing_since: int | None

    @classmethod
    def of(cls, document: Mapping[str, Any], now: int) -> Hook:
        """As it is kept, with the secrets that sign now."""
        wanted = Wanted(*(tuple(document[member]) for member in ("event", "level", "field", "unit")))
        secrets = [one["sealed"] for one in document["secrets"] if one["until"] is None or one["until"] > now]
        return cls(
            document["_id"],
            document["url"],
            wanted,
            document["position"],
            secrets,
            document["attempts"],
            document["failing_since"],
        )


NOTHING_WRONG: Mapping[str, Any] = {
    "attempts": 0, "failing_since": None, "next": 0, "reason": None, "disabled": None,
}  # fmt: skip


def after_failure(hook: Hook, ended: Ended, now: int) -> Document:
    """What is kept of a failure: when to try again, or that nobody tries any more."""
    attempts, since = hook.attempts + 1, now if hook.failing_since is None else hook.failing_since
    pause = max(BACKOFF[min(attempts, len(BACKOFF)) - 1], min(ended.again_after, BACKOFF[-1]))
    disabled = GONE if ended.gone else DEAD if now - since >= DEAD_SECONDS else None
    return {
        "attempts": attempts,
        "failing_since": since,
        "next": now + pause,
        "reason": str(ended),
        "disabled": disabled,
    }


def shown(document: Mapping[str, Any], head: int) -> Document:
    """What an operator sees; never a secret."""
    failing = document["failing_since"] is not None
    state = "disabled" if document["disabled"] else "failing" if failing else "running"
    told = {
        "name": document["_id"],
        "url": document["url"],
        **{member: document[member] for member in ("event", "level", "field", "unit")},
        "state": state,
        "position": document["position"],
        "head": max(head, document["position"]),
        "lag": max(head - document["position"], 0),
        "delivered": document["delivered"],
        "secrets": len(document["secrets"]),
    }
    if document["disabled"]:
        told["disabled"] = document["disabled"]
    if failing:
        told |= {member: document[member] for member in ("attempts", "failing_since", "next", "reason")}
    return told
