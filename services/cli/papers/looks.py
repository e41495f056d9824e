"""How the paragraphs of a paper look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from docx.shared import Pt

from services.cli.papers.blank import BODY

Side = Literal["left", "center", "right", "both"]


@dataclass(frozen=True)
class Look:
    """How a paragraph looks; `stay` keeps it on the page of what follows."""

    bold: bool = False
    italic: bool = False
    side: Side = "both"
    size: Any = BODY
    stay: bool = False


PLAIN, ITALIC, STAY = Look(), Look(italic=True), Look(stay=True)
HEADING, ASKED = Look(bold=True, stay=True), Look(italic=True, stay=True)
TITLE, CENTRED_HEADING = (
    Look(bold=True, side="center", size=Pt(15), stay=True),
    Look(True, False, "center", stay=True),
)
CENTRED, CENTRED_ITALIC = Look(side="center", stay=True), Look(italic=True, side="center", stay=True)
FINE_PRINT = Look(italic=True, side="left", size=Pt(9))
