"""Names of files as HTTP carries them."""

from __future__ import annotations

from urllib.parse import quote

from shared.text.folding import slug


def disposition(name: str) -> str:
    """`Content-Disposition` of a file to be saved: a plain name for everybody, and its own (RFC 6266, RFC 8187)."""
    stem, dot, extension = name.rpartition(".")
    plain = f"{slug(stem) or 'tep'}{dot}{slug(extension)}" if dot else slug(name) or "tep"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
