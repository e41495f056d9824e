"""A model as the registry tells it: from its registration to its end, with what was amended on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias, TypeVar, cast

from services.reporting.facts import said
from services.reporting.facts.facts import KIND_OF, Fact, FactOf, of_kind
from services.reporting.facts.kinds import Kind

VOIDING = ("duplicate", "withdrawn")
"""Grounds of an end before reception by which a registration counts for nothing."""


class Registration(NamedTuple):
    """A model's first registration: its year and basis, and whether it came late. What was recorded of them then
    stays, whatever was amended when that could still be."""

    year: int
    basis: str
    late: bool


class Renewal(NamedTuple):
    """A registration for a further year: on which day, and whether it came late."""

    on: str
    late: bool


class Declared:
    """A model as the registry knows it, folded from its own stream."""

    def __init__(self) -> None:
        self.registered: str | None = None
        self.first: Registration | None = None
        self.renewed: dict[int, Renewal] = {}
        """By year: the registrations after the first."""
        self.state = ""
        self.basis = ""
        self.year = 0
        self.late = False
        self.similar: dict[str, int] = {}
        """How many similar names were found on which day: at the registration, and when the name was amended."""
        self.received: str | None = None
        self.ended: str | None = None
        self.ground = ""
        self.planned: Mapping[str, int] = {}
        self.used: tuple[str, Mapping[str, int]] | None = None
        self.confirmed: set[int] = set()

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


def _register(model: Declared, fact: FactOf[said.ModelRegistered], _: str) -> None:
    told = fact.said
    model.registered, model.state = fact.on, "registered"
    model.basis, model.year, model.late = told.basis, told.year, told.late
    model.first = Registration(model.year, model.basis, model.late)
    _resemble(model, fact.on, len(told.similar))
    model.planned = told.resources or {}


def _renew(model: Declared, fact: FactOf[said.RegistrationRenewed], _: str) -> None:
    model.renewed[fact.said.year] = Renewal(fact.on, fact.said.late)


def _receive(model: Declared, fact: FactOf[said.ModelReceived], _: str) -> None:
    model.state, model.received = "received", model.received or fact.on


def _return(model: Declared, _fact: FactOf[said.ModelReturned], _: str) -> None:
    model.state = "returned"


def _amend(model: Declared, fact: FactOf[said.ModelAmended], _: str) -> None:
    told, changes = fact.said, fact.said.changes
    if model.state == "returned":
        model.state = "registered"
    model.basis = changes.basis or model.basis
    model.year = changes.year or model.year
    if changes.resources is not None:
        model.planned = changes.resources
    _resemble(model, fact.on, len(told.similar or ()))
    if told.late is not None:
        model.late = told.late


def _resemble(model: Declared, on: str, names: int) -> None:
    if names:
        model.similar[on] = model.similar.get(on, 0) + names


def _suspend(model: Declared, _fact: FactOf[said.ModelSuspended], _: str) -> None:
    model.state = "suspended"


def _resume(model: Declared, _fact: FactOf[said.ModelResumed], _: str) -> None:
    model.state = "received"


def _end(model: Declared, fact: FactOf[said.ModelEnded], _: str) -> None:
    model.state, model.ended, model.ground = "ended", fact.on, fact.said.ground


def _report(model: Declared, fact: FactOf[said.ProgressReported], cut_off: str) -> None:
    as_of, resources = fact.said.as_of, fact.said.resources
    if as_of <= cut_off and resources is not None and (model.used is None or as_of >= model.used[0]):
        model.used = (as_of, resources)


def _confirm(model: Declared, fact: FactOf[said.MaintenanceConfirmed], _: str) -> None:
    model.confirmed.add(fact.said.year)


S = TypeVar("S", bound=said.Said)
Tell: TypeAlias = Callable[[Declared, Fact, str], None]


def _by(kind: type[S], tell: Callable[[Declared, FactOf[S], str], None]) -> tuple[Kind, Tell]:
    """A row of the table below: the kind of event, and what is made of a fact of just that kind."""
    return KIND_OF[kind], cast("Tell", tell)


TOLD = dict((
    _by(said.ModelRegistered, _register), _by(said.RegistrationRenewed, _renew), _by(said.ModelReceived, _receive),
    _by(said.ModelReturned, _return), _by(said.ModelAmended, _amend), _by(said.ModelSuspended, _suspend),
    _by(said.ModelResumed, _resume), _by(said.ModelEnded, _end), _by(said.ProgressReported, _report),
    _by(said.MaintenanceConfirmed, _confirm),
))  # fmt: skip
"""What each event says of a model, by the cut-off; all others say nothing of it."""


def voided(told: Iterable[Fact]) -> bool:
    """True when, by everything known, a model ended as duplicate or withdrawn and was never received.

    It was no registration then, on no day: the years and a review of them say the same of it.
    """
    facts = list(told)
    if of_kind(facts, said.ModelReceived):
        return False
    return any(end.said.ground in VOIDING for end in of_kind(facts, said.ModelEnded))


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
