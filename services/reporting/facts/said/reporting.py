"""What reporting keeps of its own publications, and of corrections, which any service tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.reporting.facts.said.reading import Said


class SummaryPublished(Said):
    publication: str
    period: str
    cut_off: str
    scope: str
    policy_version: int
    ledger_size: int
    root: str
    sha256: str
    rules: int
    authority_unit: str | None = None


class RecordCorrected(Said):
    corrects: str
    changes: Mapping[str, Any]
    corrected_type: str
