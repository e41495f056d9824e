"""What the registry may tell in a life: only what can have happened there."""

from __future__ import annotations

from typing import Any

from tests.rules.ground import Thing
from tests.rules.moves import ADOPTIONS, MODELS, REPLICATIONS, SCHEME, SUBJECTS, Life, Move

NEXT = {"so-y-te": "du-ubnd", "pn-20242": "20242"}
FIELDS = ("economy", "culture_society", None)
RATINGS = (
    ("year", "2025"),
    ("quarter", "2026-Q3"),
    ("term", "2025-2030"),
    ("year", "2026"),
    ("year", "2027"),
)
FACTS = (
    "registered", "received", "renewed", "received", "suspended", "resumed", "resumed", "ended", "inspected", "rated",
    "rated",
    "amended", "reclassified", "adopted", "went", "went", "proposed", "proposed", "endorsed", "withdrawn", "policy",
)  # fmt: skip


def fact(life: Life, move: Move) -> tuple[str, str, Thing] | None:
    """(stream, event, its members); None when nothing of the kind can have happened."""
    models = list(life.book.models.values())
    on = life.later(move.days)
    if move.verb == "registered":
        return _registered(life, move, on)
    if move.verb == "policy":
        return _policy(life, move, on)
    if move.verb in ("proposed", "endorsed", "withdrawn"):
        return _of_replication(life, move, on)
    if not models:
        return None
    if move.verb in ("adopted", "went"):
        return _of_adoption(life, move, on)
    model = models[move.which % len(models)]
    return _of_model(move, model, on)


def _registered(life: Life, move: Move, on: str) -> tuple[str, str, Thing] | None:
    fresh = [model for model in MODELS if model not in life.book.models]
    if not fresh:
        return None
    said: Thing = {
        "on": on, "model": fresh[0], "unit": MODELS[fresh[0]], "name": "Tổ phụ nữ tự quản", "scope": "Phường",
        "beneficiaries": "Hộ nghèo", "content": "Giúp nhau", "year": int(on[:4]), "basis": "new",
        "subjects": SUBJECTS[: move.how % 2 + 1], "reference": f"DVK-2026-00000{len(life.book.models) + 1}",
        "late": move.how % 4 == 0, "backdated": False,
    }  # fmt: skip
    if field := FIELDS[move.how % 3]:
        said["field"] = field
    if move.which % 3:
        said["plan_document"] = _plan(move, on)
    if move.which % 4 == 0:
        said["started_on"] = "2025-11-30"
    return f"model/{fresh[0]}", "ModelRegistered", said


def _of_model(move: Move, model: Thing, on: str) -> tuple[str, str, Thing] | None:
    id, state = model["model"], model["state"]
    possible = {
        "received": state == "registered", "suspended": state == "received", "resumed": state == "suspended",
        "ended": state != "ended" and move.how == 5, "renewed": state == "received",
    }  # fmt: skip
    if not possible.get(move.verb, True):
        return None
    name, more = "", {}
    match move.verb:
        case "received":
            name = "ModelReceived"
        case "suspended" | "resumed":
            name, more = f"Model{move.verb.title()}", {"reason": "Bão"}
        case "ended":
            name, more = "ModelEnded", {"ground": "completed", "reason": "Đã xong"}
        case "inspected":
            name = "InspectionRecorded"
            more = {
                "kind": ("inspection", "supervision", "self_inspection")[move.how % 3],
                "by": {"office": "UBKT"},
                "findings": "…",
                "conclusion": "on_course",
            }
        case "rated":
            kind, period = RATINGS[move.which % 5]
            level = ("good", "excellent", "completed", "good")[move.how % 4]
            name = "RatingRecorded"
            more = {
                "subject": 1,
                "period_kind": kind,
                "period": period,
                "level": level,
                "authority_unit": "thanh-uy",
            }
        case "renewed":
            paper, latest = {"number": "1"}, max(model["years"])
            name = "RegistrationRenewed"
            more = {
                "year": latest + 1 + move.which % 2, "registration_document": paper, "late": move.how % 2 == 0,
                "plan_document": _plan(move, on), "backdated": False,
            }  # fmt: skip
        case "reclassified":
            name, more = "ModelReclassified", {"field": "political_system", "reason": "Đúng hơn"}
        case _:
            name, more = "ModelAmended", {"reason": "Sửa", **_amendment(move, model)}
    return f"model/{id}", name, {"on": on, "model": id, **more}


def _plan(move: Move, dated: str) -> Thing:
    """A plan with a number or without, with a date or without."""
    number = {"number": "01-KH"} if move.which % 2 else {"title": "Kế hoạch"}
    return {**number, **({"dated": dated} if move.how % 3 else {})}


def _amendment(move: Move, model: Thing) -> Thing:
    match move.how % 4:
        case 0:
            return {"changes": {"plan_document": _plan(move, "2027-03-31")}}
        case 1 if len(model["years"]) == 1:
            return {"changes": {"year": 2027}, "late": move.which % 2 == 0}
        case 2:
            return {"changes": {"subjects": [{**SUBJECTS[0], "left": True}, SUBJECTS[1]]}}
        case _:
            return {"changes": {"name": f"{model['name']} mới", "started_on": "2026-01-31"}}


def _of_adoption(life: Life, move: Move, on: str) -> tuple[str, str, Thing] | None:
    adoption = ADOPTIONS[move.which % 2]
    known = adoption in life.book.adoptions
    if move.verb == "adopted" and not known:
        models = list(life.book.models)
        said: Thing = {
            "on": on, "adoption": adoption, "model": models[move.how % len(models)],
            "unit": ("20194", "20242")[move.how % 2], "method": "…", "coordination": "…", "known": {},
            "roadmap": [{"milestone": "Ra mắt", "due_on": on}], "responsible": {"office": "Bí thư"},
        }  # fmt: skip
        if move.how == 3:
            said["adopter"] = SUBJECTS[0]["name"]
        return f"adoption/{adoption}", "ReplicationAdopted", said
    if move.verb == "went" and known:
        outcome = ("succeeded", "succeeded", "failed", "ongoing")[move.how % 4]
        return (
            f"adoption/{adoption}",
            "ReplicationOutcomeRecorded",
            {"on": on, "adoption": adoption, "outcome": outcome, "findings": "…"},
        )
    return None


def _of_replication(life: Life, move: Move, on: str) -> tuple[str, str, Thing] | None:
    book = life.book
    if move.verb == "proposed":
        fresh = [one for one in REPLICATIONS if one not in book.replications]
        models = [one for one in book.models.values() if one["state"] != "ended"]
        if not fresh or not models:
            return None
        model = models[move.which % len(models)]
        scope = ("city", "city", "area", "emulation_bloc", "own_unit", "city", "area")[move.how]
        said: Thing = {
            "on": on, "replication": fresh[0], "model": model["model"], "model_name": model["name"],
            "unit": model["unit"], "scope": scope, "targets": ["urban"][: move.which % 2], "known": {},
            "statements": {"c_rep_1": "Có", **({"c_rep_5": "Có"} if move.which % 5 else {})},
        }  # fmt: skip
        said |= {"field": model["field"]} if model.get("field") else {}
        said |= {"next": NEXT[model["unit"]]} if model["unit"] in NEXT and scope != "own_unit" else {}
        return f"replication/{fresh[0]}", "ReplicationProposed", said
    fit = [one for one in book.replications.values() if not one["withdrawn"]]
    if move.verb == "endorsed":
        fit = [one for one in fit if one["ready"] is None]
    if not fit:
        return None
    id = fit[move.which % len(fit)]["replication"]
    if move.verb == "endorsed":
        said = {"on": on, "replication": id, "unit": NEXT[book.replications[id]["unit"]]}
        return f"replication/{id}", "ReplicationEndorsed", said
    if move.how % 3:
        return None
    return (
        f"replication/{id}",
        "ReplicationWithdrawn",
        {"on": on, "replication": id, "reason": "Thôi", "known": {}},
    )


def _policy(life: Life, move: Move, on: str) -> tuple[str, str, Thing]:
    changed: dict[str, Any] = {
        "version": len(life.book.policies) + 1, "effective_from": on, "minimum_inspections": move.how % 3,
        "minimum_months_in_operation": move.which % 8, "opinion_days": move.how,
        "rating_periods": (["year", "quarter"], ["year", "quarter", "term"])[move.how % 2],
        "rating_required": ("good", "completed")[move.which % 2],
    }  # fmt: skip
    return "policy/scheme", "PolicyPublished", {**SCHEME, **changed, "on": on}
