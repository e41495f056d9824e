"""Whether a finding stands: what policies, the tree of units and rounds say of a candidate (see `exceptions`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from services.reporting.facts.city import City
from services.reporting.figures import exceptions, finding
from services.reporting.figures.periods import Policies, Policy
from shared.contracts.registry import COMPETENCES, Competence, Competent
from shared.reference.authority import Units
from shared.reference.competence import Matter, Track, competent


@dataclass(frozen=True)
class Judge:
    """What is known to judge by: policies, the units by everything known, and of rounds the members that lists have."""

    policies: Policies
    city: City
    rounds: Mapping[str, Mapping[str, Any]]
    _judged: dict[tuple[str, int], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, int], tuple[str, ...]], repr=False, compare=False
    )

    def stands(self, kind: str, sub: str, on: str | None) -> bool | None:
        """Whether a finding of a kind with these particulars stands on a day; None where it is asked of none (None)
        and depends on it."""
        match kind:
            case finding.OUTSIDE_TIME_LIMITS:
                pinned = sub.rpartition(":")[2]
                if on is None and pinned[0] == "p" and not self.policies.has(int(pinned[1:])):
                    return None
                return self.limit(sub, on or "") is not None
            case finding.NOT_COMPETENT:
                return None if on is None else sub.split(":")[-1] not in self.competent(sub, on)
            case finding.RATED_BY_OWN_UNIT:
                by, *own = sub.split(":")
                return any(self._same(by, unit) for unit in own)
            case finding.NOT_INSPECTED_BY_OTHERS:
                return None if on is None else not self._inspected(sub, self.policies.in_force(on))
            case _:
                return True

    def limit(self, sub: str, on: str) -> int | None:
        """The limit that a stage went beyond; None when it kept it, or had none."""
        stage = sub.partition(":")[0]
        return exceptions.beyond_limit(
            sub, lambda version: self.policies.version(version, on).get(f"{stage}_days")
        )

    def competent(self, sub: str, on: str) -> tuple[str, ...]:
        """The bodies that were competent for a decision, mergers followed, and those that they took over from."""
        policy = self.policies.in_force(on)
        key = sub, policy["version"]
        if key not in self._judged:
            those = self._competent(sub, policy)
            merged = [unit for unit in self.city.cards if self.city.standing_for(unit) in those]
            self._judged[key] = tuple(dict.fromkeys((*those, *sorted(merged))))
        return self._judged[key]

    def _competent(self, sub: str, policy: Policy) -> tuple[str, ...]:
        act, level, committee, _ = sub.rsplit(":", 3)
        track: Track | None = None
        if committee.startswith("round/"):
            round = self.rounds.get(committee.partition("/")[2], {})
            committee, track = round.get("unit") or "", round.get("track")
        units: Units = self.city.units
        if (act, level) == ("list", "grassroots"):
            return tuple(unit for unit in units.chain(committee)[1:] if not units.is_city(unit))
        competences = [
            Competence.model_validate(one) for one in policy.get("competences") or ()
        ] or COMPETENCES
        city_level = "grassroots" if level == "grassroots" else "city"
        return competent(Matter(cast(Competent, act), city_level, committee, track), units, competences)

    def _same(self, one: str, other: str) -> bool:
        return one == other or self.city.standing_for(one) == self.city.standing_for(other)

    def _inspected(self, sub: str, policy: Policy) -> bool:
        """Whether any of the ways in which a model was inspected counts, and was recorded for another unit."""
        unit, *ways = sub.split(":")
        told = (way.partition("@") for way in ways)
        return any(
            kind in policy["counted_inspections"] and (by == "" or not self._same(by, unit))
            for kind, _, by in told
        )


Stands = Callable[[tuple[str, str, str, str], str | None], bool | None]


def of_cells(judge: Judge) -> Stands:
    """The same of a cell of findings: (unit, field, kind, particulars)."""
    return lambda cell, on: judge.stands(cell[2], cell[3], on)
