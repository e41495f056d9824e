"""Papers of a dossier (Phụ lục 02): the request for recognition, its appraisal, what is put before authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from services.reporting.documents.papers.heads import commission, head, recipients, signer, standing
from services.reporting.documents.papers.models import model
from services.reporting.documents.papers.record import Matter, Members, Record, declared
from services.reporting.documents.papers.saying import BLANK, VI, choice, day, document, files, named, person
from services.reporting.documents.rendering import FIELDS
from services.reporting.facts.said.values import CriterionFact, Statement
from services.reporting.facts.said.whole import (
    AppraisalCompleted,
    CriterionAssessed,
    DossierSubmitted,
    DossierSupplemented,
    OpinionRecorded,
    SurveyRecorded,
)

CITY_BODY = "Ban Thường vụ Thành ủy"


def dossier(matter: Matter) -> dict[str, Any]:
    """What the sender says: the model, a statement to each criterion, the list of parts."""
    stream, told = _streams(matter)
    unit = matter.card.get("unit") if matter.card.get("level") == "city" else matter.card.get("model_unit")
    statements = _statements(stream)
    parts = [part for event in stream.all(*SENDING) for part in event.said.parts or ()]
    submitted = stream.first(DossierSubmitted)
    to = _decider(matter)
    return {
        "head": head(matter, unit, "BC", {"dated": submitted.on} if submitted else None),
        "model": model(matter, told),
        "purpose": PURPOSES.get(str(matter.card.get("purpose")), BLANK),
        "level": choice("level", matter.card.get("level")).lower(),
        "criteria": [
            {"n": str(n), "text": _criterion(matter, code),
             "statement": statements[code].statement if code in statements else BLANK,
             "evidence": files(statements[code].evidence) if code in statements else ""}
            for n, code in enumerate(_codes(matter, _facts(stream), statements), 1)
        ],
        "parts": [{"n": str(n), "said": document(part),
                   "file": files([part["evidence"]]) if part.get("evidence") else ""}
                  for n, part in enumerate(parts, 1)],
        "submitted_on": day(submitted.on if submitted else None),
        "to_body": to,
        "sign": signer(matter, unit),
        "to": recipients(to, matter.unit_name(commission(matter)) if matter.card.get("level") == "city" else ""),
    }  # fmt: skip


SENDING = (DossierSubmitted, DossierSupplemented)
PURPOSES = {
    "recognition": "công nhận mô hình “Dân vận khéo” tiêu biểu",
    "replication": "nhân rộng mô hình “Dân vận khéo”",
}


def _streams(matter: Matter) -> tuple[Record, dict[str, Any]]:
    """The dossier's own events, and the model as declared."""
    card = matter.card
    return matter.record.of(f"appraisal/{card['id']}"), declared(matter.record.of(f"model/{card['model']}"))


def _statements(stream: Record) -> dict[str, Statement]:
    """The newest statement to each criterion."""
    return {one.criterion: one for event in stream.all(*SENDING) for one in event.said.statements or ()}


def _facts(stream: Record) -> dict[str, CriterionFact]:
    """The newest fact to each criterion."""
    return {fact.criterion: fact for event in stream.all(*SENDING) for fact in event.said.facts or ()}


def _codes(matter: Matter, *named: Iterable[str]) -> list[str]:
    """The criteria of a dossier in the order of their set: those that its facts, statements or findings name."""
    known = {code for each in named for code in each}
    return [code for code in matter.criteria if code in known] + sorted(known - matter.criteria.keys())


def _criterion(matter: Matter, code: str) -> str:
    return matter.criteria.get(code) or VI.choice("criterion", code) or code


def _decider(matter: Matter) -> str:
    """Who decides on what a dossier asks for."""
    if matter.card.get("level") == "city":
        return matter.unit_name(standing(matter)) or CITY_BODY
    return matter.unit_name(matter.card.get("unit"))


def appraisal(matter: Matter) -> dict[str, Any]:
    """What the appraisal found: each criterion with finding, reason and what the record says to it."""
    stream, told = _streams(matter)
    done = stream.last(AppraisalCompleted)
    unit = commission(matter) if matter.card.get("level") == "city" else matter.card.get("unit")
    if done is not None and done.unit is not None:
        unit = done.unit
    found = {event.said.criterion: event.said for event in stream.all(CriterionAssessed)}
    final = {one.criterion: one.finding for one in (done.said.findings if done else ())}
    facts = _facts(stream)
    codes = _codes(matter, facts, found, final)
    to = _decider(matter)
    return {
        "head": head(matter, unit, "BC", {"dated": done.on} if done else None),
        "model": model(matter, told),
        "purpose": PURPOSES.get(str(matter.card.get("purpose")), BLANK),
        "level": choice("level", matter.card.get("level")).lower(),
        "submitted_on": day(matter.card.get("submitted_on")),
        "sender": matter.unit_name(matter.card.get("unit")),
        "criteria": [
            {"n": str(n), "text": _criterion(matter, code), **_finding(found.get(code), final.get(code)),
             "facts": _checked(facts.get(code))}
            for n, code in enumerate(codes, 1)
        ],
        "surveys": [
            {"n": str(n), "on": day(event.on), "place": event.said.place, "findings": event.said.findings,
             "participants": "; ".join(person(matter, one) for one in event.said.participants)}
            for n, event in enumerate(stream.all(SurveyRecorded), 1)
        ],
        "opinions": [{"n": str(n), "agency": event.said.agency, "opinion": event.said.opinion, "on": day(event.on)}
                     for n, event in enumerate(stream.all(OpinionRecorded), 1)],
        "summary": done.said.summary if done else BLANK,
        "outcome": choice("outcome", done.said.outcome) if done else BLANK,
        "to_body": to,
        "sign": signer(matter, unit),
        "to": recipients(to, matter.unit_name(matter.card.get("unit"))),
    }  # fmt: skip


def _finding(assessed: CriterionAssessed | None, final: str | None) -> dict[str, str]:
    code = final or (assessed.finding if assessed else None)
    return {"finding": choice("finding", code), "reason": assessed.reason if assessed else BLANK}


def _checked(fact: CriterionFact | None) -> str:
    """What the record says to a criterion, check by check."""
    said = [
        f"{choice('check', check.check)}: {'đạt' if check.met else 'không đạt'}"
        for check in (fact.checks if fact else ())
    ]
    return "; ".join(said)


def submission(matter: Matter) -> dict[str, Any]:
    """What is put before authority at one level: all models on which it has not decided yet, by field."""
    city = matter.ident == "city"
    unit = commission(matter) if city else matter.ident
    to = matter.unit_name(standing(matter) if city else unit)
    groups = by_field(matter, matter.items)
    return {
        "head": head(matter, unit, "TTr"),
        "level": choice("level", "city" if city else "grassroots").lower(),
        "groups": groups,
        "total": str(len(matter.items)),
        "to_body": to or CITY_BODY,
        "sign": signer(matter, unit),
        "to": recipients(to or CITY_BODY),
    }


def by_field(matter: Matter, items: Sequence[Members]) -> list[dict[str, Any]]:
    """A list of models in the scheme's four fields, numbered through; a field without any is left out."""
    fields: defaultdict[str, list[Members]] = defaultdict(list)
    for item in items:
        fields[str(item.get("field") or "none")].append(item)
    groups: list[dict[str, Any]] = []
    n = 0
    for code, (title, _) in FIELDS.items():
        rows: list[dict[str, str]] = []
        for item in sorted(fields[code], key=lambda item: (str(item.get("model_name")), str(item.get("id")))):
            n += 1
            rows.append({"n": str(n), **listed(matter, item)})
        if rows:
            groups.append({"title": title, "count": str(len(rows)), "rows": rows})
    return groups


def listed(matter: Matter, item: Members) -> dict[str, str]:
    """One model in a list: its name, unit, address, subjects."""
    told = matter.models.get(str(item.get("model")), {})
    bodies = told.get("subjects") or item.get("subjects") or ()
    return {
        "name": str(item.get("model_name") or told.get("name") or BLANK),
        "unit": matter.unit_name(item.get("model_unit") or told.get("unit")),
        "address": str(told.get("address") or ""),
        "reference": str(told.get("reference") or ""),
        "subjects": "; ".join(named(matter, one) for one in bodies if not one.get("left")),
        "concluded_on": day(item["completed_on"]) if item.get("completed_on") else "",
        "praise": str(item.get("praise") or ""),
        "field": FIELDS.get(str(item.get("field")), FIELDS["none"])[0],
    }
