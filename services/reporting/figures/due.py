"""What is due: what each thing waits for, told by its card, and until when by the policy that it goes by.

A wait is a member of a card, so that a list of everything due looks at open things only and reads no life. It carries
the day that somebody set (`due_on`), or since when one waits, on how many days the dossier was with its sender, and
the policy version whose limit counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.reporting.facts import said
from services.reporting.facts.city import City
from services.reporting.facts.facts import Fact, of_kind
from services.reporting.facts.said.values import Milestone
from services.reporting.figures.decided_figures import days_between, days_paused
from services.reporting.figures.months import plus_months
from services.reporting.figures.periods import FIRST_YEAR, LAST_YEAR, Policies, Policy
from services.reporting.figures.stages import FOREVER, OPENED, pinned
from shared.contracts import appraisal, correcting, registry

FILING, SUPPLEMENT, MILESTONE, REPORT = "filing", "supplement", "milestone", "report"
ACCEPT, APPRAISE, OPINION, DECIDE = "accept", "appraise", "opinion", "decide"
INSPECTION, DOSSIER, OBLIGATION = "inspection", "dossier", "obligation"
AT_WORK = frozenset({registry.ModelReceived, registry.ModelResumed})
"""From these on a model is at work."""
KINDS = (
    FILING, SUPPLEMENT, ACCEPT, APPRAISE, OPINION, DECIDE, MILESTONE, REPORT, INSPECTION, DOSSIER, OBLIGATION,
)  # fmt: skip
"""A returned model filing or dossier that is to come again, a dossier that awaits acceptance, appraisal, an opinion or
a decision, a step of an adoption's roadmap, a unit's periodic report, an inspection (planned, or none in time), the
dossier of a model that is fit to be proposed, something else that a unit owes for a year."""

Wait = dict[str, Any]
"""{what, since?, due_on?, paused?, policy_version?, agency?, milestone?}"""


class Due(NamedTuple):
    """One thing that is due: what, whose it is, which thing, by which day (None: nobody set one), particulars."""

    what: str
    unit: str
    thing: str
    due_on: str | None
    more: Mapping[str, Any]

    def seen(self, on: str) -> dict[str, Any]:
        """As one sees it on a day: overdue after its own; `days` past it, or still to go."""
        item: dict[str, Any] = {"what": self.what, "unit": self.unit, "thing": self.thing, **self.more}
        if self.due_on is None:
            return {**item, "overdue": False}
        days = abs(days_between(self.due_on, on))
        return {**item, "due_on": self.due_on, "overdue": self.due_on < on, "days": days}


def in_order(found: Sequence[Due]) -> list[Due]:
    """The earliest first; what has no day stands last."""
    return sorted(found, key=lambda one: (one.due_on or FOREVER, one.what, one.thing, str(one.more)))


# --- what a thing waits for ---------------------------------------------------------------------------


def of_a_filing(told: Sequence[Fact], state: str) -> list[Wait] | None:
    """A returned filing is to be amended, by the day that was set if one was."""
    if state != "returned":
        return None
    last = of_kind(told, said.ModelReturned)[-1:]
    return [_wait(FILING, since=fact.on, due_on=fact.said.due_on) for fact in last] or None


def working_since(told: Sequence[Fact], state: str) -> str | None:
    """The day from which a model is at work without a rest; None when it is not."""
    if state != "received":
        return None
    return max(
        (fact.on for fact in told if fact.kind in AT_WORK),
        default=None,
    )


def of_a_dossier(told: Sequence[Fact]) -> list[Wait] | None:
    """What an undecided dossier waits for: its sender or the next act of the committee, and opinions asked for."""
    version, main = pinned(told), None
    begun: str | None = None
    asked: dict[str, Wait] = {}
    for fact in told:
        match fact.said:
            case said.DossierSubmitted() | said.DossierSupplemented():
                main = _wait(ACCEPT, since=fact.on, policy_version=version)
            case said.DossierReturned() as returned:
                main = _wait(SUPPLEMENT, since=fact.on, due_on=returned.due_on)
            case said.DossierAccepted() | said.AppraisalReopened():
                begun = fact.on if fact.kind is appraisal.AppraisalReopened else begun or fact.on
                paused = days_paused(told, begun, FOREVER) or None
                main = _wait(APPRAISE, since=begun, paused=paused, policy_version=version)
            case said.AppraisalCompleted() | said.DossierWithdrawn():
                main = None
            case said.OpinionRequested(agency=agency, due_on=due_on):
                own = {"agency": agency, "since": fact.on, "due_on": due_on}
                asked.setdefault(agency, _wait(OPINION, **own, policy_version=version))
            case said.OpinionRecorded() as opinion:
                asked.pop(opinion.agency, None)
            case _:
                pass
    return None if main is None else [main, *asked.values()]


def of_a_decision(told: Sequence[Fact], dossier: Sequence[Fact]) -> list[Wait] | None:
    """An open recognition or listing waits for a decision, by the policy that its dossier pinned."""
    last = [fact for fact in told if fact.kind is not correcting.RecordCorrected][-1:]
    return [
        _wait(DECIDE, since=fact.on, policy_version=pinned(dossier))
        for fact in last if fact.kind in OPENED
    ] or None  # fmt: skip


def roadmap(told: Sequence[Fact]) -> list[dict[str, Any]]:
    """The steps of an adoption as they were last planned, each with the day on which it was reached, if it was."""
    steps: Sequence[Milestone] = ()
    reached: dict[int, str] = {}
    for fact in told:
        match fact.said:
            case said.ReplicationAdopted() | said.RoadmapAmended() as planned:
                steps = planned.roadmap
            case said.MilestoneReached() as step:
                reached[step.milestone] = fact.on
            case _:
                pass
    return [
        {"milestone": step.milestone, "due_on": step.due_on,
         **({"reached_on": reached[place]} if place in reached else {})}
        for place, step in enumerate(steps, 1)
    ]  # fmt: skip


def of_an_adoption(told: Sequence[Fact]) -> list[Wait] | None:
    """The steps of its roadmap that were not reached, until it succeeded or failed; that it goes on reaches none."""
    outcomes = of_kind(told, said.ReplicationOutcomeRecorded)
    if outcomes and outcomes[-1].said.outcome != "ongoing":
        return None
    return [
        _wait(MILESTONE, milestone=step["milestone"], due_on=step["due_on"])
        for step in roadmap(told) if "reached_on" not in step
    ] or None  # fmt: skip


def _wait(what: str, **members: Any) -> Wait:
    return {"what": what, **{name: value for name, value in members.items() if value is not None}}


# --- until when -----------------------------------------------------------------------------------------


def waiting(thing: str, card: Mapping[str, Any], policies: Policies) -> Iterator[Due]:
    """Everything that a thing waits for by its card, each with its day."""
    unit = card.get("unit") or card.get("model_unit") or ""
    for wait in card.get("waits") or ():
        more = {name: wait[name] for name in ("since", "agency", "milestone") if name in wait}
        yield Due(wait["what"], unit, thing, _day(wait, policies), more)


def _day(wait: Wait, policies: Policies) -> str | None:
    if (set_by_somebody := wait.get("due_on")) is not None:
        return str(set_by_somebody)
    if (version := wait.get("policy_version")) is None:
        return None
    limit = policies.version(version, wait["since"]).get(f"{wait['what']}_days")
    if limit is None:
        return None
    days = timedelta(days=limit + wait.get("paused", 0))
    return (date.fromisoformat(wait["since"]) + days).isoformat()


def inspection(model: str, card: Mapping[str, Any], last: str | None, policy: Policy) -> Due:
    """The next inspection of a model at work, by others and of a kind that counts: so long after the last one."""
    since = card["working_since"] if last is None else max(last, card["working_since"])
    day = plus_months(since, policy["inspection_every_months"])
    return Due(INSPECTION, card["unit"], f"model/{model}", day, {"since": since})


def planned(plan: Mapping[str, Any]) -> Iterator[Due]:
    """The inspections of a plan that were not made."""
    for item in plan["items"]:
        if "done_on" not in item:
            thing = f"model/{item['model']}" if "model" in item else f"unit/{item['unit']}"
            more = {"kind": item["kind"], "plan": plan["ident"]}
            yield Due(INSPECTION, plan["unit"], thing, item["due_on"], more)


def dossier(model: str, unit: str, policy: Policy, on: str) -> Due:
    """The dossier of a model that is fit to be proposed in the year of a day, and for which none was sent."""
    return Due(DOSSIER, unit, f"model/{model}", f"{on[:4]}-{policy['dossier_due']}", {"year": int(on[:4])})


def spans(on: str, policies: Policies) -> dict[str, str]:
    """The reports that units owe from the scheme's first year to the year of `on`: by period, when each is due."""
    found: dict[str, str] = {}
    for year in range(FIRST_YEAR, min(int(on[:4]), LAST_YEAR) + 1):
        found |= of_year(year, policies.of_year(year))
    return found


def of_year(year: int, policy: Policy) -> dict[str, str]:
    """The reports that are owed for a year: by period, when each is due."""
    return {f"{year}-H1": f"{year}-{policy['half_year_due']}", f"{year}": f"{year}-{policy['year_due']}"}


def reports(
    period: str, due_on: str, then: City, now: City, policies: Policies, made: Collection[str]
) -> Iterator[Due]:
    """The units that owe the report of a period: of a reporting kind, open at its day and now, and none is there.

    A half-year is no longer asked for once the year, which contains it, was reported. `made` are ids of reports.
    """
    kinds = policies.of_year(int(period[:4]))["reporting_unit_kinds"]
    for card in then.open_units():
        gone = card.unit not in now.cards or now.cards[card.unit].closed
        there = f"{card.unit}:{period}" in made or f"{card.unit}:{period[:4]}" in made
        if card.kind in kinds and not gone and not there:
            yield Due(REPORT, card.unit, f"unit/{card.unit}", due_on, {"period": period})
