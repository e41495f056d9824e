"""What the papers that are lists are made from: what waits for a decision, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.reporting.documents.papers.record import Matter, declared, record
from services.reporting.facts.said import whole
from services.reporting.figures.cards import Card
from services.reporting.figures.legal_bases import in_force
from services.reporting.queries.issuing import MOST_BASES
from services.reporting.queries.printing import STANDING, Reader, nothing
from services.reporting.queries.seeing import must_read
from shared.contracts import correcting, registry
from shared.contracts.message import UUID
from shared.errors import Unknown


async def submission(reader: Reader, ident: str) -> Matter:
    """All recognitions on which nobody has decided, of the city or of one committee."""
    must_read(reader.actor, "recognition")
    if ident == "city":
        reader.must_see("recognition")
        level, unit = "city", None
    else:
        if ident not in reader.city.cards:
            raise Unknown("unit.unknown", unit=ident)
        reader.must_see("recognition", ident)
        level, unit = "grassroots", ident

    def waits(members: Mapping[str, Any]) -> bool:
        here = unit is None or members.get("unit") == unit
        return members.get("state") in ("open", "deferred") and members.get("level") == level and here

    found = await reader.listed("recognition", waits)
    return await _of_models(reader, reader.matter("submission", ident), found)


async def recognition(reader: Reader, ident: str) -> Matter:
    """One recognition by its id, or all that one decision number names."""
    if UUID.fullmatch(ident):
        card = await reader.card("recognition", ident)
        if card.get("state") not in STANDING:
            reader.must_see("recognition", card.get("model_unit"), card.get("unit"))
        found = [card]
    else:
        decided = await reader.listed("recognition", lambda members: members.get("recognised_on") is not None)
        found = [card for card in decided if (card.get("decision") or {}).get("number") == ident]
    found = reader.seen("recognition", "recognised", found)
    if not found:
        raise nothing("recognition")
    matter = await _of_models(
        reader, reader.matter("recognition", ident), await _with_authority(reader, found)
    )
    return await _decided(reader, matter)


async def catalogue(reader: Reader, ident: str) -> Matter:
    """One supplement of the list of models chosen for replication."""
    listed = await reader.listed("listing", lambda members: members.get("listed_on") is not None)
    found = reader.seen(
        "listing", "catalogue", [card for card in listed if str(card.get("supplement")) == ident]
    )
    if not found:
        raise nothing("catalogue")
    matter = await _of_models(reader, reader.matter("catalogue", ident), await _with_authority(reader, found))
    return await _decided(reader, matter)


async def commendations(reader: Reader, ident: str) -> Matter:
    """A round with what is proposed and granted in it, each with its achievement."""
    card = await reader.card("round", ident)
    reader.must_see("round", card.get("unit"))
    found = await reader.listed("commendation", lambda members: members.get("round") == ident)
    told = await reader.life(f"round/{ident}")
    proposals = [event.said for event in told.all(whole.CommendationProposed)]
    achieved = {proposed.commendation: proposed.achievement for proposed in proposals}
    items = [{**item, "achievement": achieved.get(item["id"])} for item in found]
    models = await _models(reader, (model for item in items for model in item.get("models") or ()))
    forms = await reader.context.reads.forms(reader.known)
    matter = reader.matter("commendations", ident, card=card, items=items, models=models, forms=forms)
    return await _decided(reader, matter)


async def _of_models(reader: Reader, matter: Matter, items: list[Card]) -> Matter:
    """The matter of a list, with its models as they were declared, and when their dossiers were concluded."""
    dossiers = [f"appraisal/{item['appraisal']}" for item in items if item.get("appraisal")]
    concluded = await reader.context.reads.cards_of(reader.known, dossiers)
    rows = [
        {**item, "completed_on": concluded.get(f"appraisal/{item.get('appraisal')}", {}).get("completed_on")}
        for item in items
    ]
    return replace(matter, items=rows, models=await _models(reader, (item["model"] for item in items)))


async def _models(reader: Reader, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Models as declared, whatever their number: only what declared them is read."""
    reads, known = reader.context.reads, reader.known
    lives = await reads.lives_of(known, {f"model/{model}" for model in ids})
    numbers = {
        thing: [fact.n for fact in facts if fact.stream == thing and fact.kind in DECLARING]
        for thing, facts in lives.items()
    }
    entries = await reads.entries(known, (n for each in numbers.values() for n in each))
    return {
        thing.partition("/")[2]: declared(record(entries[n] for n in each if n in entries))
        for thing, each in numbers.items()
    }


DECLARING = frozenset(
    {registry.ModelRegistered, registry.ModelAmended, registry.ModelReclassified, correcting.RecordCorrected}
)


async def _with_authority(reader: Reader, items: Collection[Card]) -> list[Card]:
    """These decisions, each with the body that took it."""
    reads, known = reader.context.reads, reader.known
    entries = await reads.entries(known, (item["from"] for item in items))
    told = {n: entry.named.authority_unit for n, entry in entries.items()}
    return [{**item, "authority_unit": told.get(item["from"])} for item in items]


async def _decided(reader: Reader, matter: Matter) -> Matter:
    """The matter of a decision: the legal bases in force when it is made, and who is competent."""
    first: Mapping[str, Any] = matter.items[0] if matter.items else {}
    decision: Mapping[str, Any] = first.get("decision") or {}
    on: str = decision.get("decided_on") or reader.context.today()
    reads, known = reader.context.reads, reader.known
    _, bases = await reads.listed(
        known, "legal-basis", lambda basis: in_force(basis, on), ("dated",), 0, MOST_BASES
    )
    policy = (await reads.policies(known)).in_force(on)
    return replace(matter, bases=bases, competences=tuple(policy.get("competences") or ()))
