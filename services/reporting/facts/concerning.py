"""Which things an event concerns beside those it is a fact of.

An event concerns what it changes and what it is about; it stands in the history of each. Who did it, for which unit,
under which rules and on which documents is said in its line and makes it no part of their histories. A correction
concerns what the corrected event concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from services.reporting.facts.facts import Fact
from services.reporting.facts.kinds import Kind
from services.reporting.facts.projections import OF_UNITS, noun_of
from services.reporting.facts.said.naming import Names
from services.reporting.facts.said.reading import read
from shared.contracts import awards, correcting, registry, reporting
from shared.tlog.membership import kept_of


def elsewhere(stream: str, kind: Kind, data: Mapping[str, Any], life: Sequence[Fact]) -> set[str]:
    """The things that an event concerns by its kind and data; `life` are the facts told before where it is a fact.

    A commendation concerns the models it was proposed for, whatever is said of it later; a model built after another
    concerns the adoption that brought it; a unit's report and a summary of a unit concern the unit; what a unit keeps
    concerns whatever it was ever about (`kept_for`).
    """
    if noun_of(stream) in OF_UNITS:
        return kept_for([data, *(fact.data for fact in life)])
    if kind is correcting.RecordCorrected:
        corrects = read(Names, data).corrects
        wrong = next((fact for fact in life if fact.id == corrects), None)
        return set() if wrong is None else elsewhere(wrong.stream, wrong.kind, wrong.data, life)
    noun, _, ident = stream.partition("/")
    if noun == "unit-report":
        return {f"unit/{ident.partition(':')[0]}"}
    if kind in COMMENDING:
        named = [data, *(fact.data for fact in life)]
        return {f"model/{model}" for each in named for model in _texts(read(Names, each).models)}
    if (told := ABOUT.get(kind)) is None:
        return set()
    noun, member = told
    about = data.get(member)
    if kind is reporting.SummaryPublished:
        about = _after("unit/", about)
    return {f"{noun}/{about}"} if isinstance(about, str) else set()


def kept_for(told: Iterable[Mapping[str, Any]]) -> set[str]:
    """The units and models that a thing which a unit keeps is about by what is said of it, corrections included."""
    return {thing for each in told for thing in kept_of("", _corrected(each))}


def _corrected(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a correction says of the event it corrects; of any other event what that says itself."""
    changes = read(Names, data).changes
    return cast("Mapping[str, Any]", changes) if isinstance(changes, Mapping) else data


COMMENDING = frozenset({
    awards.CommendationProposed, awards.CommendationGranted, awards.CommendationRejected, awards.CommendationCancelled,
})  # fmt: skip

ABOUT: dict[Kind, tuple[str, str]] = {
    registry.ModelRegistered: ("adoption", "adopted_from"),
    registry.UnitClosed: ("unit", "merged_into"),
    registry.LegalBasisRecorded: ("legal-basis", "replaced_by"),
    reporting.SummaryPublished: ("unit", "scope"),
}
"""Events of one thing that are about another too: its kind, and the member that names it."""


def _after(beginning: str, text: Any) -> str | None:
    return text.removeprefix(beginning) if isinstance(text, str) and text.startswith(beginning) else None


def _texts(value: Any) -> list[str]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
