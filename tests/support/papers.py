"""Small real files of the kinds that are taken as evidence."""

from __future__ import annotations

import io
import os
import struct
import zlib
from zipfile import ZipFile

import docx
import openpyxl

from shared.reference.media_types import DOCX, JPEG, PDF, PNG, XLSX

END = b"%%EOF\n"


def pdf(size: int = 200) -> bytes:
    """Chance between a header and an end: as much of a PDF as a hash needs."""
    return b"%PDF-1.7\n" + os.urandom(max(size - 9 - len(END), 0)) + END


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 1, 1, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + jfif + frame + b"\xff\xd9"


def word() -> bytes:
    made, document = io.BytesIO(), docx.Document()
    document.add_paragraph("Hình ảnh hoạt động của mô hình")
    document.save(made)
    return made.getvalue()


def workbook() -> bytes:
    made, book = io.BytesIO(), openpyxl.Workbook()
    book.save(made)
    return made.getvalue()


def with_part(package: bytes, name: str, data: bytes = b"x") -> bytes:
    """The archive with one more part."""
    made = io.BytesIO(package)
    with ZipFile(made, "a") as archive:
        archive.writestr(name, data)
    return made.getvalue()


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return made.getvalue()


PAPERS = {PDF: pdf, PNG: png, JPEG: jpeg, DOCX: word, XLSX: workbook}
