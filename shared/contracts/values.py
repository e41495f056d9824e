"""Values that commands and events of several services share (catalogue, "Shared values")."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.message import Day, Id, Line, LongLine, UnitId, Value, Whole

CollectiveType = Literal[
    "party_committee",
    "party_organisation",
    "authority",
    "fatherland_front",
    "socio_political_org",
    "mass_association",
    "administrative_agency",
    "public_service_unit",
    "armed_forces",
    "residential_area",
    "enterprise",
]
"""The eleven kinds of collective subject (requirements A.4.2)."""

IndividualType = Literal["cadre", "party_member", "union_member", "association_member", "citizen"]
COLLECTIVE_TYPES = frozenset(CollectiveType.__args__)
INDIVIDUAL_TYPES = frozenset(IndividualType.__args__)
TYPES_OF = {
    "collective": COLLECTIVE_TYPES,
    "individual": INDIVIDUAL_TYPES,
    "household": frozenset({"household"}),
}
"""By kind of subject, its types."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DecisionGiven(Value):
    """A decision as it is sent: whose it is follows from the body that decides, unless it is said.

    `signatory` is an office, never a name.
    """

    number: Line
    decided_on: Day
    authority: Line | None = None
    signatory: Line | None = None
    title: Line | None = None


class Decision(DecisionGiven):
    """The document behind an act, as it is recorded: it says whose it is."""

    authority: Line  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]


SEALED_FILE_NAME: Final = re.compile(r"f1\.((?:[A-Za-z0-9_-]{22,}))\.([A-Za-z0-9_-]{100,7000})")
"""A file's name as events say it where persons are concerned (`people/file_names.py`)."""


def _as_long_as_a_line(name: str) -> str:
    if len(name) > 500 and not SEALED_FILE_NAME.fullmatch(name):
        raise PydanticCustomError("string_too_long", "at most {max_length} characters", {"max_length": 500})
    return name


FileName = Annotated[LongLine, AfterValidator(_as_long_as_a_line)]
"""One line of text, 1-500 characters; in an event that concerns persons, sealed."""


class Evidence(Value):
    """A file uploaded before, known by the hash of its bytes."""

    sha256: Sha256
    name: FileName
    media_type: Line
    size: Annotated[int, Field(ge=1, le=20 * 1024 * 1024)]


class DocumentRef(Value):
    """A document of a file, with or without its bytes."""

    kind: Line | None = None
    number: Line | None = None
    dated: Day | None = None
    title: Line | None = None
    evidence: Evidence | None = None


def _says_something(document: DocumentRef) -> DocumentRef:
    if document.number is None and document.title is None and document.evidence is None:
        raise PydanticCustomError("document.empty", "a document has a number, a title, or its file")
    return document


GivenDocument = Annotated[DocumentRef, AfterValidator(_says_something)]
"""A document as a command names it: by its number, by its title, or by its file. Events of before this was asked
may hold less."""


class Person(Value):
    """A person: `name` or `id` in a command, `id` (and once `sealed`) in an event; never a name in clear there."""

    id: Id | None = None
    name: Line | None = None
    sealed: Annotated[str, StringConstraints(min_length=1, max_length=8000)] | None = None

    @model_validator(mode="after")
    def _one_way_of_naming(self) -> Self:
        if (self.id is None) == (self.name is None):
            raise PydanticCustomError("person_one_of", "one of {one_of}", {"one_of": ["name", "id"]})
        if self.sealed is not None and self.id is None:
            raise PydanticCustomError("person_sealed", "a sealed name belongs to a person id")
        return self


class PersonOrOffice(Value):
    """Who did or answers for something: an office where an office is meant, else a person."""

    office: Line | None = None
    id: Id | None = None
    name: Line | None = None
    sealed: Annotated[str, StringConstraints(min_length=1, max_length=8000)] | None = None

    @model_validator(mode="after")
    def _one_way_of_naming(self) -> Self:
        if sum(value is not None for value in (self.office, self.id, self.name)) != 1:
            raise PydanticCustomError(
                "person_one_of", "one of {one_of}", {"one_of": ["office", "name", "id"]}
            )
        if self.sealed is not None and self.id is None:
            raise PydanticCustomError("person_sealed", "a sealed name belongs to a person id")
        return self


class Subject(Value):
    """Who builds and bears a model: a collective, or an individual or household of one (III.3.2.2).

    An individual or household names the unit or the collective it belongs to (`unit` or `of`).
    `left` marks a subject that no longer takes part; its position in the list stays.
    """

    kind: Literal["collective", "individual", "household"]
    type: CollectiveType | IndividualType | Literal["household"]
    name: Line | None = None
    person: Person | None = None
    unit: UnitId | None = None
    of: Line | None = None
    left: Literal[True] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        kind, types = self.kind, TYPES_OF[self.kind]
        if self.type not in types:
            said = {"kind": kind, "type": self.type, "types": sorted(types)}
            raise PydanticCustomError("subject_type", "{type} is no type of {kind}", said)
        wanted, unwanted = ("name", "person") if kind == "collective" else ("person", "name")
        if getattr(self, wanted) is None or getattr(self, unwanted) is not None:
            said = {"kind": kind, "wanted": wanted, "unwanted": unwanted}
            raise PydanticCustomError("subject_name", "{kind}: {wanted} and no {unwanted}", said)
        if kind != "collective" and self.unit is None and self.of is None:
            said = {"kind": kind, "one_of": ["unit", "of"]}
            raise PydanticCustomError("subject_of", "{kind}: one of {one_of}", said)
        return self


class Force(Value):
    """A body that takes part in a model, and in what role."""

    name: Line
    role: Literal["lead", "coordinate", "take_part"]


class Resources(Value):
    """What a model uses: whole đồng, working days, square metres."""

    state_budget: Whole | None = None
    programme_integrated: Whole | None = None
    socialised: Whole | None = None
    labour_days: Whole | None = None
    land_m2: Whole | None = None


Scope = Literal["own_unit", "emulation_bloc", "area", "city"]
"""How far a model is to be replicated (III.3.3.2.b)."""


def alike(one: Any, other: Any) -> bool:
    """Whether two JSON values say the same, as far as can be told: what a file is called, where either name is sealed,
    nobody knows without the keys, and the hash says which file it is."""
    if isinstance(one, dict) and isinstance(other, dict):
        ones, others = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        if ones.keys() != others.keys():
            return False
        sealed = ones.keys() == Evidence.model_fields.keys() and any(
            SEALED_FILE_NAME.fullmatch(str(each["name"])) for each in (ones, others)
        )
        return all(alike(ones[name], others[name]) for name in ones if not (sealed and name == "name"))
    if isinstance(one, list) and isinstance(other, list):
        these, those = cast("list[Any]", one), cast("list[Any]", other)
        return len(these) == len(those) and all(map(alike, these, those))
    return one == other
