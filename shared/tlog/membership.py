"""Which events are the history of which subject: the rules by which a record of heads is made and checked.

A subject is a thing with a history, named as its stream is: `model/<id>`. An event is part of a history in one of two
ways. Its whole stream *belongs* to the subject: the dossier of a model, the reports of a unit. Or the event alone
*concerns* it: the registration of a model that was built after an adoption, what a round decided of a model.

Pure, and a function of the events' bytes alone, so that whoever holds the logs comes to the same result
(docs/verify/format.md tells the same rules without this code). A record says by which version of them it was made
(`RULES` is the newest), and is checked by that one for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

Data = Mapping[str, Any]

RULES = 2
"""The version by which records are made. By version 1 what a unit keeps belonged to that unit alone."""

LINKING = ("model", "appraisal", "replication", "adoption", "recognition", "listing")
ABOUT_MODELS = frozenset({"replication", "adoption", "appraisal", "recognition", "listing"})
"""Streams that belong to every subject they name by one of the members above, or in a list of such."""

CAME_OF = {"appraisal": "appraisal", "replication": "registry"}
"""What a decision came of belongs to the decision: the member that names it, and the log its stream stands in."""

OF_UNITS = frozenset({"unit-document", "activity", "assignment", "inspection-plan"})
"""What units keep: belongs to the unit, and to every unit and model that it is about or that a correction names. A
unit's report has the unit in its own name."""

CONCERNING = {
    "ModelRegistered": ("adoption", "adopted_from"),
    "UnitClosed": ("unit", "merged_into"),
    "LegalBasisRecorded": ("legal-basis", "replaced_by"),
    "SummaryPublished": ("unit", "scope"),
}
"""Events that concern one more thing: its kind, and the member that names it (`unit/…` in a scope)."""

CORRECTED = "RecordCorrected"
NAMING_MODELS = frozenset({"round", "activity"})
"""Streams whose events concern each model in their `models`."""


@dataclass(frozen=True)
class Told:
    """An event as the tree of subjects needs it."""

    id: str
    log: str
    stream: str
    version: int
    name: str
    data: Mapping[str, Any]
    leaf: bytes
    prev: str | None
    number: int
    """Its place in the ledger."""

    @classmethod
    def of(cls, event: Mapping[str, Any], leaf: bytes, number: int) -> Told:
        """From the members of an event, its leaf hash and its place in the ledger."""
        return cls(
            event["id"], event["source"].removeprefix("/dvk/"), event["subject"], event["streamversion"],
            event["type"].split(".")[-2], event["data"], leaf, event.get("prev"), number,
        )  # fmt: skip


def noun_of(subject: str) -> str:
    """`model`, of `model/<id>`."""
    return subject.partition("/")[0]


def belongs(stream: str, name: str, data: Data, rules: int = RULES) -> Iterator[str]:
    """The subjects that a whole stream belongs to because of what one of its events says.

    Corrections add none, but those of what a unit keeps.
    """
    noun, _, ident = stream.partition("/")
    if noun in OF_UNITS and rules > 1:
        yield from kept_of(name, data)
        return
    if name == CORRECTED:
        return
    if noun == "unit-report":
        yield f"unit/{ident.partition(':')[0]}"
    if noun in OF_UNITS and (unit := _text(data.get("unit"))) is not None:
        yield f"unit/{unit}"
    if noun in ABOUT_MODELS:
        for member in LINKING:
            for named in [_text(data.get(member)), *_texts(data.get(f"{member}s"))]:
                if named is not None and f"{member}/{named}" != stream:
                    yield f"{member}/{named}"


def kept_of(name: str, data: Data) -> Iterator[str]:
    """Whose a thing that a unit keeps is by what one of its events says: the unit's that keeps it, and that of every
    unit and model it is about (an activity's `models`, an assignment's `units`, the `items` of a plan)."""
    said = data.get("changes") if name == CORRECTED else data
    if not isinstance(said, Mapping):
        return
    told = cast("Data", said)
    for about in (told, *_objects(told.get("items"))):
        for member in ("unit", "model"):
            for named in [_text(about.get(member)), *_texts(about.get(f"{member}s"))]:
                if named is not None:
                    yield f"{member}/{named}"


def came_of(stream: str, name: str, data: Data) -> Iterator[tuple[str, str]]:
    """The (log, stream) of what this stream came of, which belongs to it as a subject."""
    if noun_of(stream) in ABOUT_MODELS and name != CORRECTED:
        for member, log in CAME_OF.items():
            if (named := _text(data.get(member))) is not None and f"{member}/{named}" != stream:
                yield log, f"{member}/{named}"


def concerns(stream: str, name: str, data: Data) -> Iterator[str]:
    """The subjects that one event alone concerns by what it says itself, beside those its stream belongs to.

    What one of these belongs to itself is concerned as well: the model of an adoption, the models of a commendation.
    """
    noun = noun_of(stream)
    if noun == "round" and (commendation := commendation_of(stream, data)) is not None:
        yield commendation
    if noun in NAMING_MODELS:
        yield from (f"model/{model}" for model in _texts(data.get("models")))
    kind, member = CONCERNING.get(name, ("", ""))
    about = _text(data.get(member)) if kind else None
    if about is not None and name == "SummaryPublished":
        about = about.removeprefix("unit/") if about.startswith("unit/") else None
    if about is not None and f"{kind}/{about}" != stream:
        yield f"{kind}/{about}"


def commendation_of(stream: str, data: Data) -> str | None:
    """The subject of a commendation that an event of a round is about: it concerns the models it was proposed for."""
    named = _text(data.get("commendation"))
    return f"commendation/{named}" if noun_of(stream) == "round" and named is not None else None


def corrected(name: str, data: Data) -> str | None:
    """The id of the event that this one corrects: it concerns what that one concerned."""
    return _text(data.get("corrects")) if name == CORRECTED else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _objects(value: Any) -> list[Data]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Data", item) for item in items if isinstance(item, Mapping)]


def _texts(value: Any) -> list[str]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return sorted({item for item in items if isinstance(item, str)})
