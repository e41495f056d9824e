"""Refusals and failures as RFC 9457 problem details: a stable code, a sentence in Vietnamese and in English.

What stands in square brackets is said when its {placeholders} are known; both languages name the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shared.contracts.words import LANGS, Lang, shown, words
from shared.doors.sayable import sayable
from shared.doors.sentences import SHARED
from shared.errors import Refused, Unavailable
from shared.wiring import Problem

MEDIA_TYPE = "application/problem+json"
PART = re.compile(r"\[([^\[\]]*)\]")
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def sentence(problem: Problem, details: Mapping[str, Any], lang: Lang) -> str:
    """The sentence in one language, with what it names of the details; without any, what is true of every case.

    Where the details know the place in the body (`label`), the sentence is about it.
    """

    def part(match: re.Match[str]) -> str:
        values = {name: _told(name, details, lang) for name in PLACEHOLDER.findall(match[1])}
        return PLACEHOLDER.sub(lambda one: values[one[1]] or "", match[1]) if all(values.values()) else ""

    text = PART.sub(part, problem.vi if lang == "vi" else problem.en)
    if (label := details.get("label" if lang == "vi" else "label_en")) is None:
        return text[:1].upper() + text[1:]
    begins = text[1:2].islower() or text.startswith("A ")  # and is no name or abbreviation
    return f"{label}: {text[:1].lower() if begins else text[:1]}{text[1:]}"


def _told(name: str, details: Mapping[str, Any], lang: Lang) -> str | None:
    value = details.get(name)
    meant = details.get("choice_of", name) if name == "allowed" else name
    return None if value is None else shown(meant, value, lang)


class Problems:
    """The sentences of one service: its own and the shared ones."""

    def __init__(self, own: Mapping[str, Problem]) -> None:
        self._own = own
        for lang in LANGS:  # a refusal is told in full when nothing more can be opened, too
            words(lang)

    def sentences(self, code: str) -> Problem:
        """The sentences of a code; the code itself where none was written (a test keeps that from happening)."""
        return self._own.get(code) or SHARED.get(code) or Problem(code, code)

    def body(self, error: Refused | Unavailable, command_id: str | None = None) -> dict[str, Any]:
        """The problem document of a refusal or failure: `title` as for every case, `detail` as for this one."""
        said = self.sentences(error.code)
        places = [self._place(each) for each in error.details.get("errors", ())]
        about = places[0] if places and places[0].get("code") == error.code else error.details
        vi, en = (sentence(said, about, lang) for lang in LANGS)
        if more := len(places) - 1 if places else 0:
            vi, en = f"{vi} Còn {more} chỗ khác cần sửa.", f"{en} {more} more to be mended."
        document: dict[str, Any] = {
            "type": f"urn:dvk:problem:{error.code}",
            "title": sentence(said, {}, "vi"),
            "status": error.status,
            "code": error.code,
            "detail": vi,
            "detail_en": en,
        }
        if command_id is not None:
            document["command"] = command_id
        for name, value in error.details.items():
            document.setdefault(name, value)
        return sayable(document | ({"errors": places} if places else {}))

    def _place(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        """One place that was not understood, with its own sentences."""
        said = self.sentences(finding["code"])
        return {
            **finding,
            "detail": sentence(said, finding, "vi"),
            "detail_en": sentence(said, finding, "en"),
        }
