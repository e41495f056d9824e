"""The fields of a form: a command's schema as a tree of boxes with labels, hints and choices in the reader's language.

Pure. Which boxes need an answer, and whether an answer will do, is for the service to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.console.contracts import Act, Schema
from services.console.forms.layout import FIRST, LEFT_OUT, LONG, OWN_WORDS, PICKED
from shared.contracts.values import INDIVIDUAL_TYPES, TYPES_OF
from shared.contracts.words import Lang, words

Kind = Literal["line", "text", "day", "whole", "choice", "flag", "pick", "lines", "checks", "file", "files", "group",
               "rows", "wholes"]  # fmt: skip
MOST_LINE = 500
SUBJECT = "Subject"


@dataclass(frozen=True)
class Field:
    """One box, or several that belong together; `name` is its place in the body with dots between."""

    name: str
    kind: Kind
    label: str
    hint: str | None = None
    required: bool = False
    most: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    """Of a group: its boxes."""
    row: Callable[[str], tuple[Field, ...]] | None = None
    """Of rows: the boxes of the row with this name (`subjects.0`)."""
    least: int = 0
    picked: str | None = None
    """Of what is chosen by name: what is chosen."""
    subject: bool = False
    """True where the boxes are those of a subject: its kind follows from its type, and its name from its kind."""

    @property
    def member(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


class Making:
    """Makes the fields of one act; of a correction, `corrected` names the event that is to read otherwise."""

    def __init__(self, act: Act, lang: Lang, corrected: str | None = None) -> None:
        self._act = act
        self._corrected = corrected
        self._words = words(lang)
        self._lang: Lang = lang

    def fields(self) -> tuple[Field, ...]:
        """All fields of the act, in the order in which one fills them in; the date of the act comes last."""
        schema = self._act.schema
        made = self._members(schema, self._act.name, "", self._without())
        order = FIRST.get(self._act.name, ())
        return tuple(sorted(made, key=lambda one: (one.name == "on", _rank(order, one.name))))

    def _without(self) -> set[str]:
        """What nobody fills in: what stands in the path, the id of what is made, what the system adds."""
        own = {self._act.placeholder or ""}
        if self._act.corrects:
            return own | self._act.schema["properties"].keys() - CORRECTING
        if self._act.verb is None:
            own |= {name for name in self._act.schema["properties"] if name == noun_of(self._act.collection)}
        elif self._act.name == "ProposeCommendation":
            own.add("commendation")
        return own

    def _members(self, schema: Schema, of: str, prefix: str, without: Iterable[str] = ()) -> list[Field]:
        required = set(schema.get("required", ()))
        hidden = {*LEFT_OUT, *LEFT_OUT_OF.get(of, ()), *without}
        return [
            self._field(f"{prefix}{name}", name, self._resolved(member), of, name in required, member)
            for name, member in schema["properties"].items()
            if name not in hidden
        ]

    def _resolved(self, schema: Schema) -> Schema:
        return self._act.schemas[_named(schema)] if "$ref" in schema else schema

    def _field(self, name: str, member: str, schema: Schema, of: str, required: bool, raw: Schema) -> Field:
        label, hint = self._said(member, of)
        made: dict[str, Any] = {"name": name, "label": label, "hint": hint, "required": required}
        if picked := PICKED.get(f"{of}.{member}", PICKED.get(member)):
            listed = schema.get("type") == "array"
            return Field(kind="checks" if listed else "pick", picked=picked, **made)
        kind = _named(raw) if "$ref" in raw else ""
        if kind == "Evidence":
            return Field(kind="file", **made)
        if choices := _codes(schema):
            return Field(kind="choice", choices=self._choices(member, choices), **made)
        match schema.get("type"):
            case "object":
                return self._group(schema, kind, made)
            case "array":
                return self._listed(schema, member, made)
            case "boolean":
                return Field(kind="flag", choices=self._choices(member, ["true", "false"]), **made)
            case "integer":
                return Field(kind="whole", **made)
            case _ if schema.get("format") == "date":
                return Field(kind="day", **made)
            case _:
                most = schema.get("maxLength", MOST_LINE)
                long = most > MOST_LINE or member in LONG
                return Field(kind="text" if long else "line", most=most, **made)

    def _group(self, schema: Schema, kind: str, made: dict[str, Any]) -> Field:
        if kind == SUBJECT:
            return Field(kind="group", fields=self._subject(made["name"]), subject=True, **made)
        if self._corrected is not None and made["name"] == CHANGES:
            return Field(kind="group", fields=self._correctable(self._corrected), **made)
        return Field(kind="group", fields=tuple(self._members(schema, kind, f"{made['name']}.")), **made)

    def _correctable(self, event: str) -> tuple[Field, ...]:
        """The members of an event that may be corrected; none of them needs an answer."""
        may, known = self._act.corrects[event], self._act.schemas[event]["properties"]
        schema: Schema = {"properties": {name: member for name, member in known.items() if name in may}}
        return tuple(self._members(schema, event, f"{CHANGES}."))

    def _listed(self, schema: Schema, member: str, made: dict[str, Any]) -> Field:
        raw = schema["items"]
        items = self._resolved(raw)
        kind, least = _named(raw) if "$ref" in raw else "", schema.get("minItems", 0)
        if kind == "Evidence":
            return Field(kind="files", **made)
        if kind == SUBJECT:
            return Field(kind="rows", row=self._subject, least=least, subject=True, **made)
        if codes := _codes(items):
            return Field(kind="checks", choices=self._choices(member, codes), **made)
        if items.get("type") == "object":

            def row(name: str) -> tuple[Field, ...]:
                return tuple(self._members(items, kind, f"{name}."))

            return Field(kind="rows", row=row, least=least, **made)
        return Field(kind="wholes" if items.get("type") == "integer" else "lines", **made)

    def _subject(self, name: str) -> tuple[Field, ...]:
        """A subject as one fills it in: its type, its name, and for a person or household where it belongs."""
        types: list[str] = [*TYPES_OF["collective"], *INDIVIDUAL_TYPES, "household"]
        choices = self._choices("type", sorted(types, key=list[str](TYPE_ORDER).index))
        own = OWN_WORDS[self._lang]
        return (
            Field(f"{name}.type", "choice", self._words.label("type", SUBJECT), None, True, choices=choices),
            Field(
                f"{name}.name", "line", own["subject.name"], own["subject.name.hint"], True, most=MOST_LINE
            ),
            Field(
                f"{name}.of", "line", self._words.label("of", SUBJECT), own["subject.of.hint"], most=MOST_LINE
            ),
        )

    def _said(self, member: str, of: str) -> tuple[str, str | None]:
        own = OWN_WORDS[self._lang]
        label = own.get(f"{of}.{member}") or self._words.label(member, of)
        return label, own.get(f"{of}.{member}.hint") or self._words.hint(member, of)

    def _choices(self, member: str, codes: Sequence[str]) -> tuple[tuple[str, str], ...]:
        yes_no = OWN_WORDS[self._lang]
        said = [
            (
                code,
                yes_no.get(code)
                or self._words.choice(member, code)
                or self._words.term(member, code)
                or code,
            )
            for code in codes
        ]
        return tuple((code, word[:1].upper() + word[1:]) for code, word in said)


CHANGES = "changes"
CORRECTING = {CHANGES, "reason", "decision", "on"}
"""What one fills in of a correction: which event it corrects is chosen before."""

TYPE_ORDER = (
    "party_committee", "party_organisation", "authority", "fatherland_front", "socio_political_org", "mass_association",
    "administrative_agency", "public_service_unit", "armed_forces", "residential_area", "enterprise", "cadre",
    "party_member", "union_member", "association_member", "citizen", "household",
)  # fmt: skip
"""The types of subjects as the scheme lists them (requirements A.4.2)."""

LEFT_OUT_OF: dict[str, tuple[str, ...]] = {"Person": ("id",), "PersonOrOffice": ("id",)}
"""Ids that nobody types: a person is named, and the system makes the id."""


def noun_of(collection: str) -> str:
    """The member that carries the id of a thing of this collection."""
    return IRREGULAR.get(collection) or collection.removesuffix("s").replace("-", "_")


IRREGULAR = {"unit-documents": "document", "activities": "activity", "inspection-plans": "plan", "units": "",
             "policies": "", "legal-bases": "", "forms": ""}  # fmt: skip
"""Collections whose things carry another name, or an id that is chosen and typed."""


def _named(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _codes(schema: Schema) -> list[str]:
    """The choices of a member: of one enumeration, or of several together."""
    found = list(schema.get("enum", ()))
    for part in schema.get("anyOf", ()):
        found += part.get("enum", [part["const"]] if "const" in part else [])
    return [code for code in dict.fromkeys(found) if isinstance(code, str)]


def _rank(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
