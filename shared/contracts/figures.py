"""The figures of a summary: their keys in the order of a report, what each is called, and what it is made of.

A key that ends in a code (a criterion, a form of commendation) is listed for every code known at the ledger size;
all others are always listed. `label` names any of them, in the words of `words/figures/vi.toml` and `en.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from shared.contracts.words.tables import tables

RESOURCES = ("state_budget", "programme_integrated", "socialised", "labour_days", "land_m2")
DOSSIER_KINDS = ("recognition.city", "recognition.grassroots", "replication.city", "replication.grassroots")
CRITERIA = (*(f"c_city_{i}" for i in range(1, 8)), *(f"c_rep_{i}" for i in range(1, 6)))
INSPECTIONS = ("inspection", "self_inspection", "supervision", "evaluation")
OUTCOMES = ("submitted", "returned", "eligible", "not_eligible")
OCCASIONS = ("annual", "interim_review", "final_review")
RECIPIENTS = ("collective", "individual", "household")
ACTIVITIES = (
    "contests", "seminars", "media_items", "digital_items", "publications", "handbooks", "exchange_visits",
    "training_courses", "trainees", "conferences", "models_introduced", "models_praised",
)  # fmt: skip
DOCUMENTS = ("resolution", "plan", "programme", "criteria", "assignment", "estimate")

_WORDS = tables(Path(__file__).parent / "words" / "figures")

LABELS = _WORDS["labels"]
"""Every figure that does not end in a code, in the order of a report."""

SHOWN = (
    "models.registered_new",
    "models.registered_maintained",
    "models.received",
    "models.suspended",
    "models.ended",
    "models.in_operation",
    "quota.met",
    "quota.missed",
    "dossiers.submitted",
    "dossiers.returned",
    "dossiers.eligible",
    "dossiers.not_eligible",
    "dossiers.median_days",
    "recognised.city",
    "recognised.city.models",
    "recognised.grassroots",
    "recognised.grassroots.models",
    "recognised.city.earlier",
    "recognised.grassroots.earlier",
    "recognised.decisions",
    "recognised.declined",
    "recognised.revoked",
    "replication.proposed.own_unit",
    "replication.proposed.emulation_bloc",
    "replication.proposed.area",
    "replication.proposed.city",
    "replication.listed",
    "replication.listed.earlier",
    "replication.adopted",
    "replication.succeeded",
    "replication.failed",
    "replication.units",
    "inspections.inspection",
    "inspections.self_inspection",
    "inspections.supervision",
    "inspections.evaluation",
    "quality.late",
    "quality.amended",
    "quality.reclassified",
    "quality.corrected",
    "quality.similar_pairs",
)
"""The figures of the first tables, in the order of a report. Every other figure is in the summary itself."""

CRITERION = "criteria.not_met."
FORMS = _WORDS["forms"]
"""By the beginning of the key: figures that end in the code of a form of commendation."""

FROM_REPORTS = ("activities.", "documents.", "reports.", "resources.reported.")
RECORDED = ("activities.recorded.", "documents.recorded.")


def from_reports(key: str) -> bool:
    """True for figures made from the periodic reports of units."""
    return key.startswith(FROM_REPORTS) and not key.startswith(RECORDED)


def by_field(key: str) -> bool:
    """True for figures that are told by field too: what units report, and what they keep beside models, has none."""
    return not key.startswith(FROM_REPORTS)


DISTINCT = ("replication.units", "recognised.decisions", "commendations.decisions")
"""Figures that count how many different units or documents there are; the last two since rules 2."""

MADE = frozenset({
    *(f"dossiers.{outcome}" for outcome in OUTCOMES),
    *(key for key in LABELS if key.startswith("dossiers.median_days")),
    *DISTINCT,
})  # fmt: skip
PLAIN = tuple(key for key in LABELS if key not in MADE)
"""The figures that are one sum and nothing more; the others are made from sums."""


def of_codes(criteria: Iterable[str], forms: Iterable[str]) -> list[str]:
    """The figures of these criteria and forms."""
    codes, listed = sorted({*CRITERIA, *criteria}), sorted(set(forms))
    return [f"{CRITERION}{code}" for code in codes] + [f"{begin}{form}" for begin in FORMS for form in listed]


def label(key: str, lang: str, names: Mapping[str, str] | None = None) -> str:
    """What a figure is called, in `vi` or `en`; `names` are those of forms of commendation by their codes."""
    english = lang == "en"
    if (pair := LABELS.get(key)) is not None:
        return pair[english]
    if key.startswith(CRITERION):
        named = criterion(key.removeprefix(CRITERION), lang)
        return f"Not met: {_small(named)}" if english else f"Không đạt {_small(named)}"
    for begin, said in FORMS.items():
        if key.startswith(begin):
            code = key.removeprefix(begin)
            return f"{said[english]}: {(names or {}).get(code, code)}"
    return key


def criterion(code: str, lang: str) -> str:
    """`c_city_3` in words; a committee's own code stays as it is."""
    english = lang == "en"
    for prefix, vi, en in (
        ("c_city_", "(công nhận cấp thành phố)", "(recognition at city level)"),
        ("c_rep_", "(nhân rộng)", "(replication)"),
    ):
        if code.startswith(prefix):
            number = code.removeprefix(prefix)
            return f"Criterion {number} {en}" if english else f"Tiêu chí {number} {vi}"
    return f"Criterion {code}" if english else f"Tiêu chí {code}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
