"""What a query may say: its parameters, checked before anything is looked up, and described for OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from services.reporting.facts.spelling import FIRST_DAY, iso_date, whole
from services.reporting.figures.periods import LAST_DAY
from services.reporting.store.queries import Known, Reads
from shared.contracts.registry_reports import Period
from shared.doors.openapi import ACCESS
from shared.errors import Malformed

MOST_ITEMS = 500
MOST_TEXT = 200
YEARS = range(int(FIRST_DAY[:4]), int(LAST_DAY[:4]) + 1)
"""The years that something can be recorded of."""
SPAN = TypeAdapter[str](Period)
"""`2027-H1`, `2027`, or a day."""

TELLING: dict[str, str] = {
    "at": "As known at this size of the ledger, or at the end of this date in the city.",
    "as_of": "As known on this date (or at this RFC 3339 time).",
    "after": "Wait until the answer knows this much, `registry:120`; several allowed; not with `at`.",
    "unit": "This unit and those below it.",
    "bloc": "The units of this emulation bloc (its name, as units carry it), and those below them; not with `unit`.",
    "cut_off": "Another end of the period, YYYY-MM-DD.",
    "lang": "`vi` or `en`: the language of a document; JSON with it is tables of text.",
    "sep": "Between the cells of a CSV: comma, semicolon or tab.",
    "limit": f"How many items, at most {MOST_ITEMS}; 50 unless told.",
    "offset": "How many items to pass over first.",
    "on": "As it was in force on this business date, YYYY-MM-DD.",
    "q": f"Words of a name, with or without accents, at most {MOST_TEXT} characters.",
    "field": "economy, culture_society, defence_security, political_system or none.",
    "since": "What became different after this size of the ledger, or after this date.",
    "in_force": "true: only what is in force on the date; false: only what is not.",
    "recipient": "collective, individual or household.",
    "occasion": "annual, interim_review or final_review.",
    "model": "Only those about this model.",
    "actor": "Only what this account recorded.",
    "before": "Only entries before this one; `next` of an answer goes on from there.",
    "event": "The name of an event, `ModelRegistered`.",
    "since_day": "Recorded on this day in the city or later, YYYY-MM-DD.",
    "until_day": "Recorded on this day in the city or before, YYYY-MM-DD.",
    "appraisals": "Ids of two to five dossiers, with commas between.",
    "level": "city or grassroots.",
    "overdue": "true: only what is past its day; false: only what is not.",
    "year": "The year a model was registered for; of inspections and decisions, that of the act.",
}
KNOWING = ("at", "as_of", "after")
PAGING = ("limit", "offset")


def parameters(*names: str, access: str) -> dict[str, Any]:
    """The OpenAPI members of a query with these parameters; `access` is the kind of what it answers with
    (`shared/reference/access.py`), without which nobody may read it."""
    return {
        ACCESS: access,
        "security": [{"bearer": []}],
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": TELLING.get(name, f"Only those with this {name.replace('_', ' ')}."),
                "schema": {"type": "array", "items": {"type": "string"}}
                if name == "after"
                else {"type": "string"},
            }
            for name in names
        ],
    }


@dataclass(frozen=True)
class Asked:
    """The parameters of one query; a name that the query does not have, or has twice, is a mistake."""

    values: dict[str, str]
    after: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str | None:
        return self.values.get(name)

    def page(self) -> tuple[int, int]:
        """(offset, limit)."""
        limit = whole(self.values.get("limit", "50"), "limit")
        if not 1 <= limit <= MOST_ITEMS:
            raise Malformed("query.malformed", parameter="limit", most=MOST_ITEMS)
        return whole(self.values.get("offset", "0"), "offset"), limit

    def date(self, name: str) -> str | None:
        """A date, checked; None when it was not given."""
        text = self.values.get(name)
        return None if text is None else iso_date(text, name)

    def one_of(self, name: str, *allowed: str) -> str | None:
        """One of a few words; None when it was not given."""
        text = self.values.get(name)
        if text is not None and text not in allowed:
            raise Malformed("query.malformed", parameter=name, allowed=list(allowed), choice_of=name)
        return text

    def year(self) -> int | None:
        """One of the years that something can be recorded of; None when it was not given."""
        if (text := self.values.get("year")) is None:
            return None
        if (year := whole(text, "year")) not in YEARS:
            raise Malformed("query.malformed", parameter="year", least=str(YEARS[0]), most=str(YEARS[-1]))
        return year

    def span(self) -> str | None:
        """The period of a unit's report, checked; None when it was not given."""
        text = self.values.get("period")
        return None if text is None else span_of(text)

    async def known(self, reads: Reads) -> Known:
        """What the answer may rest on."""
        return await reads.known(at=self["at"], as_of=self["as_of"], after=self.after)


def span_of(text: str) -> str:
    """The period of a unit's report, checked."""
    try:
        return SPAN.validate_python(text)
    except ValidationError:
        raise Malformed("query.malformed", parameter="period", found=text[:64]) from None


def asked(request: Request, names: Sequence[str]) -> Asked:
    """The parameters of a request, each known and given once."""
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise Malformed("query.malformed", parameter=name[:64], allowed=sorted(names))
        if name == "after":
            continue
        if name in values:
            raise Malformed("query.malformed", parameter=name, reason="given-twice")
        if len(value) > MOST_TEXT:
            raise Malformed("query.malformed", parameter=name, most=MOST_TEXT)
        values[name] = value
    return Asked(values, tuple(request.query_params.getlist("after")))
