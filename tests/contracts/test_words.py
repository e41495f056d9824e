"""Everything the contract names has a word in Vietnamese and in English, for forms, pages and refusals alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from shared.contracts.catalog import SERVICES, events_of
from shared.contracts.words import LANGS, OLD, SAME, Lang, day, number, shown, words


def classes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from classes_in(part)


def literals_in(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (value for value in get_args(annotation) if isinstance(value, str))
    for part in get_args(annotation):
        yield from literals_in(part)


def contract() -> dict[str, type[BaseModel]]:
    """Commands, events and the values within them, by name."""
    rows = [row for service in SERVICES for row in import_module(f"services.{service}.app").SERVICE.commands]
    waiting: list[type[BaseModel]] = [row.command for row in rows]
    waiting += [kind for service in SERVICES for kind in events_of(service).values()]
    found: dict[str, type[BaseModel]] = {}
    while waiting:
        kind = waiting.pop()
        if found.setdefault(kind.__name__, kind) is kind:
            parts = (part for field in kind.model_fields.values() for part in classes_in(field.annotation))
            waiting += [part for part in parts if part.__name__ not in found]
    return found


CONTRACT = contract()
MEMBERS = [(kind, name, field) for kind in CONTRACT.values() for name, field in kind.model_fields.items()]


def said_in(lang: str, table: str) -> str:
    return f"their words go into [{table}] of shared/contracts/words/{lang}.toml"


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_and_event_has_a_name(lang: Lang) -> None:
    acts = [name for name, kind in CONTRACT.items() if kind.__module__ != "shared.contracts.values"]
    named = {OLD.sub("", name) for name in acts if "on" in CONTRACT[name].model_fields}

    assert named - words(lang).kinds.keys() == set(), said_in(lang, "kinds")


@pytest.mark.parametrize("lang", LANGS)
def test_every_field_has_a_label(lang: Lang) -> None:
    told = words(lang)
    missing = {
        f"{kind.__name__}.{name}" for kind, name, _ in MEMBERS if told.label(name, kind.__name__) == name
    }

    assert missing == set(), said_in(lang, "labels")


@pytest.mark.parametrize("lang", LANGS)
def test_every_choice_has_a_word(lang: Lang) -> None:
    told = words(lang)
    missing = {
        f"{kind.__name__}.{name}: {code}"
        for kind, name, field in MEMBERS
        for code in literals_in(field.annotation)
        if told.term(name, code) is None
    }

    assert missing == set(), said_in(lang, "choices")


@pytest.mark.thorough
@pytest.mark.parametrize("lang", LANGS)
def test_every_form_that_a_text_must_have_is_said_in_words(lang: Lang) -> None:
    patterns = {one for kind in CONTRACT.values() for one in patterns_in(kind.model_json_schema())}
    assert patterns

    assert {one for one in patterns if words(lang).choice("pattern", one) is None} == set()


def patterns_in(schema: Any) -> Iterator[str]:
    parts = (
        schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    )
    for name, value in parts:
        if name == "pattern" and isinstance(value, str):
            yield value
        yield from patterns_in(value)


def keys(table: Any, under: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{under}{name}.")
        else:
            yield f"{under}{name}"


def test_both_languages_have_the_same_words() -> None:
    vi, en = (set(keys(vars(words(lang)))) for lang in LANGS)

    assert vi == en


def test_members_that_share_choices_share_those_of_a_member_that_has_some() -> None:
    assert {other for other in SAME.values() if other not in words("vi").choices} == set()


def test_no_field_is_called_a_document_that_is_none() -> None:
    """`văn bản` is an official document; what somebody writes into a field is `nội dung`."""
    documents = {"documents", "registration_document", "document", "kind"}
    told = words("vi")
    named = {name for name, label in told.labels.items() if "văn bản" in label.lower()}
    hinted = {name for name, hint in told.hints.items() if "văn bản" in hint.lower()}

    assert named | hinted <= documents


@pytest.mark.parametrize(
    ("on", "vi", "en"),
    [
        (date(2028, 6, 30), "30/6/2028", "2028-06-30"),
        (date(2013, 6, 3), "03/6/2013", "2013-06-03"),
        (date(2019, 1, 7), "07/01/2019", "2019-01-07"),
        (date(2026, 2, 15), "15/02/2026", "2026-02-15"),
        (date(2022, 12, 31), "31/12/2022", "2022-12-31"),
    ],
)
def test_dates_are_written_as_the_scheme_writes_them(on: date, vi: str, en: str) -> None:
    assert (day(on, "vi"), day(on, "en")) == (vi, en)
    assert shown("on", on.isoformat(), "vi") == vi


def test_numbers_are_written_as_the_language_does() -> None:
    assert (number(65535, "vi"), number(65535, "en")) == ("65.535", "65,535")
    assert shown("least", 2020, "vi") == "2020", "a year has no mark between its digits"


def test_a_code_stands_behind_its_word() -> None:
    assert shown("field", ["economy"], "vi") == "kinh tế (economy)"
    assert (
        shown("missing", ["address", "c_city_3"], "vi")
        == "địa chỉ cụ thể (address), tiêu chí công nhận 3 (c_city_3)"
    )
    assert shown("kinds", ["household"], "en") == "household", "once, where they are the same"


ROOT = Path(__file__).parents[2]
PATTERNS = sorted({
    pattern for place in ("shared", "services") for file in (ROOT / place).rglob("*.py")
    for pattern in re.findall(r"pattern=\s*r\"([^\"]+)\"", file.read_text("utf-8"))
})  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_whoever_must_keep_to_a_form_is_told_it_in_words(pattern: str) -> None:
    told = [words(lang).choice("pattern", pattern) for lang in LANGS]
    assert all(said and "^" not in said and "\\" not in said for said in told), pattern
