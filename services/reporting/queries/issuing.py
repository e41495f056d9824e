"""From a summary to a document: what is looked up for it, and the bytes that come of it, equal for equal ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.reporting.documents import FORMATS
from services.reporting.documents.chapters import Names
from services.reporting.documents.report import Lang
from services.reporting.documents.review import Issue, review
from services.reporting.facts.spelling import city_day
from services.reporting.figures.legal_bases import in_force
from services.reporting.queries.annexes import annexed
from services.reporting.store.known import Known
from services.reporting.store.looked import Looked

MOST_BASES = 200
"""Legal bases that a report quotes."""


async def issue_of(
    things: Looked, known: Known, document: Mapping[str, Any], digest: str, published: str | None
) -> Issue:
    """What stands in a document beside the summary itself, as known then; `published`: the id of its publication."""
    city = await things.city(known)
    policies = await things.policies(known)
    policy = policies.in_force(document["cut_off"])
    names = Names(await things.forms(known), await things.criteria(known))
    newest = (await things.entries(known, [known.size])).get(known.size)
    last = None if newest is None else city_day(newest.received)
    on = document["cut_off"]
    _, quoted = await things.listed(
        known, "legal-basis", lambda basis: in_force(basis, on), ("dated",), 0, MOST_BASES
    )
    named = tuple(policy.get("recipients") or ())
    lists = await annexed(things, known, document, names.forms)
    return Issue(digest, city.cards, named, names, tuple(quoted), last, published, lists)


def made(document: Mapping[str, Any], issue: Issue, lang: Lang, suffix: str) -> tuple[str, bytes]:
    """What the file is called, without its suffix, and the file."""
    report = review(document, issue, lang)
    return report.file, FORMATS[suffix].make(report)
