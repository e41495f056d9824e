"""A file is what its bytes are."""

from __future__ import annotations

import io

import pytest

from shared.evidence.content import KINDS, is_of
from shared.evidence.naming import saved_as, with_extension
from shared.reference.media_types import DOCX, EXTENSIONS, JPEG, PDF, PNG, XLSX
from tests.support.papers import PAPERS, archive, jpeg, pdf, png, with_part, word, workbook


@pytest.mark.parametrize("declared", KINDS)
@pytest.mark.parametrize("real", PAPERS)
def test_a_file_is_of_one_type_only(real: str, declared: str) -> None:
    assert is_of(declared, io.BytesIO(PAPERS[real]())) is (real == declared)


def test_every_kind_that_is_taken_has_an_extension() -> None:
    assert EXTENSIONS.keys() == KINDS.keys()


BOTH = f'"{DOCX}.main+xml" "{XLSX}.main+xml"'.encode()
NOT = {
    "nothing": (PDF, b""),
    "half a PDF": (PDF, pdf(4000)[:3000]),
    "a page that calls itself a PDF": (PDF, b"<script>%PDF-1.7 %%EOF</script>"),
    "a header out of reach": (PDF, b" " * 1025 + pdf()),
    "a page that hides a PDF": (PDF, b"\r\n<html><script>x</script>" + pdf()),
    "a programme that hides a PDF": (PDF, b"MZ" + pdf()),
    "a picture that hides a PDF": (PDF, jpeg() + pdf()),
    "a RAR archive behind a PDF": (PDF, pdf() + b"Rar!\x1a\x07\x01\x00"),
    "a 7z archive behind a PDF": (PDF, pdf() + b"7z\xbc\xaf\x27\x1c"),
    "a film that hides a PDF": (PDF, b"\0\0\0 ftypisom" + pdf()),
    "a script behind a PDF": (PDF, pdf() + b"<SCRIPT>x</SCRIPT>"),
    "an archive behind a PDF": (PDF, pdf() + word()),
    "an archive whose comment ends a PDF": (PDF, pdf() + archive(a=b"x")[:-2] + b"\x06\x00%%EOF\n"),
    "an archive behind a picture": (PNG, png() + archive(a=b"x")),
    "an archive behind a photograph": (JPEG, jpeg() + archive(a=b"x")),
    "a page in a JPEG before its first segment": (JPEG, b"\xff\xd8<html>" + jpeg()[2:]),
    "half a PNG": (PNG, png()[:-8]),
    "only the beginning of a JPEG": (JPEG, jpeg()[:20]),
    "a JPEG that goes on for ever": (JPEG, b"\xff\xd8" + b"\xff\xe0\x00\x02" * 5000),
    "half an archive": (DOCX, word()[:-40]),
    "an archive without parts": (DOCX, archive(a=b"x")),
    "a document with a programme in it": (DOCX, with_part(word(), "word/vbaProject.bin")),
    "a workbook with a programme in it": (XLSX, with_part(workbook(), "xl/VBAPROJECT.BIN")),
    "two kinds at once": (DOCX, archive(**{"[Content_Types].xml": BOTH})),
}


WHOLE = pdf()
TAKEN = {
    "a line before the header": (PDF, b"\r\n" + WHOLE),
    "a byte order mark before the header": (PDF, b"\xef\xbb\xbf" + WHOLE),
    "a printer's commands before the header": (PDF, b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + WHOLE),
    "a header just within reach": (PDF, b" " * 1024 + WHOLE),
    "padding after the end": (PDF, WHOLE + b"\0" * 70_000),
    "a line after the end": (PDF, WHOLE + b"Scanned by A < B 2026\r\n"),
    "two ends, as a signed document has": (PDF, WHOLE + b"1 0 obj\n" + b"%%EOF\n"),
    "fill bytes in a JPEG": (JPEG, jpeg().replace(b"\xff\xc0", b"\xff\xff\xff\xc0")),
    "what a telephone puts behind a photograph": (JPEG, jpeg() + b"SEFT" + b"\0" * 5000),
    "what a programme puts behind a picture": (PNG, png() + b"\0" * 5000),
    "a comment of an archive": (DOCX, word()[:-2] + b"\x05\x00hello"),
}


@pytest.mark.parametrize(("declared", "data"), TAKEN.values(), ids=TAKEN.keys())
def test_what_viewers_take_is_taken(declared: str, data: bytes) -> None:
    assert is_of(declared, io.BytesIO(data))


@pytest.mark.parametrize(("name", "kind", "shown"), [
    ("Biên bản.pdf", PDF, "Biên bản.pdf"),
    ("Biên bản.PDF", PDF, "Biên bản.PDF"),
    ("Biên bản.hta", PDF, "Biên bản.pdf"),
    ("Biên bản.pdf.hta", PDF, "Biên bản.pdf"),
    ("Biên bản.hta .", PDF, "Biên bản.pdf"),
    ("Biên bản", PDF, "Biên bản.pdf"),
    ("Kế hoạch 05.NQ", PDF, "Kế hoạch 05.NQ.pdf"),
    ("Báo cáo 6.2026", DOCX, "Báo cáo 6.2026.docx"),
    (".pdf", PDF, ".pdf.pdf"),
    ("a.lnk.url.hta", PDF, "a.pdf"),
    ("a.msix", PDF, "a.pdf"),
    ("a.pdf ", PDF, "a.pdf"),
    (".hta", PDF, ".hta.pdf"),
    ("ảnh.JPEG", JPEG, "ảnh.JPEG"),
    ("ảnh.png", JPEG, "ảnh.jpg"),
    ("x" * 500, XLSX, "x" * 495 + ".xlsx"),
])  # fmt: skip
def test_a_name_ends_in_the_extension_of_what_the_file_is(name: str, kind: str, shown: str) -> None:
    assert with_extension(name, kind) == shown


@pytest.mark.parametrize(("declared", "data"), NOT.values(), ids=NOT.keys())
def test_what_only_looks_like_it_is_not_taken(declared: str, data: bytes) -> None:
    assert not is_of(declared, io.BytesIO(data))


def test_a_list_of_parts_that_is_too_long_is_not_read() -> None:
    long = archive(**{f"{n:0200d}": b"" for n in range(6000)}, **{"[Content_Types].xml": BOTH[:90]})

    assert not is_of(DOCX, io.BytesIO(long))


def test_a_type_that_is_not_taken_is_nothing() -> None:
    assert not is_of("text/html", io.BytesIO(pdf()))


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("CON.pdf", "_CON.pdf"),
        ("nul.hta", "_nul.pdf"),
        ("com1", "_com1.pdf"),
        ("Công văn.pdf", "Công văn.pdf"),
    ],
)
def test_a_file_is_never_saved_as_a_device(name: str, saved: str) -> None:
    assert saved_as(name, PDF) == saved
