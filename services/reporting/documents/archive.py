"""Office files are zip archives; the same parts make the same archive, whoever packs them and when."""

from __future__ import annotations

import io
import zipfile

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest a zip can say."""


def repacked(archive: bytes) -> bytes:
    """The same parts in the same order, without dates and without compression.

    Stored rather than deflated: what another version of zlib makes of the same parts may differ, and the bytes of a
    report must not.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(packed, "w") as made:
        for part in given.infolist():
            entry = zipfile.ZipInfo(part.filename, FIRST_DATE)
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            made.writestr(entry, given.read(part), zipfile.ZIP_STORED)
    return packed.getvalue()
