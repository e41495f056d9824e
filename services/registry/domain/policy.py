"""The scheme's policy: versions of dates and thresholds, each in force from its own day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.message import carried
from shared.contracts.registry import PolicyCommand, PolicyEvent, PolicyPublished
from shared.decider import Case, Decider, Mark
from shared.errors import CorruptHistory

from .declared import declared


@dataclass(frozen=True)
class Scheme:
    """Every version ever published, oldest first."""

    versions: tuple[PolicyPublished, ...] = ()

    def in_force(self, on: date) -> PolicyPublished | None:
        """The highest version that was in force on a day; None before the first."""
        return next((policy for policy in reversed(self.versions) if policy.effective_from <= on), None)

    def version(self, number: int | None) -> PolicyPublished | None:
        """The version that a running case pinned; None when it pinned none."""
        return self.versions[number - 1] if number else None


def decide(command: PolicyCommand, scheme: Scheme, case: Case) -> PolicyEvent | None:
    """Publish the next version; the same terms again are no new version."""
    if scheme.versions and declared(scheme.versions[-1], "version") == declared(command):
        return None  # already so
    return PolicyPublished(on=case.on, version=len(scheme.versions) + 1, **carried(command))


def evolve(scheme: Scheme, event: PolicyEvent, _mark: Mark) -> Scheme:
    """Versions are numbered in the order of publication."""
    if event.version != len(scheme.versions) + 1:
        raise CorruptHistory(f"policy version {event.version} after {len(scheme.versions)}")
    return Scheme((*scheme.versions, event))


def view(scheme: Scheme) -> dict[str, Any] | None:
    """Every version; the newest is last."""
    if not scheme.versions:
        return None
    return {"policy": "scheme", "state": "published", "versions": [one.data() for one in scheme.versions]}


decider = Decider[PolicyCommand, PolicyEvent, Scheme, Case](Scheme(), decide, evolve)
