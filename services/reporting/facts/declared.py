"""A model as the registry tells it: from its registration to its end, with what was amended on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from shared.contracts import registry

VOIDING = ("duplicate", "withdrawn")
"""Grounds of an end before reception by which a registration counts for nothing."""


@dataclass(frozen=True)
class Registration:
    """A model's first registration: its year and basis, and whether it came late. What was recorded of them then
    stays, whatever was amended when that could still be."""

    year: int
    basis: str
    late: bool


@dataclass(frozen=True)
class Renewal:
    """A registration for a further year: on which day, and whether it came late."""

    on: str
    late: bool


@dataclass
class Declared:
    """A model as the registry knows it, folded from its own stream."""

    registered: str | None = None
    first: Registration | None = None
    renewed: dict[int, Renewal] = field(default_factory=dict[int, Renewal])
    """By year: the registrations after the first."""
    state: str = ""
    basis: str = ""
    year: int = 0
    late: bool = False
    similar: Counter[str] = field(default_factory=Counter[str])
    """How many similar names were found on which day: at the registration, and when the name was amended."""
    received: str | None = None
    ended: str | None = None
    ground: str = ""
    planned: dict[str, int] = field(default_factory=dict[str, int])
    used: tuple[str, dict[str, int]] | None = None
    confirmed: set[int] = field(default_factory=set[int])

    @property
    def void(self) -> bool:
        """Ended as duplicate or withdrawn before reception: it counts neither as registered nor for quota."""
        return self.ended is not None and self.ground in VOIDING and self.received is None


def declared(told: Iterable[Fact], cut_off: str) -> Declared:
    """The registry's side of a model, from the facts of its own stream that happened by the cut-off."""
    model = Declared()
    for fact in told:
        if (tell := TOLD.get(fact.kind)) is not None:
            tell(model, fact, cut_off)
    return model


def _register(model: Declared, fact: Fact, _: str) -> None:
    data = fact.data
    model.registered, model.state = fact.on, "registered"
    model.basis, model.year, model.late = data["basis"], data["year"], bool(data.get("late"))
    model.first = Registration(model.year, model.basis, model.late)
    model.similar[fact.on] += len(data.get("similar", ()))
    model.planned = data.get("resources", {})


def _renew(model: Declared, fact: Fact, _: str) -> None:
    model.renewed[fact.data["year"]] = Renewal(fact.on, bool(fact.data.get("late")))


def _receive(model: Declared, fact: Fact, _: str) -> None:
    model.state, model.received = "received", model.received or fact.on


def _return(model: Declared, _fact: Fact, _: str) -> None:
    model.state = "returned"


def _amend(model: Declared, fact: Fact, _: str) -> None:
    changes: dict[str, Any] = fact.data.get("changes", {})
    if model.state == "returned":
        model.state = "registered"
    model.basis = changes.get("basis", model.basis)
    model.year = changes.get("year", model.year)
    model.planned = changes.get("resources", model.planned)
    model.similar[fact.on] += len(fact.data.get("similar", ()))
    if (late := fact.data.get("late", changes.get("late"))) is not None:
        model.late = bool(late)


def _suspend(model: Declared, _fact: Fact, _: str) -> None:
    model.state = "suspended"


def _resume(model: Declared, _fact: Fact, _: str) -> None:
    model.state = "received"


def _end(model: Declared, fact: Fact, _: str) -> None:
    model.state, model.ended, model.ground = "ended", fact.on, fact.data["ground"]


def _report(model: Declared, fact: Fact, cut_off: str) -> None:
    as_of, data = fact.data["as_of"], fact.data
    if as_of <= cut_off and "resources" in data and (model.used is None or as_of >= model.used[0]):
        model.used = (as_of, data["resources"])


def _confirm(model: Declared, fact: Fact, _: str) -> None:
    model.confirmed.add(fact.data["year"])


TOLD: dict[Kind, Callable[[Declared, Fact, str], None]] = {
    registry.ModelRegistered: _register,
    registry.RegistrationRenewed: _renew,
    registry.ModelReceived: _receive,
    registry.ModelReturned: _return,
    registry.ModelAmended: _amend,
    registry.ModelSuspended: _suspend,
    registry.ModelResumed: _resume,
    registry.ModelEnded: _end,
    registry.ProgressReported: _report,
    registry.MaintenanceConfirmed: _confirm,
}
"""What each event says of a model, by the cut-off; all others say nothing of it."""


def voided(told: Iterable[Fact]) -> bool:
    """True when, by everything known, a model ended as duplicate or withdrawn and was never received.

    It was no registration then, on no day: the years and a review of them say the same of it.
    """
    kinds = {
        fact.kind for fact in told if fact.kind is not registry.ModelEnded or fact.data["ground"] in VOIDING
    }
    return registry.ModelEnded in kinds and registry.ModelReceived not in kinds


def built_years(model: Declared) -> dict[int, str]:
    """The years for whose building quota a received model counts, each once: as new or as maintained.

    New in the year of its first registration and in no other; maintained in each that it was registered or confirmed
    for since.
    """
    years = dict.fromkeys(sorted({*model.confirmed, *model.renewed}), "maintained")
    return years if model.first is None else {**years, model.first.year: model.first.basis}


def built_years_as_amended(model: Declared) -> dict[int, str]:
    """The same by rules 1: year and basis could be amended, and there was no registration for a further year."""
    years = dict.fromkeys(sorted(model.confirmed), "maintained")
    years[model.year] = model.basis
    return years
