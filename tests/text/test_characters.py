"""Which characters a text may hold, told kind by kind."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.characters import (
    CONTROL,
    INVISIBLE,
    LOST,
    NO_CHARACTER,
    PRIVATE,
    SURROGATE,
    Unwelcome,
    unwelcome,
    unwelcome_in,
)

REFUSED = {
    "the bullet that Word pastes": ("\uf0b7", PRIVATE),
    "private use beyond the first plane": ("\U000f0000", PRIVATE),
    "NUL": ("\x00", CONTROL),
    "escape": ("\x1b", CONTROL),
    "carriage return": ("\r", CONTROL),
    "vertical tab": ("\x0b", CONTROL),
    "delete": ("\x7f", CONTROL),
    "C1": ("\x93", CONTROL),
    "next line": ("\x85", CONTROL),
    "line separator": ("\u2028", CONTROL),
    "paragraph separator": ("\u2029", CONTROL),
    "right-to-left override": ("\u202e", INVISIBLE),
    "left-to-right embedding": ("\u202a", INVISIBLE),
    "isolate": ("\u2066", INVISIBLE),
    "pop isolate": ("\u2069", INVISIBLE),
    "right-to-left mark": ("\u200f", INVISIBLE),
    "Arabic letter mark": ("\u061c", INVISIBLE),
    "zero width space": ("\u200b", INVISIBLE),
    "zero width non-joiner": ("\u200c", INVISIBLE),
    "zero width joiner between letters": ("\u200d", INVISIBLE),
    "word joiner": ("\u2060", INVISIBLE),
    "invisible times": ("\u2062", INVISIBLE),
    "byte order mark inside": ("\ufeff", INVISIBLE),
    "soft hyphen": ("\u00ad", INVISIBLE),
    "combining grapheme joiner": ("\u034f", INVISIBLE),
    "Hangul filler": ("\u3164", INVISIBLE),
    "halfwidth Hangul filler": ("\uffa0", INVISIBLE),
    "Mongolian vowel separator": ("\u180e", INVISIBLE),
    "empty braille cell": ("\u2800", INVISIBLE),
    "tag character": ("\U000e0041", INVISIBLE),
    "selector behind a letter": ("\ufe0f", INVISIBLE),
    "ideographic selector": ("\U000e0100", INVISIBLE),
    "interlinear annotation": ("\ufff9", INVISIBLE),
    "musical beam": ("\U0001d173", INVISIBLE),
    "noncharacter": ("\ufdd0", NO_CHARACTER),
    "noncharacter at the end of a plane": ("\U0010ffff", NO_CHARACTER),
    "the byte order mark turned round": ("\ufffe", NO_CHARACTER),
    "unassigned": ("\u0378", NO_CHARACTER),
    "high surrogate": ("\ud83c", SURROGATE),
    "low surrogate": ("\udf3f", SURROGATE),
    "replacement character": ("\ufffd", LOST),
    "object replacement": ("\ufffc", LOST),
}


@pytest.mark.parametrize(("character", "code"), REFUSED.values(), ids=list(REFUSED))
@pytest.mark.parametrize("text", ["a{}b", "{}", "Đường hoa{}", "{}1"])
def test_a_character_that_is_not_taken_is_named(text: str, character: str, code: str) -> None:
    assert unwelcome(text.format(character)) == Unwelcome(code, f"U+{ord(character):04X}", text.index("{"))


@pytest.mark.parametrize(
    "text",
    [
        "Đường hoa phường Hải Châu – “xanh, sạch, đẹp” • 100 m² ≥ 5 % … 1.000 ₫",
        "Đường hoa".encode().decode(),
        "Vu\u031bo\u031b\u0300n",
        "Tổ tự quản\u00a0số 5",
        "🌿 Xanh",
        "❤️ 👨‍👩‍👧‍👦 👩🏽‍🌾 🏳️‍🌈 1️⃣ ☎︎ ©️",
        "‼️ ℹ️ 〰️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f 🇻🇳 *️⃣ 🐦‍🔥 👁️‍🗨️",
        "中文 한국어 ไทย ខ្មែរ العربية हिन्दी Москва Ἀθῆναι",
        "",
    ],
)
def test_what_people_write_is_taken(text: str) -> None:
    assert unwelcome(text) is None


def test_tabs_and_line_feeds_are_for_texts_of_several_lines() -> None:
    assert unwelcome("một\n\thai", several_lines=True) is None
    assert unwelcome("một\nhai") == Unwelcome(CONTROL, "U+000A", 3)
    assert unwelcome("một\r\nhai", several_lines=True) == Unwelcome(CONTROL, "U+000D", 3)


@pytest.mark.parametrize(
    "text",
    [
        "a\u200d🌿",
        "🌿\u200da",
        "\u200d🌿",
        "🌿\u200d",
        "a\ufe0f",
        "\ufe0f",
        "🌿\u200d\u200d🌿",
        "a\ufe0f\u20e3",
        "🏴\U000e0067\U000e007f",
        "🌿\U000e0067",
        "\U000e0067🏴",
    ],
)
def test_what_puts_emoji_together_stands_between_emoji_only(text: str) -> None:
    assert unwelcome(text) is not None


def test_every_place_of_a_body_is_looked_at() -> None:
    body = {
        "name": "a\uf0b7",
        "subjects": [{"name": "tốt"}, {"name": "\u202e"}],
        "content": "một\nhai",
        "year": 2026,
    }
    assert [(place, found.name) for place, found in unwelcome_in(body)] == [
        ("/name", "U+F0B7"),
        ("/subjects/1/name", "U+202E"),
    ]


@pytest.mark.thorough
@given(st.text())
def test_what_is_taken_has_a_shape_and_a_fixed_form(text: str) -> None:
    if unwelcome(text) is None:
        text.encode()
        assert not {category(c) for c in text} & {"Cc", "Co", "Cn", "Cs", "Zl", "Zp"}
