"""An event has one spelling, and whatever has none is refused by name and place."""

from __future__ import annotations

import enum
import json
from datetime import date
from time import monotonic, process_time
from typing import Any
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.canonical import MOST_INTEGER, OutsideProfile, canonical, check_profile, parse_strict

TITLE = "Vườn rau trường học, phường Hoà Cường – Đà Nẵng"

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from("ăâđêôơưÀẢÃÁẠỂỄ \u0300\u0301\u0323")),
    st.text(st.sampled_from("\x00\x07\b\t\n\f\r\x1f\x7f\x80\u2028\u2029\"\\/<>&'😀\uffff")),
).map(lambda text: normalize("NFC", text))
keys = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
integers = st.integers(-MOST_INTEGER, MOST_INTEGER)
values = st.recursive(
    st.one_of(texts, integers, st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=20,
)


def refused(action: Any, value: object) -> tuple[str, str]:
    with pytest.raises(OutsideProfile) as refusal:
        action(value)
    return refusal.value.code, refusal.value.place


def rows(table: list[Any]) -> list[Any]:
    return [pytest.param(*row[1:], id=row[0]) for row in table]


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.thorough
@given(values)
def test_inside_the_profile_the_fast_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.thorough
@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert parse_strict(canonical(value)) == value


def test_the_bytes_of_an_event_are_these() -> None:
    event = {
        "type": "x.v1",
        "data": {"title": TITLE, "public": True, "scope": ["b", "a"]},
        "position": 7,
    }

    assert canonical(event).decode() == (
        '{"data":{"public":true,"scope":["b","a"],"title":"' + TITLE + '"},"position":7,"type":"x.v1"}'
    )


def test_control_characters_are_escaped_as_rfc_8785_says() -> None:
    assert (
        canonical('\x00\b\t\n\x0b\f\r\x1f\x7f"\\/') == b'"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\\"\\\\/"'
    )


def test_a_tuple_is_an_array() -> None:
    assert canonical({"scope": ("20242", "20243")}) == b'{"scope":["20242","20243"]}'


class Kind(enum.StrEnum):
    COLLECTIVE = "collective"


OUTSIDE = [
    ("a float", {"data": {"share": 0.5}}, "number.not-an-integer", "/data/share"),
    ("a float that is whole", {"share": 1.0}, "number.not-an-integer", "/share"),
    ("not a number", [float("nan")], "number.not-an-integer", "/0"),
    ("2^53", {"a": [1, {"b": 2**53}]}, "number.too-large", "/a/1/b"),
    ("-2^53", {"a": -(2**53)}, "number.too-large", "/a"),
    ("an integer no machine word holds", 2**80, "number.too-large", ""),
    ("a decomposed letter", {"title": "Vu\u031bo\u031b\u0300n"}, "text.not-nfc", "/title"),
    ("a lone surrogate", {"title": "rau \ud800"}, "text.not-unicode", "/title"),
    ("a key with a capital", {"data": {"Title": 1}}, "key.not-allowed", "/data/Title"),
    ("a key in camel case", {"unitCode": 1}, "key.not-allowed", "/unitCode"),
    ("a key that begins with a digit", {"2028": 1}, "key.not-allowed", "/2028"),
    ("a key that begins with an underscore", {"_id": 1}, "key.not-allowed", "/_id"),
    ("a key with a dollar", {"$sealed": "v1"}, "key.not-allowed", "/$sealed"),
    ("an empty key", {"": 1}, "key.not-allowed", "/"),
    ("a key with a newline at its end", {"title\n": 1}, "key.not-allowed", "/title\\n"),
    ("a Vietnamese key", {"tên": 1}, "key.not-allowed", "/t\\xean"),
    ("a key with a slash", {"a/b~c": 1}, "key.not-allowed", "/a~1b~0c"),
    ("a key that is a number", {1: 1}, "key.not-allowed", "/1"),
    ("a key of an enumeration", {Kind.COLLECTIVE: 1}, "key.not-allowed", "/collective"),
    ("null", {"data": {"reason": None}}, "null.not-allowed", "/data/reason"),
    ("bytes", {"seal": b"x"}, "value.not-allowed", "/seal"),
    ("a date", {"on": date(2027, 1, 4)}, "value.not-allowed", "/on"),
    ("an enumeration", {"kind": Kind.COLLECTIVE}, "value.not-allowed", "/kind"),
    ("a set", {"scope": {1}}, "value.not-allowed", "/scope"),
    ("seventeen levels", nested(17), "nesting.too-deep", "/0" * 16),
    ("ten thousand levels", nested(10_000), "nesting.too-deep", "/0" * 16),
]


@pytest.mark.parametrize(("value", "code", "place"), rows(OUTSIDE))
def test_outside_the_profile_nothing_is_written(value: object, code: str, place: str) -> None:
    assert refused(canonical, value) == (code, place)
    assert refused(check_profile, value) == (code, place)


def test_a_key_found_good_once_does_not_make_others_good() -> None:
    check_profile({"title": 1})

    assert refused(check_profile, {"title ": 1}) == ("key.not-allowed", "/title ")


def test_sixteen_levels_are_allowed() -> None:
    assert canonical(nested(16)) == b"[" * 16 + b"]" * 16


def test_the_largest_integers_are_allowed() -> None:
    assert canonical([MOST_INTEGER, -MOST_INTEGER]) == b"[9007199254740991,-9007199254740991]"


def test_an_event_has_at_most_65535_bytes() -> None:
    assert len(canonical("x" * 65_533)) == 65_535
    assert refused(canonical, "x" * 65_534) == ("event.too-large", "")
    assert refused(canonical, "đ" * 32_767) == ("event.too-large", "")
    assert len(canonical("x" * 65_534, at_most=None)) == 65_536


HOSTILE = [
    ("nothing", b"", "json.malformed", "line 1, column 1"),
    ("no JSON", b"title", "json.malformed", "line 1, column 1"),
    ("half an object", b'{"a": 1,\n "b"', "json.malformed", "line 2, column 5"),
    ("something after the end", b'{"a":1} {}', "json.malformed", "line 1, column 9"),
    ("a comma too many", b"[1,]", "json.malformed", None),
    ("a comment", b"[1] // one", "json.malformed", None),
    ("single quotes", b"{'a':1}", "json.malformed", None),
    ("a raw newline in a string", b'"a\nb"', "json.malformed", None),
    ("a leading zero", b"[007]", "json.malformed", None),
    ("a plus", b"[+7]", "json.malformed", None),
    ("a byte order mark", b"\xef\xbb\xbf{}", "json.malformed", "line 1, column 1"),
    ("UTF-16", '{"a":1}'.encode("utf-16"), "json.not-utf8", "byte 0"),
    ("a broken byte", b'{"a":"\xc3("}', "json.not-utf8", "byte 6"),
    ("an overlong slash", b'"\xc0\xaf"', "json.not-utf8", "byte 1"),
    ("a surrogate as bytes", b'"\xed\xa0\x80"', "json.not-utf8", "byte 1"),
    ("a surrogate as an escape", b'{"a":"\\ud800"}', "text.not-unicode", "/a"),
    ("surrogates in the wrong order", b'{"a":"\\udc00\\ud800"}', "text.not-unicode", "/a"),
    ("the same key twice", b'{"a":{"title":1,"b":2,"title":1}}', "json.duplicate-key", "/a/title"),
    ("the same key, once escaped", b'[{"a":1,"\\u0061":2}]', "json.duplicate-key", "/0/a"),
    ("1.0", b'{"a":1.0}', "number.not-an-integer", "/a"),
    ("1e2", b'{"a":[1e2]}', "number.not-an-integer", "/a/0"),
    ("1E400", b"1E400", "number.not-an-integer", ""),
    ("NaN", b'{"a":NaN}', "number.not-an-integer", "/a"),
    ("-Infinity", b"[-Infinity]", "number.not-an-integer", "/0"),
    ("2^53", b"[9007199254740992]", "number.too-large", "/0"),
    ("-2^53", b"[-9007199254740992]", "number.too-large", "/0"),
    ("a number of a million digits", b'{"a":' + b"9" * 1_000_000 + b"}", "number.too-large", "/a"),
    ("null", b'{"a":[true,null]}', "null.not-allowed", "/a/1"),
    ("a decomposed letter", '{"a":"e\u0301"}'.encode(), "text.not-nfc", "/a"),
    ("a decomposed letter as an escape", b'{"a":"e\\u0301"}', "text.not-nfc", "/a"),
    ("a key with a capital", b'{"a":{"Title":1}}', "key.not-allowed", "/a/Title"),
    ("seventeen levels", b"[" * 17 + b"]" * 17, "nesting.too-deep", "character 16"),
    ("a million levels", b"[" * 1_000_000, "nesting.too-deep", "character 16"),
    ("a million objects", b'{"a":' * 1_000_000, "nesting.too-deep", "character 80"),
    ("levels hidden behind a string", b'["]]]]\\"]]",' * 20, "nesting.too-deep", None),
]


@pytest.mark.parametrize(("body", "code", "place"), rows(HOSTILE))
def test_a_body_from_outside_is_refused(body: bytes, code: str, place: str | None) -> None:
    found = refused(parse_strict, body)

    assert found[0] == code
    assert place is None or found[1] == place


def test_minus_zero_is_read_as_zero() -> None:
    assert canonical(parse_strict(b"[-0]")) == b"[0]"


def test_brackets_inside_strings_are_no_nesting() -> None:
    texts = ["[" * 40, "{\\", '"[[[[[[[[[[[[[[[[[[[', "\\"]

    assert parse_strict(json.dumps(texts).encode()) == texts


def test_many_neighbours_are_no_nesting() -> None:
    assert parse_strict(b"[" + b"{}," * 1000 + b"{}]") == [{}] * 1001


def test_a_refusal_shows_a_foreign_key_harmlessly() -> None:
    code, place = refused(parse_strict, json.dumps({"\x1b[31m" + "k" * 1000: 1}).encode())

    assert code == "key.not-allowed"
    assert place.startswith("/\\x1b[31mkkk") and len(place) < 90


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    try:
        value = parse_strict(body)
    except OutsideProfile:
        return
    check_profile(value)


@given(st.text(st.sampled_from('[]{}",:\\ a1-.etrunlsfu0d8'), max_size=40))
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    try:
        value = parse_strict(text.encode())
    except OutsideProfile:
        return
    assert json.loads(text) == value


BLANK = st.sampled_from(["", " ", "\n\t", "\r"])
MEMBER_KEYS = st.sampled_from(["a", "b", "a_1"])


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, bool]:
    """An object's text, with spaces wherever they may be, and whether some member stands twice in it."""
    parts, twice = [], False
    keys = draw(st.lists(MEMBER_KEYS, max_size=4))
    for key in keys:
        inner, inner_twice = draw(objects()) if draw(st.integers(0, 5)) == 0 else ('"\\":"', False)
        parts.append(f'{draw(BLANK)}"{key}"{draw(BLANK)}:{draw(BLANK)}{inner}')
        twice = twice or inner_twice
    return "{" + ",".join(parts) + "}", twice or len(set(keys)) < len(keys)


@pytest.mark.thorough
@given(objects())
def test_a_member_that_stands_twice_is_found_however_it_is_written(made: tuple[str, bool]) -> None:
    text, twice = made
    if not twice:
        assert parse_strict(text.encode()) == json.loads(text)
        return
    assert refused(parse_strict, text.encode())[0] == "json.duplicate-key"


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":1}', '{"a":"\\":","a" :1}', '{"a" :1,"a":{"b":"\\":"}}', '{"a":1,"\\u0061":2}']
)
def test_a_member_is_not_hidden_behind_a_text_that_looks_like_one(text: str) -> None:
    assert refused(parse_strict, text.encode())[0] == "json.duplicate-key"


def test_marks_without_end_are_refused_before_they_are_brought_into_order() -> None:
    marks = "a" + "\u0315\u0300" * 100_000
    began = monotonic()

    found = refused(lambda body: parse_strict(body, normalise=True), json.dumps([marks]).encode())

    assert found == ("text.too-many-marks", "/0")
    assert monotonic() - began < 2
    assert parse_strict(json.dumps(["a" + "\u0315\u0300" * 15]).encode(), normalise=True)


@pytest.mark.thorough
def test_ordinary_bodies_are_read_at_a_hundred_megabytes_a_second() -> None:
    """Half of that is asked for here: the machine may have other things to do."""
    text = "Nội dung, rất dài: " * 200
    body = json.dumps([{"command": "register-unit", "name": text}] * 1000, ensure_ascii=False).encode()

    def took() -> float:
        began = process_time()
        parse_strict(body)
        return process_time() - began

    assert len(body) / min(took() for _ in range(5)) > 50e6
