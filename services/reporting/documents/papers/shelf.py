"""Where the templates of papers lie: the city's own where it has one, else the shipped one."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "templates"


def template(kind: str, own: Path | None) -> bytes:
    """The template of a kind: `<kind>.docx` in the city's directory, else the shipped one. OSError when unreadable."""
    if own is not None and (file := own / f"{kind}.docx").is_file():
        return file.read_bytes()
    return (SHIPPED / f"{kind}.docx").read_bytes()
