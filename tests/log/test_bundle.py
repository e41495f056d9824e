"""The file of a history bundle: one spelling, readable by any tool, and nothing in it that does not belong."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from shared.tlog.bundle import Bundle, HeadProof, Heads
from shared.tlog.note import NoteRefused

HEADS = Heads(b"{}", b"proof", (HeadProof("unit/a", 2, bytes(32), 7, (bytes([1]) * 32, bytes([2]) * 32)),))
BUNDLE = Bundle(
    "unit", "a", 12, (b'{"a":1}', b'{"b":2}'), {("registry", 4): b"x", ("awards", 1): b"y"}, HEADS
)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, body in members.items():
            packed.writestr(name, body)
    return file.getvalue()


def test_what_is_written_is_what_is_read() -> None:
    assert Bundle.parse(BUNDLE.raw("Đọc tôi")) == BUNDLE
    assert Bundle.parse(replace(BUNDLE, heads=None, proofs={}).raw("")) == replace(
        BUNDLE, heads=None, proofs={}
    )


def test_the_same_bundle_gives_the_same_bytes_and_needs_no_inflating() -> None:
    raw = BUNDLE.raw("Đọc tôi")

    assert raw == BUNDLE.raw("Đọc tôi")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.read("README.txt").decode() == "Đọc tôi"


ABOUT = b'{"kind":"unit","id":"a","ledger_size":1}'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK not really",
        zipped(**{"events.ndjson": b""}),
        zipped(**{"bundle.json": ABOUT}),
        zipped(**{"bundle.json": b"{", "events.ndjson": b""}),
        zipped(**{"bundle.json": b"[]", "events.ndjson": b""}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"{}"}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"", "../outside": b""}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"", "proofs/registry/0.tlog-proof": b""}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"", "proofs/registry/01.tlog-proof": b""}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"", "heads/event.json": b""}),
        zipped(**{"bundle.json": ABOUT, "events.ndjson": b"", "heads/event.json": b"",
                  "heads/event.tlog-proof": b"", "heads/proofs.json": b'[{"stream":1}]'}),
    ],
    ids=["nothing", "no zip", "no subject", "no events", "subject not JSON", "subject a list", "last line not ended",
         "a path outside", "position 0", "position 01", "heads in part", "head without a leaf"],
)  # fmt: skip
def test_what_is_no_bundle_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteRefused) as refused:
        Bundle.parse(raw)
    assert refused.value.code == "bundle.malformed"
