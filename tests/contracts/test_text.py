"""Lines and texts, as every command takes them: trimmed first, then counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.message import Line, Text, Value
from shared.doors.malformed import malformed
from shared.doors.problems import Problems


class Said(Value):
    line: Line | None = None
    text: Text | None = None


def said(**members: Any) -> Said:
    return Said.model_validate_json(json.dumps(members), strict=True)


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("line", "x" * 501, "text.too-long"),
        ("text", "x" * 4001, "text.too-long"),
        ("line", "", "text.empty"),
        ("line", " \t ", "text.empty"),
        ("text", " \n ", "text.empty"),
        ("line", "a\nb", "text.control-character"),
        ("line", 5, "field.wrong-type"),
    ],
)
def test_what_is_no_line_or_text_has_a_code_that_says_so(member: str, value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        said(**{member: value})

    assert malformed(wrong.value).code == code


@pytest.mark.parametrize("member", ["line", "text"])
def test_what_was_recorded_with_a_character_that_is_no_longer_taken_loads_for_ever(member: str) -> None:
    old = "Đường hoa \uf0b7 \U0001f33f\u200b\ufffd\u202e"
    assert getattr(said(**{member: old}), member) == old


def test_a_control_character_is_named() -> None:
    with pytest.raises(ValidationError) as wrong:
        said(line="a\nb")
    body = Problems({}).body(malformed(wrong.value))
    assert body["character"] == body["errors"][0]["character"] == "U+000A"
    assert "U+000A" in body["detail"] and "U+000A" in body["errors"][0]["detail_en"]


def test_what_is_trimmed_and_put_together_does_not_count() -> None:
    assert said(line=f"  {'x' * 500}  ").line == "x" * 500
    assert said(line="e\u0301" * 500).line == "é" * 500
