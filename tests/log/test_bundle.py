"""The file of a history bundle: one spelling, readable by any tool, and nothing in it that does not belong."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace

import pytest

from shared.tlog.archive import NotPacked, pack, unpack
from shared.tlog.bundle import Bundle, Heads, readme
from shared.tlog.canonical import canonical
from shared.tlog.note import NoteRefused
from shared.tlog.subject_proofs import Proved

PARTS = (
    canonical({"also": "unit/b"}),
    canonical({"leaf": "00" * 32, "log": "registry", "stream": "unit/a", "version": 2}),
)
HEADS = Heads(b"{}", b"proof", PARTS, Proved(7, 9, bytes(32), (bytes([1]) * 32,), (bytes([2]) * 32,)))
BUNDLE = Bundle(
    "unit", "a", 12, (b'{"a":1}', b'{"b":2}'), HEADS, {("registry", 4): b"x", ("awards", 1): b"y"}
)
MEMBERS = unpack(BUNDLE.raw)
PLACE = dict(MEMBERS)["heads/subject.json"]


def changed(name: str, body: bytes) -> bytes:
    return pack([(each, body if each == name else old) for each, old in MEMBERS])


def about(text: bytes) -> bytes:
    return changed("bundle.json", text)


def test_what_is_written_is_what_is_read() -> None:
    assert Bundle.parse(BUNDLE.raw) == BUNDLE
    assert Bundle.parse(replace(BUNDLE, proofs={}).raw) == replace(BUNDLE, proofs={})


def test_any_zip_tool_reads_it_without_inflating() -> None:
    with zipfile.ZipFile(io.BytesIO(BUNDLE.raw)) as packed:
        assert packed.testzip() is None
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.read("README.txt") == readme()
        assert [(info.filename, packed.read(info)) for info in packed.infolist()] == MEMBERS


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, body in members:
            packed.writestr(name, body)
    return file.getvalue()


ROWS = {
    "nothing": b"",
    "no zip": b"PK not really",
    "packed by another tool": zipped(MEMBERS),
    "a member gone": pack([each for each in MEMBERS if each[0] != "heads/subject.json"]),
    "a member more": pack([*MEMBERS, ("../outside", b"")]),
    "a member more among the proofs": pack([*MEMBERS, ("proofs/registry/0.tlog-proof", b"")]),
    "a position with a zero in front": pack([*MEMBERS, ("proofs/registry/01.tlog-proof", b"")]),
    "another order": pack(MEMBERS[::-1]),
    "something behind the end": BUNDLE.raw + b"\n",
    "something before the beginning": b"\n" + BUNDLE.raw,
    "a comment": BUNDLE.raw[:-2] + b"\x01\x00x",
    "another time": BUNDLE.raw.replace(b"\x21\x00", b"\x22\x00", 1),
    "another text to read": changed("README.txt", readme() + b" "),
    "no format": about(b'{"id":"a","kind":"unit","ledger_size":12}'),
    "format 3": about(b'{"format":3,"id":"a","kind":"unit","ledger_size":12}'),
    "a label more": about(b'{"format":2,"id":"a","kind":"unit","ledger_size":12,"more":1}'),
    "a label twice": about(b'{"format":2,"id":"b","id":"a","kind":"unit","ledger_size":12}'),
    "a label that is no text": about(b'{"format":2,"id":1,"kind":"unit","ledger_size":12}'),
    "a size that is a fraction": about(b'{"format":2,"id":"a","kind":"unit","ledger_size":12.0}'),
    "labels in another order": about(b'{"format":2,"kind":"unit","id":"a","ledger_size":12}'),
    "labels that are a list": about(b"[]"),
    "the last line not ended": changed("events.ndjson", b"{}"),
    "a place with spaces": changed("heads/subject.json", PLACE.replace(b":", b": ", 1)),
    "a place with capitals": changed("heads/subject.json", PLACE.replace(b"02", b"0A", 1)),
    "a place that is nothing": changed("heads/subject.json", b"null"),
}


@pytest.mark.parametrize("raw", ROWS.values(), ids=ROWS.keys())
def test_what_is_no_bundle_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteRefused) as refused:
        Bundle.parse(raw)
    assert refused.value.code == "bundle.malformed"


def test_a_name_that_stands_in_the_file_twice_is_refused() -> None:
    with pytest.raises(NotPacked, match="twice"):
        unpack(pack([("a", b"1"), ("a", b"2")]))


@pytest.mark.parametrize("at", range(len(pack([("a", b"12"), ("b", b"")]))))
def test_whatever_byte_of_the_packing_is_changed_it_is_not_packed_or_another_member(at: int) -> None:
    honest = pack([("a", b"12"), ("b", b"")])
    spoilt = honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1 :]

    with suppress(NotPacked):
        assert unpack(spoilt) != unpack(honest)


def test_a_file_larger_than_was_asked_for_is_not_even_read() -> None:
    raw = pack([("a", b"1234")])

    assert unpack(raw, len(raw)) == [("a", b"1234")]
    with pytest.raises(NotPacked, match="more than"):
        unpack(raw, len(raw) - 1)
