"""The name under which a file is handed back: with the extension of what it is, so that nothing else opens it."""

from __future__ import annotations

import re
from typing import Final

from shared.reference.media_types import EXTENSIONS

KNOWN: Final = frozenset({
    *(extension for own in EXTENSIONS.values() for extension in own),
    "app", "appx", "msix", "bat", "bin", "chm", "cmd", "com", "cpl", "csv", "dll", "doc", "docm", "dot", "dotm", "exe",
    "gif", "gz", "heic", "hta", "htm", "html", "iso", "jar", "js", "jse", "lnk", "mht", "mhtml", "msc",
    "msi", "msp", "odt", "ods", "pif", "php", "pl", "pot", "pps", "ppt", "pptm", "pptx", "ps1", "psm1", "py",
    "rar", "reg", "rtf", "scf", "scr", "sh", "shtml", "svg", "swf", "sys", "tar", "tif", "tiff", "tmp",
    "txt", "url", "vb", "vbe", "vbs", "webp", "wsf", "wsh", "xht", "xhtml", "xls", "xlsb", "xlsm", "xlt",
    "xml", "zip", "7z",
})  # fmt: skip
"""Extensions of things: taken off before the right one is put on."""
ON_NO_DISK: Final = re.compile(r'[<>:"/\\|?*]')
"""What a disk of Windows does not take in a name; behind a colon it would even be another file."""
DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever extension follows."""
MOST: Final = 500


def with_extension(name: str, media_type: str) -> str:
    """`Biên bản.hta` of a PDF as `Biên bản.pdf`, `Kế hoạch 05.NQ` as `Kế hoạch 05.NQ.pdf`; a right name stays."""
    right = EXTENSIONS.get(media_type)
    if right is None:
        return name
    stem = name.rstrip(". ")
    if stem.rpartition(".")[2].lower() in right and stem.rpartition(".")[0].strip(". "):
        return stem
    while (parts := stem.rpartition("."))[0].strip(". ") and parts[2].strip().lower() in KNOWN:
        stem = parts[0].rstrip(". ")
    return f"{stem[: MOST - len(right[0]) - 1]}.{right[0]}"


def saved_as(name: str, media_type: str) -> str:
    """The name for a disk: with the right extension, also where an older record has another; never a device's."""
    right = ON_NO_DISK.sub("-", with_extension(name, media_type))
    return f"_{right}" if DEVICES.match(right) else right
