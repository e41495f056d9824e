"""What a file is that is no table, so that whoever sent it is told what it is and not that it has no heading."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

HEAD = 4096
ZIPPED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC = {
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"BZh": "BZIP2",
    b"\xfd7zXZ": "XZ",
    b"%PDF": "PDF",
    b"%!PS": "PostScript",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"RIFF": "WebP",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "SQLite",
    b"PAR1": "Parquet",
    b"PK\x05\x06": "ZIP",
    b"\x09\x08\x10\0": "Excel (.xls)",
    b"\x09\x08\x08\0": "Excel (.xls)",
    b"\x09\x04\x06\0": "Excel (.xls)",
    b"\x09\x02\x06\0": "Excel (.xls)",
    b"\x09\0\x04\0": "Excel (.xls)",
}
STRING = r'"(?:[^"\\]|\\.)*"\s*'
TEXTS = {
    kind: re.compile(form)
    for kind, form in {
        "Excel 2003 (XML)": r"(?s)<\?xml.{0,2000}?(?:Excel\.Sheet|microsoft-com:office:spreadsheet)",
        "HTML": r"(?is)(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table|div)\b",
        "XML": r"<(?:\?xml\b|!DOCTYPE\b|!--|[A-Za-z_][\w.:-]*(?:\s+[\w.:-]+\s*=|\s*/?>))",
        "JSON": rf"\{{\s*(?:{STRING}:|\}})|\[\s*(?:[{{\[\]]|{STRING}[,\]]|-?\d[\d.eE+-]*\s*(?:,|\]\s*\Z))",
        "MHT": r"(?i)(?:[a-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?(?:mime-version|content-type):\s",
        "SYLK": r"ID;P\w*",
    }.items()
}
"""How the texts of files begin that are no rows and cells."""
IN_ARCHIVES = {
    "word/": "Word (.docx)",
    "ppt/": "PowerPoint (.pptx)",
    "xl/workbook.bin": "Excel (.xlsb)",
    "content.xml": "OpenDocument (.ods)",
    "Index/": "Numbers",
    "META-INF/MANIFEST.MF": "JAR",
}
OLD_STREAMS = {
    "WordDocument": "Word (.doc)",
    "PowerPoint Document": "PowerPoint (.ppt)",
    "__properties_version1.0": "Outlook (.msg)",
}


def kind_of_bytes(begin: bytes) -> str | None:
    """What a file is by how its bytes begin; None when it may be text."""
    if (kind := next((kind for magic, kind in MAGIC.items() if begin.startswith(magic)), None)) is not None:
        return kind
    if b"%PDF-" in begin[:1024]:
        return "PDF"
    return "binary" if b"\0" in begin[:512] else None


def kind_of_text(text: str) -> str | None:
    """What a text is that is no rows and cells; None when it may be a table."""
    begin = text[:HEAD].lstrip("\ufeff \r\n\t")
    return next((kind for kind, form in TEXTS.items() if form.match(begin)), None)


def kind_of_archive(path: Path) -> str | None:
    """What a ZIP archive is that is no workbook; None when it may be one, or cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    for begin, kind in IN_ARCHIVES.items():
        if any(name.startswith(begin) for name in names):
            return kind
    return None if any(name == "[Content_Types].xml" for name in names) else "ZIP"


def kind_of_old(content: bytes) -> str | None:
    """What a file of Microsoft's old compound form is; None when it is an .xls, or a workbook with a password."""
    return next((kind for name, kind in OLD_STREAMS.items() if name.encode("utf-16-le") in content), None)
