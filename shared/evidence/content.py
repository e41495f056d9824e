"""What a file is by its bytes, whatever somebody says it is. Reads, never runs or unpacks, what strangers sent.

Five kinds are taken (catalogue, "Evidence"). No two of them can be the same bytes, because each has its own
beginning or its own main part; so a hash has one media type for ever.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TAIL = 2048
MOST_SEGMENTS = 2000
MOST_DIRECTORY = 1024 * 1024
"""The longest list of parts of an archive that is read: some 10,000 parts."""
MOST_TYPES = 256 * 1024
CONTENT_TYPES = "[Content_Types].xml"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin an image of this or that coding (ITU-T T.81, table B.1)."""


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


def _pdf(file: IO[bytes]) -> bool:
    """Header and end-of-file marker (ISO 32000-1 §7.5.2, §7.5.5): half a document is none."""
    return _starts(file, 5) == b"%PDF-" and b"%%EOF" in _ends(file, TAIL)


def _png(file: IO[bytes]) -> bool:
    """Signature, then the header chunk (PNG §5.2, §11.2.1), and the end chunk at the end."""
    begins = _starts(file, 16)
    return begins == b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" and b"IEND\xaeB`\x82" in _ends(file, TAIL)


def _jpeg(file: IO[bytes]) -> bool:
    """Segments from the start of the image to the frame that says how large it is (ITU-T T.81, annex B)."""
    if _starts(file, 2) != b"\xff\xd8":
        return False
    for _ in range(MOST_SEGMENTS):
        segment = file.read(4)
        if len(segment) < 4 or segment[0] != 0xFF:
            return False
        marker, length = segment[1], int.from_bytes(segment[2:], "big")
        if marker in FRAMES:
            return length >= 8
        if length < 2 or marker < 0xC0:
            return False
        file.seek(length - 2, 1)
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
    """True when the archive's list of parts is no longer than we read (APPNOTE §4.3.16; a small file needs no
    64-bit form), so that a made-up one cannot fill the memory."""
    ending = _ends(file, 22 + 65_535)
    at = ending.rfind(b"PK\x05\x06")
    if at < 0 or len(ending) < at + 22 or ending[at - 20 : at - 16] == b"PK\x06\x07":
        return False
    return int.from_bytes(ending[at + 12 : at + 16], "little") <= MOST_DIRECTORY


KINDS: dict[str, Callable[[IO[bytes]], bool]] = {
    PDF: _pdf,
    JPEG: _jpeg,
    PNG: _png,
    DOCX: _office(DOCX),
    XLSX: _office(XLSX),
}
