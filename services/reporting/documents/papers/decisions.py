"""Papers that authority signs: recognitions, the replication list, commendations, each with its list."""

from __future__ import annotations

from typing import Any

from services.reporting.documents.papers.dossiers import CITY_BODY, by_field, listed
from services.reporting.documents.papers.heads import head, recipients, signer, standing
from services.reporting.documents.papers.record import Matter, Members
from services.reporting.documents.papers.saying import BLANK, choice, count, day, document, named
from services.reporting.documents.quoted import SCHEME, bases


def recognition(matter: Matter) -> dict[str, Any]:
    """The draft of a decision to recognise, with its list: of one decision number, or of one model."""
    first = matter.items[0]
    unit = _decider(matter, first, "recognise")
    decision: Members = first.get("decision") or {}
    groups = by_field(matter, matter.items)
    return {
        "head": head(matter, unit, "QĐ", decision),
        "bases": _bases(matter),
        "scheme": SCHEME["vi"],
        "body": matter.unit_name(unit) or str(decision.get("authority") or CITY_BODY),
        "level": choice("level", first.get("level")).lower(),
        "decided": bool(decision),
        "title": str(decision.get("title") or "về việc công nhận mô hình “Dân vận khéo” tiêu biểu"),
        "groups": groups,
        "total": str(len(matter.items)),
        "single": listed(matter, first) if len(matter.items) == 1 else None,
        "sign": signer(matter, unit, decision),
        "to": recipients(*(matter.unit_name(one.get("model_unit")) for one in matter.items)),
    }


def _decider(matter: Matter, item: Members, act: str) -> str | None:
    """The body that decides on this: the one that did, else the one that the policy names for the act."""
    if (unit := item.get("authority_unit")) is not None:
        return str(unit)
    if item.get("level") == "grassroots":
        return item.get("unit")
    for competence in matter.competences:
        if competence.get("act") == act and competence.get("units"):
            return str(competence["units"][0])
    return standing(matter)


def _bases(matter: Matter) -> list[str]:
    """What a decision rests on: the legal bases on record, else the scheme; each line ends as a preamble does."""
    lines = bases(matter.bases, "vi") or (f"Căn cứ {SCHEME['vi']}.",)
    return [f"{line.removesuffix('.')};" for line in lines]


def catalogue(matter: Matter) -> dict[str, Any]:
    """One supplement of the list of models chosen for replication (Phụ lục 03 is number 0)."""
    first = matter.items[0]
    unit = _decider(matter, {**first, "level": "city"}, "list")
    decision: Members = first.get("decision") or {}
    return {
        "head": head(matter, unit, "DM", decision),
        "supplement": matter.ident,
        "decision": document({k: v for k, v in decision.items() if k in ("number", "decided_on")}),
        "scheme": SCHEME["vi"],
        "rows": [
            {"n": str(n), **listed(matter, item), "scope": choice("scope", item.get("scope")),
             "targets": "; ".join(target(matter, one) for one in item.get("targets") or ()),
             "delisted": f"đã đưa ra khỏi danh mục ngày {day(item['delisted_on'])}" if item.get("delisted_on") else ""}
            for n, item in enumerate(sorted(matter.items, key=_order), 1)
        ],
        "total": str(len(matter.items)),
        "sign": signer(matter, unit, decision),
        "to": recipients("Các đảng ủy trực thuộc Thành ủy"),
    }  # fmt: skip


def _order(item: Members) -> tuple[str, str, str]:
    return str(item.get("field")), str(item.get("model_name")), str(item.get("id"))


def target(matter: Matter, one: str) -> str:
    """A target of replication: a unit by its name, a tag in words, a bloc as it is called."""
    if one in matter.cards:
        return matter.unit_name(one)
    return choice("tags", one) if choice("tags", one).lower() != one else one


def commendations(matter: Matter) -> dict[str, Any]:
    """The list of a round, with the draft of the decision to commend: who was granted, else who stands proposed."""
    card = matter.card
    granted = [item for item in matter.items if item.get("state") == "granted"]
    rows = granted or [item for item in matter.items if item.get("state") == "proposed"]
    decision: Members = next((item["decision"] for item in granted if item.get("decision")), None) or {}
    quota: Members = card.get("quota") or {}
    unit = _granting(matter)
    return {
        "head": head(matter, unit, "QĐ", decision),
        "bases": _bases(matter),
        "body": matter.unit_name(unit) or str(decision.get("authority") or BLANK),
        "form": str(matter.forms.get(str(card.get("form")), card.get("form", BLANK))),
        "year": str(card.get("year", BLANK)),
        "occasion": choice("occasion", card.get("occasion")).lower(),
        "granted": bool(granted),
        "quota": [
            {"label": choice("kind", kind), "value": count(value)} for kind, value in quota.items()
        ],
        "rows": [
            {"n": str(n), "name": named(matter, item["recipient"]),
             "kind": choice("kind", item["recipient"].get("kind")),
             "achievement": str(item.get("achievement") or ""),
             "models": "; ".join(str(matter.models.get(one, {}).get("name", one)) for one in item.get("models") or ())}
            for n, item in enumerate(rows, 1)
        ],
        "total": str(len(rows)),
        "sign": signer(matter, unit, decision),
        "to": recipients(*(matter.unit_name(item.get("unit")) for item in rows)),
    }  # fmt: skip


def _granting(matter: Matter) -> str | None:
    if (unit := matter.card.get("unit")) is not None:
        return str(unit)
    track = matter.card.get("track")
    for competence in matter.competences:
        if (
            competence.get("act") == "grant"
            and competence.get("track", track) == track
            and competence.get("units")
        ):
            return str(competence["units"][0])
    return None
