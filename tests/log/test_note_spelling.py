"""A note, a number and base64 have one spelling; lax readers were fooled by the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.note import (
    LOG,
    WITNESS,
    Note,
    NoteRefused,
    SigningKey,
    decimal,
    from_base64,
    hash_from_base64,
    to_base64,
    verified,
)

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))

log = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
witness = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))
known = (log.verifying, witness.verifying)

TEXT = "orders.example/log\n5\nipWFQoLTm4nMXs2ZUHxC4eb8McrB2jE30MRciBqEkwA=\n"
NOTE = Note(TEXT, (log.sign(TEXT), witness.sign(TEXT, 1790000000)))


def refusal(raw: bytes) -> str:
    with pytest.raises(NoteRefused) as refused:
        verified(Note.parse(raw), known)
    return refused.value.code


RAW = NOTE.raw.decode()
LOG_LINE, WITNESS_LINE = (each.line for each in NOTE.signatures)

MALFORMED = [
    ("nothing", ""),
    ("text alone", TEXT),
    ("no empty line", TEXT + LOG_LINE),
    ("no line after the empty line", TEXT + "\n"),
    ("no newline at the end", RAW[:-1]),
    ("an empty line at the end", RAW + "\n"),
    ("something after the lines", RAW + "x\n"),
    ("a carriage return", RAW.replace("\n", "\r\n")),
    ("a tab", RAW.replace("log\n", "log\t\n")),
    ("a vertical tab", RAW.replace("5\n", "5\x0b\n")),
    ("a NUL", RAW.replace("5\n", "5\x00\n")),
    ("a hyphen for the dash", RAW.replace("\u2014", "-")),
    ("an en dash", RAW.replace("\u2014", "\u2013")),
    ("two spaces", RAW.replace("\u2014 ", "\u2014  ")),
    ("no name", RAW.replace("\u2014 orders.example/log", "\u2014 ")),
    ("a name with a plus", RAW.replace("\u2014 orders.example", "\u2014 orders+example")),
    ("a name with a no-break space", RAW.replace("\u2014 orders.example", "\u2014 orders\u00a0example")),
    ("a name with a line separator", RAW.replace("\u2014 orders.example", "\u2014 orders\u2028example")),
    ("a space after the signature", RAW[:-1] + " \n"),
    ("a second word", RAW[:-1] + " more\n"),
    ("no signature", TEXT + "\n\u2014 orders.example/log \n"),
    ("an id and nothing else", TEXT + "\n\u2014 orders.example/log tz/kMg==\n"),
    ("URL base64", RAW.replace("/kMj", "_kMj")),
    ("a foreign character in base64", RAW.replace("tz/kMj", "tz/k*Mj")),
    ("a missing padding", RAW.replace("FZcBg==", "FZcBg=")),
    ("too much padding", RAW.replace("meww=", "meww==")),
    ("padding in the middle", RAW.replace("tz/kMj", "tz==kMj")),
    ("101 signatures", TEXT + "\n" + LOG_LINE * 101),
]


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in MALFORMED])
def test_what_is_no_note_is_refused(raw: str) -> None:
    assert raw != RAW
    assert refusal(raw.encode()) == "note.malformed"


def test_a_note_is_utf_8() -> None:
    assert refusal(NOTE.raw.replace(b"5\n", b"5\xff\n")) == "note.malformed"
    assert refusal(NOTE.raw.replace("\u2014".encode(), b"\x97")) == "note.malformed"


def test_sixteen_signatures_and_more_are_read() -> None:
    assert len(verified(Note.parse((TEXT + "\n" + LOG_LINE * 100).encode()), known)) == 100


def test_the_text_ends_at_the_last_empty_line() -> None:
    text = "one\n\ntwo\n\n\u2014 three\n"
    note = Note(text, (log.sign(text),))

    assert Note.parse(note.raw) == note
    assert len(verified(note, known)) == 1


@pytest.mark.parametrize("odd", ["\u2028", "\u0085", "\u2029", "\x7f"])
def test_lines_end_at_a_newline_and_nowhere_else(odd: str) -> None:
    text = f"one{odd}two\n"
    note = Note(text, (log.sign(text),))

    assert Note.parse(note.raw).text == text


def test_the_unused_bits_of_a_signature_line_may_be_set() -> None:
    """As Go reads it: otherwise a witness answers 400 where 403 is due."""
    loose = NOTE.raw.replace(b"FZcBg==", b"FZcBh==")

    assert loose != NOTE.raw
    assert len(verified(Note.parse(loose), known)) == 2
    assert Note.parse(loose).raw == loose


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        " 9",
        "9 ",
        "+9",
        "-9",
        "-0",
        "00",
        "09",
        "1_000",
        "1e3",
        "0x9",
        "٩",
        "９",
        "9\n",
        "4611686018427387905",
        "9" * 99,
    ],
)
def test_a_number_has_one_spelling(spelling: str) -> None:
    with pytest.raises(ValueError):
        decimal(spelling, 2**62)


def test_numbers_reach_the_limit() -> None:
    assert [decimal(str(number), 2**62) for number in (0, 9, 10, 2**62)] == [0, 9, 10, 2**62]


@pytest.mark.parametrize(
    "spelling", ["YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "Y Q==", "YQ==YQ==", "Y-_=", "=", "Y", "é==="]
)
def test_base64_has_one_spelling(spelling: str) -> None:
    with pytest.raises(ValueError):
        from_base64(spelling)


@given(st.binary(max_size=64))
def test_base64_is_read_back(value: bytes) -> None:
    assert from_base64(to_base64(value)) == value


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError):
        hash_from_base64(to_base64(b"x" * length))
