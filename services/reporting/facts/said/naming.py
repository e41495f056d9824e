"""What any event may name, whichever it is and whoever told it: read before one looks at what it says of its own."""

from __future__ import annotations

from collections.abc import Sequence

from services.reporting.facts.said.reading import Said


class Changed(Said):
    """The event that another calls back, by its id, where it stands in a log."""

    id: str | None = None
    position: int | None = None


class Names(Said):
    """The things that an event is about or of, where these stand, who decided, its day, what it puts right."""

    on: str | None = None
    unit: str | None = None
    model: str | None = None
    model_name: str | None = None
    model_unit: str | None = None
    field: str | None = None
    level: str | None = None
    models: Sequence[str] | None = None
    appraisal: str | None = None
    replication: str | None = None
    adoption: str | None = None
    recognition: str | None = None
    listing: str | None = None
    commendation: str | None = None
    merged_into: str | None = None
    authority_unit: str | None = None
    corrects: str | None = None
    changes: object = None
    """Of a correction the members that should have read otherwise; of what is called back its place in a log."""
    known: object = None
