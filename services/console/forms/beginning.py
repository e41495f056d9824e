"""How a form begins: what is on record, what follows from who fills it in, what it is about; and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.console.forms import correcting
from services.console.forms.fields import Field
from services.console.forms.picking import About, criteria
from services.console.forms.typed import Typed, typed_of
from services.console.visit import Visit

CHANGING = {"AmendModel", "AmendUnit", "AmendUnitReport", "AmendRoadmap"}
"""Acts that begin with what is on record; only what differs from it is sent."""
OF_DOSSIER = {"SubmitDossier", "SupplementDossier"}
Link = tuple[str, str]
"""(where, what it is called)"""


async def typed(visit: Visit, about: About, fields: Sequence[Field]) -> Typed:
    """What stands in the form before anything is typed."""
    names = {field.name for field in fields}
    found: Typed = {}
    if about.act.name in CHANGING:
        kept = {name: value for name, value in about.thing.items() if name in names}
        found |= typed_of(kept)
    if about.corrected is not None:
        found |= correcting.typed(about.corrected, fields)
    found |= {name: [value] for name, value in visit.query.items() if name in names}
    if "unit" in names and visit.actor.unit and "unit" not in found:
        found["unit"] = [visit.actor.unit]
    if about.act.name in ("RegisterModel", "OpenRound") and "year" not in found:
        found["year"] = [visit.today[:4]]
    if version := about.thing.get("streamversion"):
        found["_version"] = [str(version)]
    if about.act.name in OF_DOSSIER:
        about.typed = found
        found |= await statements(visit, about)
    return found


async def statements(visit: Visit, about: About) -> Typed:
    """A box for each criterion, with what was said to it before."""
    before = {each["criterion"]: each["statement"] for each in about.thing.get("statements", ())}
    found: Typed = {}
    for number, each in enumerate(await criteria(visit, about)):
        found[f"statements.{number}.criterion"] = [each["code"]]
        if each["code"] in before:
            found[f"statements.{number}.statement"] = [before[each["code"]]]
    return found


def finished(about: About, body: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The body as it is sent: of a change, only what differs from what is on record."""
    if about.corrected is not None:
        return correcting.finished(about.corrected, fields, body)
    if about.act.name == "SubmitDossier":
        body.setdefault("statements", [])
    if about.act.name in ("SubmitDossier", "SupplementDossier"):
        body["statements"] = [each for each in body.get("statements", ()) if "statement" in each]
        if about.act.name == "SupplementDossier" and not body["statements"]:
            del body["statements"]
    if about.act.name == "SubmitUnitReport":
        body = {"activities": {}, "documents": [], **body}
    if about.act.name == "RecordSurvey":
        body = {"participants": [], **body}
    if about.act.name not in CHANGING or about.act.name == "AmendRoadmap":
        return body
    same = [name for name, value in body.items() if name != "reason" and value == about.thing.get(name)]
    return {name: value for name, value in body.items() if name not in same}


async def subject(visit: Visit, about: About) -> str | None:
    """What the form is about, by its name."""
    thing: Mapping[str, Any] = about.thing
    name = thing.get("name") or thing.get("model_name")
    if name is None and about.act.collection == "unit-reports" and thing:
        return f"{visit.unit(thing['unit'])}, {visit.period(thing['period'])}"
    if name is None and thing.get("form"):
        return f"{thing['form']} {thing.get('year', '')}"
    if name is None and isinstance(model := thing.get("model"), str):
        found = await visit.ask("/models/" + model)
        name = found.get("name")
    unit = thing.get("unit") or thing.get("model_unit")
    if name is None:
        return None
    return f"{name} – {visit.unit(unit)}" if unit and about.act.collection != "units" else str(name)


async def next_steps(visit: Visit, ident: str, event: Mapping[str, Any] | None) -> list[Link]:
    """Where one goes on after an act."""
    if event is None or not event["type"].endswith("CriterionAssessed.v1"):
        return []
    thing = (await visit.asking.get(f"/appraisals/{ident}", {}, "appraisal")).json()
    known = thing.get("findings", {})
    act = await visit.contracts.act("appraisals", "assess")
    assert act is not None
    left = [each for each in await criteria(visit, About(act, ident, thing)) if each["code"] not in known]
    if left:
        where = visit.link(f"/do/appraisals/{ident}/assess", criterion=left[0]["code"])
        return [(where, visit.say("Đánh giá tiêu chí tiếp theo", "Assess the next criterion"))]
    where = visit.link(f"/do/appraisals/{ident}/complete")
    return [(where, visit.say("Kết luận thẩm định", "Conclude the appraisal"))]
