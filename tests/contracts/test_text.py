"""Lines and texts, as every command takes them: trimmed first, then counted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.message import Line, Text, Value
from shared.doors.problems import malformed


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


def test_what_is_trimmed_and_put_together_does_not_count() -> None:
    assert said(line=f"  {'x' * 500}  ").line == "x" * 500
    assert said(line="e\u0301" * 500).line == "é" * 500
