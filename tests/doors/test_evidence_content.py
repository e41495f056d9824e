"""A file is what its bytes are."""

from __future__ import annotations

import io

import pytest

from shared.evidence.content import DOCX, JPEG, KINDS, PDF, PNG, XLSX, is_of
from tests.support.papers import PAPERS, archive, jpeg, pdf, png, with_part, word, workbook


@pytest.mark.parametrize("declared", KINDS)
@pytest.mark.parametrize("real", PAPERS)
def test_a_file_is_of_one_type_only(real: str, declared: str) -> None:
    assert is_of(declared, io.BytesIO(PAPERS[real]())) is (real == declared)


BOTH = f'"{DOCX}.main+xml" "{XLSX}.main+xml"'.encode()
NOT = {
    "nothing": (PDF, b""),
    "half a PDF": (PDF, pdf(4000)[:3000]),
    "a page that calls itself a PDF": (PDF, b"<script>%PDF-1.7 %%EOF</script>"),
    "half a PNG": (PNG, png()[:-8]),
    "only the beginning of a JPEG": (JPEG, jpeg()[:20]),
    "a JPEG that goes on for ever": (JPEG, b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5000),
    "half an archive": (DOCX, word()[:-40]),
    "an archive without parts": (DOCX, archive(a=b"x")),
    "a document with a programme in it": (DOCX, with_part(word(), "word/vbaProject.bin")),
    "a workbook with a programme in it": (XLSX, with_part(workbook(), "xl/VBAPROJECT.BIN")),
    "two kinds at once": (DOCX, archive(**{"[Content_Types].xml": BOTH})),
    "a list of parts that is too long": (
        DOCX,
        archive(**{f"{n:0200d}": b"" for n in range(6000)}, **{"[Content_Types].xml": BOTH[:90]}),
    ),
}


@pytest.mark.parametrize(("declared", "data"), NOT.values(), ids=NOT.keys())
def test_what_only_looks_like_it_is_not_taken(declared: str, data: bytes) -> None:
    assert not is_of(declared, io.BytesIO(data))


def test_a_type_that_is_not_taken_is_nothing() -> None:
    assert not is_of("text/html", io.BytesIO(pdf()))
