"""What stands beside a form: the facts, figures and words on record that one needs to see while filling it in."""

from __future__ import annotations

from typing import Any, cast

from services.console.asking import Refusal
from services.console.forms.picking import About, criteria
from services.console.forms.typed import one
from services.console.visit import Visit
from shared.contracts.figures import LABELS
from shared.contracts.words import words

Lines = list[tuple[str, str]]
Beside = list[tuple[str, Lines]]
"""Headings, each with (what it is called, what is on record)."""
DECIDING = frozenset(
    {"RecogniseModel", "DeclineRecognition", "DeferRecognition", "ListModel", "RefuseListing"}
)


RECORDED = (
    "activities.recorded",
    "documents.recorded",
    "models.",
    "inspections.",
    "replication.adopted",
    "recognised.",
)
"""The figures, by the beginning of their keys, that stand beside a unit's report."""


async def beside(visit: Visit, about: About) -> Beside:
    """What is shown beside the form of this act."""
    name = about.act.name
    try:
        if about.act.collection == "appraisals" and about.thing:
            return await _dossier(visit, about)
        if name in DECIDING:
            return await _decided_on(visit, about)
        if name == "SubmitUnitReport":
            return await _figures(visit, about)
        if about.act.collection == "rounds" and about.thing:
            return _round(visit, about)
        if about.act.collection == "models" and about.thing:
            return _model(visit, about)
    except Refusal:
        pass  # what this reader may not see does not keep them from acting
    return []


async def _dossier(visit: Visit, about: About) -> Beside:
    """Criterion by criterion: its text, what the sender says, what the data say, what was found."""
    thing = about.thing
    said = {each["criterion"]: each["statement"] for each in thing.get("statements", ())}
    facts = {each["criterion"]: each for each in thing.get("facts", ())}
    findings = thing.get("findings", {})
    wanted = one(about.typed, "criterion") if about.act.verb == "assess" else ""
    found: Beside = []
    for each in await criteria(visit, about):
        code = each["code"]
        if wanted not in ("", code):
            continue
        lines: Lines = []
        if code in said:
            lines.append((visit.say("Đơn vị thuyết minh", "The unit's statement"), said[code]))
        for check in facts.get(code, {}).get("checks", ()):
            met = visit.say("đạt", "met") if check["met"] else visit.say("chưa đạt", "not met")
            lines.append(
                (visit.say("Theo dữ liệu", "By the data"), f"{_check(visit, check['check'])}: {met}")
            )
        if code in findings:
            of = findings[code]
            told = f"{visit.code(of['finding'])} – {of['reason']} ({of['by']})"
            lines.append((visit.say("Đã đánh giá", "Found"), told))
        found.append((each.get("text") or code, lines))
    parts = [(part.get("kind") or "", part.get("number") or part.get("title") or visit.file(part["evidence"]["name"]))
             for part in thing.get("parts", ())]  # fmt: skip
    return [*found, (visit.say("Thành phần hồ sơ", "Parts of the dossier"), parts)] if parts else found


def _check(visit: Visit, code: str) -> str:
    return words(visit.lang).choices["check"].get(code, code)


async def _decided_on(visit: Visit, about: About) -> Beside:
    """What the appraisal came to."""
    appraisal = about.thing.get("appraisal")
    if not appraisal:
        return []
    found = (await visit.ask(f"/histories/appraisal/{appraisal}")).get("state", {})
    lines = [(visit.member(name), visit.code(found[name]) if name == "outcome" else visit.day(found[name]))
             for name in ("submitted_on", "completed_on", "outcome") if found.get(name)]  # fmt: skip
    if found.get("summary"):
        lines.append((visit.member("summary"), found["summary"]))
    return [(visit.say("Kết quả thẩm định", "The appraisal"), lines)]


async def _figures(visit: Visit, about: About) -> Beside:
    """What is on record of the unit in the period, beside what it reports."""
    unit, period = one(about.typed, "unit") or visit.actor.unit or "", one(about.typed, "period")
    if not unit or not period:
        return []
    whole = (await visit.ask(f"/summaries/{period}", unit=unit))["figures"]["whole"]
    wanted = [key for key in whole if key.startswith(RECORDED)]
    known = [(LABELS[key][visit.lang == "en"], visit.number(whole[key])) for key in wanted if key in LABELS]
    return [(visit.say("Số liệu đã có của đơn vị trong kỳ", "On record of the unit in this period"), known)]


def _round(visit: Visit, about: About) -> Beside:
    quota: dict[str, int] = about.thing.get("quota") or {}
    told = about.thing.get("granted")
    granted: dict[str, int] = cast("dict[str, int]", told) if isinstance(told, dict) else {}
    lines = [
        (visit.code(kind), f"{visit.number(granted.get(kind, 0))}/{visit.number(most)}")
        for kind, most in quota.items()
    ]
    return [(visit.say("Đã khen / chỉ tiêu", "Granted / quota"), lines)] if lines else []


def _model(visit: Visit, about: About) -> Beside:
    """What the unit declared, for those who receive, inspect or rate it."""
    if about.act.verb not in ("receive", "return", "inspect", "rate"):
        return []
    said = words(visit.lang)
    plain = ("address", "field", "scope", "beneficiaries", "content", "political_task", "started_on")
    lines = [(said.label(name, "RegisterModel"), _text(visit, name, about.thing[name]))
             for name in plain if about.thing.get(name)]  # fmt: skip
    subjects = [each.get("name") or visit.code(each["type"]) for each in about.thing.get("subjects", ())]
    lines.append((said.label("subjects"), "; ".join(subjects)))
    papers = [name for name in ("registration_document", "plan_document") if about.thing.get(name)]
    lines += [(said.label(name), _document(visit, about.thing[name])) for name in papers]
    return [(visit.say("Đơn vị đã đăng ký", "What the unit declared"), lines)]


def _text(visit: Visit, name: str, value: Any) -> str:
    return visit.code(value) if name == "field" else visit.day(value) if name.endswith("_on") else str(value)


def _document(visit: Visit, document: dict[str, Any]) -> str:
    dated = visit.day(document["dated"]) if document.get("dated") else ""
    file = visit.file(document.get("evidence", {}).get("name", ""))
    return ", ".join(part for part in (document.get("number"), document.get("title"), dated, file) if part)
