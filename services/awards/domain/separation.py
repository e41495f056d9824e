"""Who judged does not decide, and neither does who declared a conflict (requirements A.10, 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from shared.decider import Case
from shared.errors import Refused

from .records import AppraisalRecord


def must_be_free(
    case: Case,
    noun: Literal["recognition", "listing"],
    appraisers: Sequence[str],
    conflicts: Sequence[str],
    since: AppraisalRecord | None,
) -> None:
    """Raise `<noun>.appraiser-decides` or `<noun>.conflict`. `since` holds what was declared after the conclusion."""
    later = since or AppraisalRecord("")
    if case.by.sub in (*appraisers, *later.appraisers):
        raise Refused(f"{noun}.appraiser-decides")
    if case.by.sub in (*conflicts, *later.conflicts):
        raise Refused(f"{noun}.conflict")
