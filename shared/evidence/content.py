"""What a file is by its bytes, whatever somebody says it is. Reads, never runs or unpacks, what strangers sent.

Five kinds are taken (catalogue, "Evidence"), each as leniently as viewers take it: a PDF may begin with a blank line or
a printer's commands and end in padding, a photograph in what a telephone puts behind it. What could be read as another
kind by who opens it is refused: an archive behind a PDF or picture, markup around a PDF. No two kinds can be the same
bytes, because each has its own beginning or its own main part; so a hash has one media type for ever.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import IO, Final

from shared.reference.media_types import DOCX, JPEG, PDF, PNG, XLSX

PART: Final = 1024 * 1024
BEFORE_PDF: Final = 1024
"""So far into a file viewers look for its header (Adobe's note on ISO 32000-1 §7.5.2)."""
PDF_HEADER, PDF_END, PNG_END = b"%PDF-", b"%%EOF", b"IEND\xaeB`\x82"
OTHERWISE: Final = (
    b"MZ", b"PK", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"#!", b"%!",
    b"{\\rtf", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"MSCF", b"\x1f\x8b", b"\xca\xfe\xba\xbe",
)  # fmt: skip
"""How files begin that programmes take for something else, whatever follows."""
ARCHIVES: Final = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|MSCF\0\0\0\0")
"""What unpacking programmes look for anywhere in a file, as in a programme that unpacks itself."""
MARKUP: Final = re.compile(
    rb"<\s{0,256}(?:!doctype|html|head|body|script|svg|math|iframe|object|embed|img|meta|link|style|form|hta:|\?php|\?xml|%)",
    re.IGNORECASE,
)
LONGEST_SIGN: Final = 512
LOOKED_THROUGH: Final = 128 * 1024
MOST_SEGMENTS = 2000
MOST_FILL: Final = 1024
MOST_DIRECTORY = 1024 * 1024
"""The longest list of parts of an archive that is read: some 10,000 parts."""
MOST_TYPES = 256 * 1024
CONTENT_TYPES = "[Content_Types].xml"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin an image of this or that coding (ITU-T T.81, table B.1)."""
ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


def is_of(media_type: str, file: IO[bytes]) -> bool:
    """True when the bytes of this seekable file are of this media type; False for a type that is not taken."""
    test = KINDS.get(media_type)
    return test is not None and test(file)


def _starts(file: IO[bytes], length: int) -> bytes:
    file.seek(0)
    return file.read(length)


def _ends(file: IO[bytes], length: int) -> bytes:
    file.seek(max(file.seek(0, 2) - length, 0))
    return file.read(length)


def _last(file: IO[bytes], sign: bytes) -> int | None:
    """Where the last of these signs ends; None without one."""
    at = file.seek(0, 2)
    beyond = b""
    while at > 0:
        length = min(PART, at)
        at -= length
        file.seek(at)
        part = file.read(length) + beyond
        if (found := part.rfind(sign)) >= 0:
            return at + found + len(sign)
        beyond = part[: len(sign) - 1]
    return None


def _stands_behind(file: IO[bytes], at: int, signs: Sequence[re.Pattern[bytes]]) -> bool:
    """Whether one of these signs stands behind a place; part by part, for an expression holds all threads."""
    file.seek(at)
    ending = b""
    while part := file.read(LOOKED_THROUGH):
        piece = ending + part
        if any(sign.search(piece) for sign in signs):
            return True
        ending = piece[-LONGEST_SIGN:]
    return False


def _pdf(file: IO[bytes]) -> bool:
    """Header and end-of-file marker (ISO 32000-1 §7.5.2, §7.5.5): half a document is none.

    What stands before the one and behind the other must not be the beginning of something else.
    """
    begins = _starts(file, BEFORE_PDF + len(PDF_HEADER))
    header = begins.find(PDF_HEADER)
    if header < 0 or (ends := _last(file, PDF_END)) is None or ends < header:
        return False
    before = begins[:header].lstrip(b"\xef\xbb\xbf\0 \t\r\n\f")
    if before.startswith(OTHERWISE) or begins[4:8] == b"ftyp" or MARKUP.search(before):
        return False
    return not _stands_behind(file, ends, (MARKUP, ARCHIVES)) and not _archive_behind(file)


def _png(file: IO[bytes]) -> bool:
    """Signature, then the header chunk (PNG §5.2, §11.2.1), and an end chunk; no archive behind it."""
    begins = _starts(file, 16)
    if begins != b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR":
        return False
    return _last(file, PNG_END) is not None and not _archive_behind(file)


def _jpeg(file: IO[bytes]) -> bool:
    """Segments from the start of the image to the frame that says how large it is (ITU-T T.81, annex B).

    A marker may have fill bytes before it (B.1.1.2).
    """
    if _starts(file, 2) != b"\xff\xd8":
        return False
    for _ in range(MOST_SEGMENTS):
        marker = _marker(file)
        if marker in ALONE:
            continue
        if marker is None or marker < 0xC0 or marker == 0xD9:
            return False
        length = int.from_bytes(file.read(2), "big")
        if marker in FRAMES:
            return length >= 8 and len(file.read(length - 2)) == length - 2 and not _archive_behind(file)
        if length < 2:
            return False
        file.seek(length - 2, 1)
    return False


def _marker(file: IO[bytes]) -> int | None:
    """The marker that begins here, after its fill bytes; None where none does."""
    if file.read(1) != b"\xff":
        return None
    for _ in range(MOST_FILL):
        if (byte := file.read(1)) != b"\xff":
            return byte[0] if byte else None
    return None


def _archive_behind(file: IO[bytes]) -> bool:
    """True when the end of a file makes it an archive too, for who reads from the end (a JAR is one)."""
    ending = _ends(file, 22 + 65_535)
    at = len(ending)
    while (at := ending.rfind(b"PK\x05\x06", 0, at)) >= 0:
        if len(ending) >= at + 22 and at + 22 + int.from_bytes(ending[at + 20 : at + 22], "little") <= len(
            ending
        ):
            return True
    return False


def _office(media_type: str) -> Callable[[IO[bytes]], bool]:
    """An Open XML package (ECMA-376-2) whose list of parts names this main part alone, and no programme."""

    def test(file: IO[bytes]) -> bool:
        if _starts(file, 4) != b"PK\x03\x04" or not _short_directory(file):
            return False
        try:
            with zipfile.ZipFile(file) as archive:
                if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
                    return False
                with archive.open(CONTENT_TYPES) as part:
                    types = part.read(MOST_TYPES)
                    return [main for main in (DOCX, XLSX) if f"{main}.main+xml".encode() in types] == [
                        media_type
                    ]
        except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, ValueError, EOFError, struct.error):
            return False  # no archive, a part that is not there, is locked, or does not unpack

    return test


def _short_directory(file: IO[bytes]) -> bool:
    """True when the archive's list of parts is no longer than we read (APPNOTE §4.3.14, §4.3.16), so that a made-up one
    cannot fill the memory."""
    ending = _ends(file, 22 + 65_535)
    at = ending.rfind(b"PK\x05\x06")
    if at < 0 or len(ending) < at + 22:
        return False
    size = int.from_bytes(ending[at + 12 : at + 16], "little")
    if ending[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        file.seek(int.from_bytes(ending[at - 12 : at - 4], "little") & 0x7FFF_FFFF_FFFF_FFFF)
        record = file.read(56)
        if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
            return False
        size = int.from_bytes(record[40:48], "little")
    return size <= MOST_DIRECTORY


KINDS: dict[str, Callable[[IO[bytes]], bool]] = {
    PDF: _pdf,
    JPEG: _jpeg,
    PNG: _png,
    DOCX: _office(DOCX),
    XLSX: _office(XLSX),
}
