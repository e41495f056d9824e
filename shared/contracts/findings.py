"""What is wrong in a body: each place with our code, its label in both languages, and what a sentence about it needs.

Pydantic finds it; nothing of what was sent is kept, for it may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shared.contracts.words import LANGS, Lang, words

CODES = {
    "missing": "field.missing",
    "extra_forbidden": "field.unknown",
    "literal_error": "field.not-one-of",
    "enum": "field.not-one-of",
    "string_too_long": "text.too-long",
    "string_too_short": "text.empty",
    "string_pattern_mismatch": "text.wrong-form",
    "too_long": "list.too-long",
    "too_short": "list.too-short",
    "greater_than": "number.out-of-range",
    "greater_than_equal": "number.out-of-range",
    "less_than": "number.out-of-range",
    "less_than_equal": "number.out-of-range",
    "int_from_float": "number.not-an-integer",
    "text_control": "text.control-character",
    "not_a_uuid": "id.not-a-uuid",
    "not_a_day": "date.malformed",
    "person_one_of": "person.one-of",
    "person_sealed": "person.sealed",
    "subject_type": "subject.inconsistent",
    "subject_name": "subject.inconsistent",
    "subject_of": "subject.inconsistent",
}
"""Pydantic's names, and those of our own validators, by our codes."""

TYPES = {
    "string": "text",
    "int": "integer",
    "bool": "boolean",
    "list": "list",
    "tuple": "list",
    "set": "list",
    "dict": "object",
    "model": "object",
    "model_attributes": "object",
    "dataclass": "object",
    "date": "day",
}
"""What should have stood there, by the beginning of pydantic's name for a wrong type."""

TOLD = {
    "max_length": "most",
    "min_length": "least",
    "ge": "least",
    "le": "most",
    "gt": "above",
    "lt": "below",
    "actual_length": "found",
}
"""Members of pydantic's context that a sentence tells, and by which name."""

MOST = 20
"""Places of a body that are told at once."""

Finding = dict[str, Any]
"""`place` (a JSON pointer), `code`, `label`, `label_en`, and what the sentence of the code names."""


def findings(error: ValidationError, of: type[BaseModel] | None, under: str = "") -> list[Finding]:
    """At most `MOST` places that are wrong, one finding each; `of` is what was read, `under` the pointer to it.

    Where something within is wrong, that is told and not that the whole is: a list is too short only because of it.
    """
    found: dict[str, Finding] = {}
    for wrong in error.errors(include_url=False, include_input=False)[:MOST]:
        finding = _finding(wrong, of, under)
        found.setdefault(finding["place"], finding)  # what fits none of several kinds is told once
    return [one for place, one in found.items() if not any(other.startswith(f"{place}/") for other in found)]


def of_parameters(errors: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """The same for parameters of a question, which are named as they are written."""
    return [
        {"place": "/" + "/".join(str(part) for part in one["loc"]), "code": code_of(one["type"]),
         "label": str(one["loc"][-1]), "label_en": str(one["loc"][-1])}
        | _told(one["type"], one.get("ctx", {}), ())
        for one in errors
    ]  # fmt: skip


def located(place: str, of: type[BaseModel] | None) -> dict[str, str]:
    """The label of a JSON pointer in both languages; nothing for the body as a whole."""
    parts = tuple(int(part) if part.isdigit() else part for part in place.split("/") if part)
    return _labels(list(_walked(parts, of, unknown=True)))


def _finding(wrong: ErrorDetails, of: type[BaseModel] | None, under: str) -> Finding:
    kind, context = wrong["type"], dict(wrong.get("ctx", {}))
    at = context.pop("at", None)
    steps = list(_walked((*wrong["loc"], *([at] if at else [])), of, unknown=kind == "extra_forbidden"))
    place = under + "".join(f"/{step.name}" for step in steps)
    return {"place": place or "/", "code": code_of(kind), **_labels(steps), **_told(kind, context, steps)}


def code_of(kind: str) -> str:
    """Our code of one of pydantic's names; a name with a dot is a code of ours already."""
    if (code := CODES.get(kind)) is not None:
        return code
    if kind.startswith("date"):
        return "date.malformed"
    if kind.endswith(("_type", "_parsing")):
        return "field.wrong-type"
    return kind.replace("_", "-") if "." in kind else "field.invalid"


def _told(kind: str, context: Mapping[str, Any], steps: Sequence[_Step]) -> Finding:
    """What the sentence names besides the place: limits, choices, the type wanted, the form asked for."""
    match code_of(kind):
        case "field.not-one-of":
            allowed = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]]
            named = [step.name for step in steps if step.of]
            return {"allowed": allowed, **({"choice_of": named[-1]} if named else {})}
        case "field.wrong-type":
            wanted = TYPES.get(re.sub(r"_(type|parsing)$", "", kind))
            return {} if wanted is None else {"expected": wanted}
        case "field.unknown" if steps and steps[-1].close:
            return {"close": steps[-1].close}
        case "text.wrong-form":
            return {"pattern": context["pattern"]}
        case "text.empty":
            return {}
        case code if code in ("text.too-long", "list.too-long", "list.too-short", "number.out-of-range"):
            return {TOLD[name]: value for name, value in context.items() if name in TOLD}
        case _:
            return dict(context)


# --- where it is ---------------------------------------------------------------------------------------


class _Step:
    """One step of a place: its name in the body, the member (or item) it is, in which class."""

    def __init__(self, name: str | int, of: str = "", close: str | None = None) -> None:
        self.name, self.of, self.close = name, of, close

    def said(self, lang: Lang) -> str:
        if isinstance(self.name, int):
            return str(self.name + 1)
        return words(lang).label(self.name, self.of) if self.of else f"“{self.name}”"


def _walked(place: tuple[int | str, ...], of: type[BaseModel] | None, *, unknown: bool) -> Iterator[_Step]:
    """The steps of a place, without those that only say which of several kinds pydantic tried."""
    classes: list[type[BaseModel]] = [] if of is None else [of]
    annotation: Any = None
    for number, part in enumerate(place):
        if isinstance(part, int):
            yield _Step(part)
            continue
        member = next((found for one in classes if (found := _member(one, part)) is not None), None)
        if member is not None:
            annotation = member[1]
            classes = list(_classes(annotation))
            yield _Step(part, member[0])
        elif unknown and number == len(place) - 1:
            names = [name.rstrip("_") for one in classes for name in one.model_fields]
            yield _Step(part, close=next(iter(get_close_matches(part, names, 1)), None))
        elif of is None or _is_key(annotation):
            yield _Step(part)


def _member(of: type[BaseModel], part: str) -> tuple[str, Any] | None:
    for name, field in of.model_fields.items():
        if part in (name, field.alias):
            return of.__name__, field.annotation
    return None


def _classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _classes(part)


def _is_key(annotation: Any) -> bool:
    """True where an object is keyed by names of the sender's own."""
    return any(
        part is dict or getattr(part, "__origin__", None) is dict
        for part in (annotation, *get_args(annotation))
    )


def _labels(steps: Sequence[_Step]) -> dict[str, str]:
    names = {"label" if lang == "vi" else "label_en": _label(steps, lang) for lang in LANGS}
    return {name: label for name, label in names.items() if label}


def _label(steps: Sequence[_Step], lang: Lang) -> str | None:
    """“Chủ thể 1 › Loại chủ thể”: an item of a list by its number, counted from one."""
    parts: list[str] = []
    for step in steps:
        if isinstance(step.name, int) and parts:
            parts[-1] += f" {step.said(lang)}"
        else:
            parts.append(step.said(lang))
    return " › ".join(parts) or None
