"""What gathering looks up: units with all above them, models, and what others decided about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from shared.commands.correcting import Told
from shared.commands.looking import Look
from shared.contracts.message import Level
from shared.contracts.recorded import reader
from shared.contracts.registry import (
    CorrectRecord,
    ModelCommand,
    ModelRegistered,
    RecordRating,
    Similar,
)
from shared.decider import Case
from shared.process.clock import CITY
from shared.reference.authority import UnitCard, Units
from shared.wiring import Owners, Shown

from .domain import corrections, policy, unit
from .domain.decisions import Standing
from .domain.declared import Declared, declared
from .domain.listing import Listing
from .domain.model_record import Model
from .domain.model_record import Unregistered as UnregisteredModel
from .domain.replication import Complete, Proposed, Replication
from .domain.similar import NameIndex
from .domain.standing import AdoptionIndex

SHOWN = 20
"""Derived lists hold at most so many."""


async def around(look: Look, case: Case, *named: str | None) -> dict[str, Any]:
    """The members of every case, with the actor's unit, those named, and all above or after them."""
    names = [name for name in (case.by.unit, *named) if name is not None]
    return {**case.members(), "units": await units_of(look, names)}


async def units_of(look: Look, names: Sequence[str]) -> Units:
    """These units with all above them, and those they were merged into."""
    cards: dict[str, UnitCard] = {}
    unknown: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in cards or name in unknown:
            continue
        card = unit.card(await look.state(unit.decider, f"unit/{name}"))
        if card is None:
            unknown.add(name)
        else:
            cards[name] = card
            pending += [other for other in (card.parent, card.merged_into) if other is not None]
    return Units(cards)


async def the_model(look: Look, name: str) -> Model:
    """The model as it stands, corrections read in."""
    told: Told[Model] = await look.state(corrections.models, f"model/{name}")
    return told.now


async def with_the_unit_of_the_model(shown: Shown, look: Callable[[], Awaitable[Look]]) -> Owners:
    """Whose a proposal or an adoption is: the unit's that made it, and that of the model it is about."""
    model = await the_model(await look(), shown["model"])
    return [shown["unit"], None if isinstance(model, UnregisteredModel) else model.record.unit]


async def scheme(look: Look) -> policy.Scheme:
    """Every version of the scheme's policy."""
    return await look.state(policy.decider, "policy/scheme")


def rating_units(command: ModelCommand | CorrectRecord, told: Told[Model]) -> Sequence[str | None]:
    """For a rating: the unit that rates, and those that the subjects belong to."""
    match command:
        case RecordRating():
            authority = command.authority_unit
        case CorrectRecord() if isinstance(command.changes.get("authority_unit"), str):
            authority = command.changes["authority_unit"]
        case _:
            return ()
    of = told.now
    subjects = () if isinstance(of, UnregisteredModel) else of.record.fields["subjects"]
    return (authority, *(subject.get("unit") for subject in subjects))


def recorded_on(command: CorrectRecord, told: Told[Any]) -> date | None:
    """The city's day on which the event to be corrected was recorded."""
    times = (mark.time for _, mark in told.events if mark.id == command.corrects)
    return next((datetime.fromisoformat(time).astimezone(CITY).date() for time in times), None)


def subjects_then(command: CorrectRecord, told: Told[Any]) -> tuple[Declared, ...] | None:
    """The subjects that the registration to be corrected named; None when it is not about them."""
    event = told.event(command.corrects)
    if "subjects" not in command.changes or not isinstance(event, ModelRegistered):
        return None
    return tuple(declared(event)["subjects"])


async def standing(look: Look, model: str) -> tuple[Standing, ...]:
    """What authority decided on a model and did not take back; every level above the wards' is the city's here."""
    document = await look.doc("recognitions", model)
    recognitions: dict[str, dict[str, Any]] = document["standing"] if document else {}
    commendations = await look.find("commendations", {"models": model})
    return (
        *(
            Standing("recognition", name, one["level"], date.fromisoformat(one["on"]))
            for name, one in recognitions.items()
        ),
        *await standing_listings(look, model),
        *(
            Standing("commendation", one["_id"], _level(one["level"]), date.fromisoformat(one["on"]))
            for one in commendations
            if one.get("standing")
        ),
    )


async def standing_listings(look: Look, model: str) -> tuple[Standing, ...]:
    """Where a model stands on the list for replication."""
    document = await look.doc("listings", model)
    listings: dict[str, dict[str, Any]] = document["listings"] if document else {}
    return tuple(
        Standing("listing", name, _level(one["level"]), date.fromisoformat(one["listed_on"]))
        for name, one in listings.items()
        if "delisted_on" not in one
    )


def _level(awarded: str) -> Level:
    return "grassroots" if awarded == "grassroots" else "city"


def near(names: NameIndex, name: str, of: str, besides: str) -> tuple[Similar, ...]:
    """The models whose names come close, the closest first."""
    # Names and units of recorded events: they were judged when they came in.
    read = reader(Similar).validate_python
    return tuple([read(one) for one in names.similar(name, of, SHOWN, besides)])


async def knows(look: Look, named: str | None) -> bool:
    """True when no adoption is named, or the named one is on record."""
    if named is None:
        return True
    index: AdoptionIndex = await look.memory("adoptions")
    return index.knows(named)


async def still_open(look: Look, stream: str) -> str | None:
    """The id of this proposal when it was neither taken back nor decided."""
    told: Told[Replication] = await look.state(corrections.replications, stream)
    name = stream.partition("/")[2]
    return name if isinstance(told.now, Proposed | Complete) and not await decided(look, name) else None


async def is_of(look: Look, listing: str, replication: str) -> bool:
    """True when a listing came of this proposal."""
    document = await look.doc("proposals", listing)
    return document is not None and document.get("replication") == replication


async def decided(look: Look, name: str) -> bool:
    """True when the proposal was listed or refused, or its appraisal found it not eligible."""
    documents = await look.find("proposals", {"replication": name})
    return any(document.get("settled", False) for document in documents)


def listing_of(document: dict[str, Any]) -> Listing:
    """An entry of the list, as decisions read it."""
    delisted = document.get("delisted_on")
    return Listing(
        scope=document["scope"],
        unit=document["unit"],
        listed_on=date.fromisoformat(document["listed_on"]),
        delisted_on=date.fromisoformat(delisted) if delisted else None,
        targets=tuple(document["targets"]),
    )


def named_in(changes: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The models and units that corrected members name; what is malformed is refused where it is read."""
    given: list[Any] = changes.get("items") or []
    items: list[dict[str, Any]] = [item for item in given if isinstance(item, dict)]
    models: list[Any] = [*(changes.get("models") or ()), *(item.get("model") for item in items)]
    units: list[Any] = [*(changes.get("units") or ()), *(item.get("unit") for item in items)]
    return tuple(m for m in models if isinstance(m, str)), tuple(u for u in units if isinstance(u, str))
