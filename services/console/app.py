"""The console's table: every page it has. Whether a reader may see one is for the service behind it to say."""

from __future__ import annotations

from services.console.pages import (
    acting,
    commendations,
    deciding,
    desk,
    developers,
    dossiers,
    figures,
    files,
    finding,
    lists,
    notices,
    operations,
    oversight,
    overview,
    proofs,
    published,
    rules,
    things,
)
from services.console.serving import View

PAGES: tuple[tuple[str, View], ...] = (
    *desk.PAGES,
    *overview.PAGES,
    *figures.PAGES,
    *oversight.PAGES,
    *lists.PAGES,
    *finding.PAGES,
    *commendations.PAGES,
    *dossiers.PAGES,
    *things.PAGES,
    *rules.PAGES,
    *proofs.PAGES,
    *published.PAGES,
    *files.PAGES,
    *notices.PAGES,
    *developers.PAGES,
    *operations.PAGES,
)

FORMS: tuple[tuple[str, View], ...] = (
    *acting.PAGES,
    *deciding.PAGES,
    *desk.FORMS,
    *files.FORMS,
    *operations.FORMS,
    *published.FORMS,
)
"""Pages to which something is sent."""
