"""What cannot be understood: bodies that are no JSON, and bodies whose places are wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.contracts.findings import MOST, Finding, findings, located, of_parameters
from shared.errors import Malformed, Refused, TooLarge
from shared.text.characters import SURROGATE, Unwelcome, unwelcome_in
from shared.tlog.canonical import MOST_EVENT_BYTES, OutsideProfile


class Malformations(Malformed):
    """A body that is JSON and still cannot be understood: every place that is wrong, the first one's code."""

    def __init__(self, errors: list[Finding]) -> None:
        named = {"character": errors[0]["character"]} if "character" in errors[0] else {}
        super().__init__(errors[0]["code"], errors=errors, **named)


class NotJson(Malformed):
    """A body that is not even JSON."""

    status = 400


def malformed(error: ValidationError, of: type[BaseModel] | None = None) -> Malformations:
    """Pydantic's findings in what was read as `of`, each with our code; never the value that was sent."""
    return Malformations(findings(error, of))


def unwelcome_text(
    found: Sequence[tuple[str, Unwelcome]], of: type[BaseModel] | None = None
) -> Malformations:
    """Texts with characters that are not taken, each by its place."""
    return Malformations([
        {"place": place, "code": wrong.code, "character": wrong.name, **located(place, of)}
        for place, wrong in found
    ])  # fmt: skip


def must_be_welcome(value: object, of: type[BaseModel] | None = None) -> None:
    """Raise what is wrong with the texts of a body, wherever they stand in it, before anything else is."""
    if found := list(islice(unwelcome_in(value), MOST)):
        raise unwelcome_text(found, of)


def question(errors: Sequence[Mapping[str, Any]]) -> Malformed:
    """What the framework finds in the parameters of a question."""
    found = of_parameters(errors)
    return Malformed("query.malformed", parameter=found[0]["label"], errors=found)


def outside_profile(error: OutsideProfile, of: type[BaseModel] | None = None) -> Refused:
    """What `parse_strict` refuses: 400 what is no JSON, 422 what is JSON we do not take, 413 what is too long."""
    if error.code == "event.too-large":
        return TooLarge(error.code, most=MOST_EVENT_BYTES, place=error.place)
    kind = NotJson if error.code.startswith("json.") else Malformed
    named = {"character": error.found} if error.code == SURROGATE else {}
    return kind(error.code, place=error.place, **_named(error.place, of), **named)


def _named(place: str, of: type[BaseModel] | None) -> dict[str, str]:
    """A place by its label; where no pointer leads there, by how `parse_strict` counts, in both languages."""
    if (counted := re.fullmatch(r"line (\d+), column (\d+)", place)) is not None:
        line, column = counted.groups()
        return {"label": f"Dòng {line}, cột {column}", "label_en": f"Line {line}, column {column}"}
    return located(place, of)
