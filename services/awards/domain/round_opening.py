"""How a round comes: once for each year, occasion, form and unit, so that its quota cannot be had twice."""

from __future__ import annotations

from shared.contracts.awards import (
    CommendationForm,
    FormsPublished,
    OpenRound,
    RecordCorrected,
    RoundEvent,
    RoundOpened,
)
from shared.contracts.message import carried
from shared.decider import Case
from shared.errors import NotAllowed, Refused, Unknown
from shared.reference.authority import APPRAISER, must_be_of

from .case import RoundCase
from .forms import form_of
from .recipient import round_key
from .round_who import deciding_level


def opened(command: OpenRound, case: RoundCase) -> RoundOpened:
    if case.forms is None:
        raise Refused("forms.none-in-force")
    if case.policy is None:
        raise Refused("policy.none-in-force")
    if (form := form_of(case.forms, command.form)) is None:
        raise Unknown("form.unknown", form=command.form)
    unit = committee(command, form, case)
    for named in (command.unit, unit):
        if named is not None:
            case.units.card(named)
    if form.level == "grassroots" and (unit is None or case.units.is_city(unit)):
        raise NotAllowed("not-allowed", level="grassroots", roles=[APPRAISER])
    must_be_of(case.by, deciding_level(form.level), unit or "", case.units)
    if case.opened is not None:
        raise Refused("round.already-open", round=case.opened)
    return RoundOpened(
        **carried(command, "unit"),
        on=case.on,
        unit=unit,
        level=form.level,
        track=form.track,
        recipient_kinds=form.recipient_kinds,
        forms_version=case.forms.version,
        policy_version=case.policy.version,
        known=dict(case.known),
    )


def committee(command: OpenRound, form: CommendationForm, case: Case) -> str | None:
    """The committee whose round it is: of a body its committee, of one that was merged its successor.

    A round of the city's or the State's that names none, or a body of the city, is the city's one.
    """
    unit = command.unit or (case.by.unit if form.level == "grassroots" else None)
    if unit is None:
        return None
    place = case.units.place(unit)
    return None if form.level != "grassroots" and case.units.is_city(place) else place


def key(command: OpenRound, forms: FormsPublished | None, case: Case) -> str:
    """What the round is to be the only one of."""
    form = form_of(forms, command.form) if forms is not None else None
    unit = committee(command, form, case) if form is not None else command.unit
    return round_key(command.year, command.occasion, command.form, unit)


def claim(event: RoundEvent | RecordCorrected, _case: RoundCase) -> str | None:
    """A round takes its year, occasion, form and unit, so that of two opened at once one is."""
    if not isinstance(event, RoundOpened):
        return None
    return round_key(event.year, event.occasion, event.form, event.unit)
