"""What is read in a thread beside the event loop: no step of it keeps all other threads waiting for long."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.evidence.content import is_of
from shared.evidence.files import hash_of
from shared.reference.media_types import DOCX, JPEG, PDF, PNG, XLSX
from shared.tlog.canonical import OutsideProfile, parse_strict
from tests.support.holding import longest_call
from tests.support.papers import jpeg, png, workbook

BODY, FILE = 8 * 1024 * 1024, 20 * 1024 * 1024
PART = 8
"""To look at every call takes long: what has many values is tried at an eighth of its size."""


def filled(begins: bytes, filling: bytes, ends: bytes, size: int) -> bytes:
    return begins + filling * ((size - len(begins) - len(ends)) // len(filling)) + ends


FILLINGS: dict[str, bytes] = {
    "letters": b"x", "quotation marks": rb"\"", "escapes": rb"\u1ebf", "backslashes": rb"\\", "spaces": b" ",
    "marks and spaces": rb"\" ", "colons": rb"\" :x", "taken apart": "e\u0323\u0302".encode(),
    "jamo": "\u1112\u1161\u11ab".encode(), "emoji": "🌿".encode(), "marks": "\u0323".encode(),
}  # fmt: skip


@pytest.mark.parametrize("filling", FILLINGS)
def test_no_text_that_is_parsed_holds_them(filling: str) -> None:
    body = filled(b'["', FILLINGS[filling], b'"]', BODY)
    longest_call(partial(parse_strict, body, normalise=True)).must_be_short()


VALUES: dict[str, tuple[bytes, bytes]] = {
    "digits": (b"7", b""), "spaces": (b" ", b"1"), "numbers": (b"1234567890123456789,", b"1"),
    "strings": (b'"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",', b'""'),
    "quotation marks": (b'" ', b""), "members": (b'{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},', b"1"),
    "the same member": (b'{"a":1,"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxx"},', b"1"),
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("kind", VALUES)
def test_no_list_that_is_parsed_holds_them(kind: str) -> None:
    filling, ends = VALUES[kind]
    body = filled(b"[", filling, ends + b"]", BODY // PART)
    longest_call(partial(parse_strict, body, normalise=True)).must_be_short(1 / PART)


def inflating(part: str, size: int) -> bytes:
    made = io.BytesIO(workbook())
    with ZipFile(made, "a", ZIP_DEFLATED) as archive:
        archive.writestr(part, bytes(size))
    return made.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a PDF of letters": (PDF, lambda: filled(b"%PDF-1.7\n", b"x", b"%%EOF", FILE)),
    "a PDF of ends": (PDF, lambda: filled(b"%PDF-1.7\n", b"%%EOF", b"", FILE)),
    "angles behind a PDF": (PDF, lambda: filled(b"%PDF-1.7\n%%EOF", b"<", b"", FILE)),
    "angles and spaces behind a PDF": (PDF, lambda: filled(b"%PDF-1.7\n%%EOF", b"<" + b" " * 255, b"", FILE)),
    "a PNG of letters": (PNG, lambda: png()[:16] + filled(b"", b"x", png()[16:], FILE)),
    "a JPEG of fill bytes": (JPEG, lambda: filled(jpeg()[:2], b"\xff", jpeg()[2:], FILE)),
    "ends of an archive": (JPEG, lambda: filled(jpeg(), b"PK\x05\x06", b"", FILE)),
    "a list of types that unpacks to 200 MB": (XLSX, lambda: inflating("[Content_Types].xml", 200 << 20)),
    "a part that unpacks to 200 MB": (DOCX, lambda: inflating("word/media/x.png", 200 << 20)),
}


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", FILES)
def test_no_file_that_is_looked_at_holds_them(kind: str) -> None:
    media_type, make = FILES[kind]
    file = io.BytesIO(make())
    longest_call(lambda: (hash_of(file), is_of(media_type, file))).must_be_short()


JSON_TEXT = st.text('" :\\\t\n{}[],ax', max_size=40)


@given(JSON_TEXT, st.sampled_from(["", " ", "\t\n ", "\r\n"]))
def test_a_member_that_stands_twice_is_found_however_its_colon_is_spaced(other: str, space: str) -> None:
    written = other.replace("\\", "").replace('"', "").replace("\t", "").replace("\n", "")
    body = f'[{{"a"{space}:1,"b" :"{written}","a"{space}:2}}]'.encode()
    with pytest.raises(OutsideProfile) as found:
        parse_strict(body)
    assert found.value.code == "json.duplicate-key"
