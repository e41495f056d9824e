"""The lists: one entry of one table says everything of each. A new list is a new entry.

From it come the query with its filters and order (`queries/lists.py`), the members of cards that are kept in memory
(`store/index.py`), the file with its title and columns (`documents/listing.py`), and the row of the table of access.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from services.reporting.figures.cards import APPRAISAL_STATES, LISTING_STATES, MAKERS, RECOGNITION_STATES
from services.reporting.figures.spread_cards import REPLICATION_STATES
from shared.contracts.registry_kept import ActivityKind, DocumentKind

RENAMED = {"kind": "unit_kind", "tag": "tags"}
"""Filters whose member is called otherwise on the card."""


@dataclass(frozen=True)
class List:
    """One list: of which kind of thing, what it is called in both languages, what a file of it shows, in order."""

    path: str
    kind: str
    title: tuple[str, str]
    columns: tuple[str, ...]
    about: str = ""
    """What the API document says of it; nothing where a query of its own answers, and says it there."""
    units: tuple[str, ...] = ("unit",)
    """The members that say whose a card is: for the filter `unit` and for who may see it."""
    filters: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    """The states that its things can be in, where a filter asks for one."""
    dated: bool = False
    """Whether its items look different from day to day."""
    span: tuple[str, str] | None = None
    """Where it shows what holds on a date: the members that say since when, and until when. Everybody reads it."""
    renamed: Mapping[str, str] = field(default_factory=lambda: RENAMED)
    """Filters whose member is called otherwise on the card."""
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """The words that its own filters can mean."""
    beside: tuple[str, ...] = ()
    """Members of its cards that other questions choose by."""

    @property
    def access(self) -> str:
        """Its row in the table of access."""
        return self.kind if self.span is None else self.path[1:]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The members of a card that it chooses or orders by, and those that others do."""
        return (*self._filters, *self.order, *(self.span or ()), *self.beside)

    @property
    def alike(self) -> tuple[str, ...]:
        """The members of a card that it or others choose by, not only order by."""
        return (*self._filters, *self.beside)

    @property
    def _filters(self) -> tuple[str, ...]:
        return (*self.units, *(self.renamed.get(name, name) for name in self.filters))


LISTS = (
    List("/models", "model", ("Mô hình", "Models"),
         ("name", "reference", "unit", "field", "year", "basis", "state", "late", "registered_on", "received_on",
          "recognised"),
         "Models, by name.", filters=("field", "year", "basis", "state", "origin", "recognised"), order=("sort",),
         states=("registered", "returned", "received", "suspended", "ended"),
         beside=("adopted_from", "waits", "search", "years", "in_time", "working_since")),
    List("/units", "unit", ("Đơn vị", "Units"),
         ("unit_code", "name", "unit_kind", "area", "parent", "tags", "state"),
         "Units, by name.", filters=("kind", "area", "origin", "state", "parent", "tag"), order=("sort",),
         states=("open", "closed"), beside=("search",)),
    List("/appraisals", "appraisal", ("Hồ sơ thẩm định", "Dossiers"),
         ("model_name", "model_unit", "purpose", "level", "sender", "submitted_on", "age_days", "state", "outcome"),
         "Dossiers, the oldest first: sender, state, missing parts, computed facts; `age_days` on "
         "`on` (today unless told) or to the conclusion, less the days that the sender had it.",
         units=("model_unit", "unit"), filters=("purpose", "level", "state", "outcome", "model", "field"),
         order=("submitted_on",), states=tuple(dict.fromkeys(APPRAISAL_STATES.values())), dated=True,
         beside=("waits",)),
    List("/recognitions", "recognition", ("Việc công nhận", "Recognitions"),
         ("model_name", "model_unit", "field", "level", "state", "recognised_on", "decision"),
         "Recognitions: open, decided, revoked.", units=("model_unit", "unit"),
         filters=("level", "state", "model", "field"), order=("recognised_on", "model_name"),
         states=tuple(RECOGNITION_STATES.values()), beside=("waits", "search")),
    List("/listings", "listing", ("Xét đưa vào danh mục nhân rộng", "Listings for replication"),
         ("model_name", "model_unit", "field", "scope", "state", "listed_on", "decision"),
         "Listings for replication: open, decided, delisted.", units=("model_unit",),
         filters=("state", "model", "field"), order=("listed_on", "model_name"),
         states=tuple(LISTING_STATES.values()), beside=("waits", "search")),
    List("/replications", "replication", ("Đề xuất nhân rộng", "Proposals to replicate"),
         ("model_name", "unit", "scope", "targets", "proposed_on", "state"),
         "Proposals to replicate, and what became of them.", units=("model_unit", "unit"),
         filters=("scope", "state", "model", "field"), order=("proposed_on",), states=REPLICATION_STATES),
    List("/adoptions", "adoption", ("Áp dụng mô hình", "Adoptions"),
         ("model_name", "unit", "adopter", "adopted_on", "state", "outcome_on"),
         "Adoptions and their outcomes.", units=("unit", "model_unit"),
         filters=("outcome", "state", "model", "field"), order=("adopted_on",), beside=("waits",)),
    List("/unit-reports", "unit-report", ("Báo cáo của đơn vị", "Unit reports"),
         ("unit", "period", "submitted_on", "late"),
         "Periodic reports of units.", filters=("period", "state"), order=("unit", "period")),
    List("/inspections", "inspection", ("Kiểm tra, giám sát", "Inspections"),
         ("name", "on", "kind", "unit", "by", "conclusion", "findings"), filters=("field", "year", "kind")),
    List("/rounds", "round", ("Đợt khen thưởng", "Rounds of commendations"),
         ("form_name", "year", "occasion", "unit", "quota", "granted", "opened_on", "state"),
         filters=("year", "occasion", "form", "track", "level", "state"), order=("opened_on",), beside=("search",)),
    List("/commendations", "commendation", ("Khen thưởng", "Commendations"),
         ("recipient", "form_name", "year", "occasion", "models", "unit", "state", "decision"),
         filters=("round", "field", "level", "state", "recipient", "model"), order=("proposed_on",),
         renamed={"recipient": "recipient_kind", "model": "models"},
         beside=("recipient", "granted_on", "cancelled_on", "search")),
    List("/legal-bases", "legal-basis", ("Căn cứ pháp lý", "Legal bases"),
         ("subject", "number", "issuer", "dated", "valid_from", "valid_to", "in_force"),
         units=(), order=("dated",), beside=("valid_from", "valid_to", "replaced_on", "search")),
    List("/recognised", "recognition", ("Mô hình được công nhận", "Recognised models"),
         ("model_name", "model_unit", "field", "level", "recognised_on", "decision"),
         "The recognised models on a date: decided by then and not revoked.", units=("model_unit",),
         filters=("level", "field", "model"), order=("recognised_on", "model_name"),
         span=("recognised_on", "revoked_on")),
    List("/catalogue", "listing", ("Danh mục nhân rộng", "Replication catalogue"),
         ("supplement", "model_name", "model_unit", "field", "scope", "targets", "listed_on", "decision"),
         "The replication catalogue in force on a date, by supplement.", units=("model_unit",),
         filters=("field", "scope", "model"), order=("supplement", "model_name"), span=("listed_on", "delisted_on")),
    List("/unit-documents", "unit-document", ("Văn bản của đơn vị", "Documents of units"),
         ("unit", "kind", "number", "dated", "title", "for"),
         "Documents that units issued for the movement, the oldest first; `year`: those that are for that year.",
         filters=("kind", "year"), order=("dated",), renamed={"year": "years"},
         allowed={"kind": get_args(DocumentKind)}, beside=("on", "search")),
    List("/activities", "activity", ("Hoạt động", "Activities"),
         ("unit", "kind", "title", "on", "place", "participants"),
         "What units did to make the movement known and to train for it, the oldest first.",
         filters=("kind", "year", "model"), order=("on",), renamed={"model": "models"},
         allowed={"kind": get_args(ActivityKind)}),
    List("/assignments", "assignment", ("Phân công phụ trách", "Assignments"),
         ("unit", "responsible", "fields", "units", "since", "until", "in_force"),
         filters=("field", "of"), order=("since",), renamed={"field": "fields", "of": "units"},
         beside=("until", "ended_on")),
    List("/inspection-plans", "inspection-plan", ("Kế hoạch kiểm tra", "Inspection plans"),
         ("unit", "year", "items", "in_force"), filters=("year",), order=("year", "unit", "on"),
         beside=("ledger", "items")),
)  # fmt: skip

BY_PATH = {each.path: each for each in LISTS}

CHOSEN: dict[str, tuple[str, ...]] = {
    kind: tuple(dict.fromkeys(member for each in LISTS if each.kind == kind for member in each.chosen))
    for kind in dict.fromkeys(each.kind for each in LISTS)
    if kind in MAKERS
}
"""By kind: the members of a card that lists choose or order by."""

EACH_ITS_OWN = frozenset({"model", "models", "adopted_from", "recipient", "search", "ledger"})
"""Members of which nearly every thing has another value."""
ALIKE: dict[str, tuple[str, ...]] = {
    kind: tuple(
        dict.fromkeys(
            member
            for each in LISTS
            if each.kind == kind
            for member in each.alike
            if member not in EACH_ITS_OWN
        )
    )
    for kind in CHOSEN
}
"""By kind: the members of which many cards have the same values, by which all of them are chosen at once."""
