"""What each paper is made from: looked up at one ledger size, after it is clear that the reader may read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from services.reporting.documents.papers.record import Matter, Record, declared
from services.reporting.facts import said
from services.reporting.figures.cards import Card
from services.reporting.figures.scope import Scope
from services.reporting.queries import listed_matters as listed
from services.reporting.queries.asking import span_of
from services.reporting.queries.printing import Reader, nothing
from services.reporting.queries.seeing import must_read
from services.reporting.queries.unit_reports import days_of, suggested
from shared.contracts.message import UUID
from shared.errors import Unknown


async def matter_of(reader: Reader, kind: str, ident: str) -> Matter:
    """The matter of a paper with the names that the reader may know.

    Raises Unknown (`<thing>.unknown`, `paper.nothing-recorded`), NotAllowed("not-allowed").
    """
    found = await GATHERED[kind](reader, ident)
    criteria = await reader.context.reads.criteria(reader.known)
    told = [*(event.data for event in found.record.events), *found.models.values(), *found.items]
    persons = await reader.persons.known_to(reader.actor, reader.city, told)
    called = await _with_files(reader, found)
    return replace(called, kind=kind, criteria=criteria, persons=persons)


async def _with_files(reader: Reader, matter: Matter) -> Matter:
    """The matter with its files called as the reader may know them."""
    told = [[event.data for event in matter.record.events], matter.models, list(matter.items), matter.card]
    events, models, items, card = await reader.persons.with_files(reader.actor, reader.city, told)
    again = [replace(event, data=data) for event, data in zip(matter.record.events, events, strict=True)]
    return replace(matter, record=Record(tuple(again)), models=models, items=items, card=card)


# --- of one model -----------------------------------------------------------------------------------------


async def _registration(reader: Reader, ident: str) -> Matter:
    model, colon, year = ident.partition(":")
    card = await reader.card("model", model)
    reader.must_see("model", card.get("unit"))
    life = await reader.life(f"model/{model}")
    told = life.of(f"model/{model}")
    years = {
        str(declared(told).get("year")),
        *(str(renewed.said.year) for renewed in told.all(said.RegistrationRenewed)),
    }
    if colon and year not in years:
        raise nothing("registration")
    return reader.matter("registration", ident, record=life, card=card)


async def _reception(reader: Reader, ident: str) -> Matter:
    card = await reader.card("model", ident)
    reader.must_see("model", card.get("unit"))
    life = await reader.life(f"model/{ident}")
    if life.of(f"model/{ident}").last(said.ModelReceived, said.ModelReturned) is None:
        raise nothing("reception")
    return reader.matter("reception", ident, record=life, card=card)


async def _inspection(reader: Reader, ident: str) -> Matter:
    """One inspection by the id of its event; where the model is known, `<model>:<event>` looks nowhere else."""
    must_read(reader.actor, "inspection")
    model, colon, event = ident.rpartition(":")
    if not colon:
        model = await _inspected(reader, event)
    card = await reader.card("model", model)
    reader.must_see("model", card.get("unit"))
    life = await reader.life(f"model/{model}")
    told = life.event(event)
    if told is None or told.says(said.InspectionRecorded) is None:
        raise Unknown("inspection.unknown")
    return reader.matter("inspection", event, record=life, card=card)


async def _inspected(reader: Reader, ident: str) -> str:
    """The model that was inspected in this event."""
    found = await reader.find("registry", ident) if UUID.fullmatch(ident) else None
    noun, _, model = ("", "", "") if found is None else found.event.stream.partition("/")
    if noun != "model":
        raise Unknown("inspection.unknown")
    return model


# --- of a dossier, a proposal, an adoption ------------------------------------------------------------------


async def _of_model(reader: Reader, kind: str, ident: str) -> tuple[Card, Record]:
    """A thing that is about a model: its card, and all that happened to the model."""
    card = await reader.card(kind, ident)
    reader.must_see(kind, card.get("model_unit"), card.get("unit"))
    return card, await reader.life(f"model/{card['model']}")


async def _dossier(reader: Reader, ident: str) -> Matter:
    card, life = await _of_model(reader, "appraisal", ident)
    return reader.matter("dossier", ident, record=life, card=card)


async def _replication(reader: Reader, ident: str) -> Matter:
    card, life = await _of_model(reader, "replication", ident)
    return reader.matter("proposal", ident, record=life, card=card)


async def _adoption(reader: Reader, ident: str) -> Matter:
    card, life = await _of_model(reader, "adoption", ident)
    return reader.matter("adoption", ident, record=life, card=card)


# --- reports of units ---------------------------------------------------------------------------------------


async def _unit_report(reader: Reader, ident: str) -> Matter:
    """A unit's report, sent or not, with the figures of its period and what is on record beside them."""
    unit, _, period = ident.partition(":")
    if unit not in reader.city.cards:
        raise Unknown("unit.unknown", unit=unit[:64])
    reader.must_see("unit-report", unit)
    reads, known = reader.context.reads, reader.known
    start, end = days_of(span_of(period), await reads.policies(known))
    name = f"{start}..{end}" if len(period) == len(end) else period
    summary = await reads.summary(known, name, scope=Scope(unit))
    figures = {**summary, "suggested": await suggested(reader.context, known, unit, start, end)}
    life = await reader.life(f"unit-report/{ident}")
    return reader.matter("unit-report", ident, record=life, figures=figures)


GATHERED: dict[str, Callable[[Reader, str], Awaitable[Matter]]] = {
    "registration": _registration,
    "reception": _reception,
    "inspection": _inspection,
    "dossier": _dossier,
    "appraisal": _dossier,
    "submission": listed.submission,
    "recognition": listed.recognition,
    "proposal": _replication,
    "catalogue": listed.catalogue,
    "adoption": _adoption,
    "commendations": listed.commendations,
    "unit-report": _unit_report,
}
"""Where the matter of each paper comes from."""
