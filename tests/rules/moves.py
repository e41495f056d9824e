"""What may be asked and told in a life: mostly a step that something waits for, at times anything by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from shared.contracts import appraisal, awards
from shared.reference.authority import Actor
from tests.rules.deciding import Deciding
from tests.rules.ground import Thing
from tests.support import city
from tests.support.city import id_of

TODAY = "2030-12-31"
MODELS = {id_of(1): "20242", id_of(2): "pn-20242", id_of(3): "so-y-te"}
REPLICATIONS = [id_of(n) for n in (11, 12, 13, 14)]
DOSSIERS = [id_of(n) for n in range(21, 29)]
SETS = [id_of(n) for n in (31, 32, 33, 34)]
EARLIER, ADOPTIONS = [id_of(41), id_of(42)], [id_of(45), id_of(46)]
ROUNDS, COMMENDATIONS = [id_of(n) for n in (51, 52, 53, 54)], [id_of(n) for n in range(61, 66)]
SUBJECTS = [one.model_dump(mode="json", exclude_none=True) for one in (city.WOMENS_UNION, city.RESIDENTS)]
RECIPIENTS = [*SUBJECTS, city.TEACHER.model_dump(mode="json", exclude_none=True)]
TWO_HATS = Actor(city.CITY_APPRAISER.sub, "approver", "btv-thanhuy")
DEPARTMENT = Actor("can-bo-so-y-te", "unit_officer", "so-y-te")
CITY_OFFICER = Actor("van-phong", "unit_officer", "thanh-uy")
WARD_HEIR = Actor("bi-thu-phuong-cu", "approver", "20243")
ACTORS = [
    city.WARD_OFFICER, city.WOMENS_OFFICER, city.OTHER_OFFICER, CITY_OFFICER, DEPARTMENT, city.CITY_APPRAISER,
    city.SECOND_APPRAISER, city.WARD_APPRAISER, city.CITY_APPROVER, city.WARD_APPROVER, city.OTHER_APPROVER,
    city.BLOC_APPROVER, city.THE_OPERATOR, TWO_HATS, WARD_HEIR, city.PEOPLES_APPROVER, city.WARDS_CHAIR,
]  # fmt: skip
FORMS = [
    {"code": "bang_khen", "name": "Bằng khen", "track": "state", "level": "city",
     "recipient_kinds": ["collective", "individual"]},
    {"code": "giay_khen", "name": "Giấy khen", "track": "party", "level": "grassroots",
     "recipient_kinds": ["collective"]},
    {"code": "huan_chuong", "name": "Huân chương", "track": "state", "level": "state",
     "recipient_kinds": ["individual"]},
]  # fmt: skip
CRITERIA = [
    [{"code": "c_1", "text": "Đăng ký từ đầu năm", "check": ["registered_by_deadline", "plan_attached"]},
     {"code": "c_2", "text": "Lợi ích thiết thực"}],
    [{"code": "c_1", "text": "Đủ lâu, có kiểm tra", "check": ["months_in_operation", "inspections"]},
     {"code": "c_7", "text": "Hoàn thành tốt trở lên", "check": ["rating"]},
     {"code": "c_5", "text": "Đã nhân rộng thành công", "check": ["successful_adoption"]}],
    [{"code": "c_rep_1", "text": "Dễ làm theo"},
     {"code": "c_rep_5", "text": "Đã nhân rộng thành công", "check": ["successful_adoption"]}],
]  # fmt: skip
SCHEME = city.POLICY_V1.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True)
class Move:
    """One step of a life, in small numbers that shrink."""

    verb: str
    which: int = 0
    how: int = 0
    who: int = 0
    days: int = 5


Wish = tuple[str, Thing, Actor]


class Life:
    """Turns moves into commands and facts that fit what the rules know so far."""

    def __init__(self, book: Deciding) -> None:
        self.book = book
        self.day = "2026-01-05"

    def later(self, days: int) -> str:
        """The days of a life go on, until they are used up."""
        on = date.fromisoformat(self.day) + timedelta(days)
        self.day = min(on.isoformat(), TODAY)
        return self.day

    def command(self, move: Move) -> Wish:
        """A command, and who sends it."""
        c: Thing = {"on": self.later(move.days)}
        name, more = self._next(move) if move.verb == NEXT else (move.verb, {})
        match name:
            case _ if more:
                c |= more
            case "PublishCriteria":
                c |= self._criteria(move)
            case "SubmitDossier":
                c |= self._dossier(move)
            case "PublishForms":
                c |= {"effective_from": self.day, "forms": FORMS[: move.how % 3 + 1]}
            case "RecordEarlierRecognition":
                c |= {"recognition": EARLIER[move.which % 2], "model": self._model(move.how), "level": "city"}
            case "ListEarlierModel":
                c |= {"listing": EARLIER[move.which % 2], "model": self._model(move.how)}
            case _:
                c |= self._about(name, move)
        if "decision" in FIELDS[name]:
            c["decision"] = {"number": f"{move.how}-QĐ", "decided_on": self.day, "authority": "BTV"}
        if move.who == 21:  # a date that does not fit
            c["on"] = ("2019-12-31", "2031-01-01", "2025-12-31")[move.how % 3]
        elif move.who == 22:
            c["on"] = (date.fromisoformat(self.day) - timedelta(30 * move.how)).isoformat()
            c["decision"] = c.get("decision") and {**c["decision"], "decided_on": c["on"]}
        c = {k: v for k, v in c.items() if v is not None}
        return name, c, self._actor(name, c, move)

    def _next(self, move: Move) -> tuple[str, Thing]:
        """What a dossier waits for on its way to a decision; another dossier where none waits."""
        book = self.book
        if move.which >= 9:
            waiting = [
                one for r in book.rounds.values() for one in r["items"].values() if one["state"] == "proposed"
            ]
            return ("GrantCommendation" if waiting else "ProposeCommendation"), {}
        going = [d for d in book.dossiers.values() if book.is_open(d)]
        if not going or move.which == 0:
            return "SubmitDossier", {}
        d = going[move.which % len(going)]
        id = {"appraisal": d["appraisal"]}
        match d["state"]:
            case "submitted":
                if book.missing(d) and move.how % 3:
                    return "ReturnDossier", {**id, "missing": ["Thuyết minh"]}
                return "AcceptDossier", id
            case "returned":
                codes = [one["code"] for one in d["criteria"]["criteria"]]
                return "SupplementDossier", {
                    **id, "statements": [{"criterion": code, "statement": "Đạt"} for code in codes],
                }  # fmt: skip
            case "accepted":
                codes = [one["code"] for one in d["criteria"]["criteria"]]
                waiting = [
                    c for c in codes if d["findings"].get(c, ("needs_evidence",))[0] == "needs_evidence"
                ]
                if not waiting:
                    return "CompleteAppraisal", {**id, "summary": "Kết luận"}
                finding = "not_met" if move.how == 6 else "met"
                return "AssessCriterion", {
                    **id,
                    "criterion": waiting[0],
                    "finding": finding,
                    "reason": "Lý do",
                }
            case _ if d["purpose"] == "replication":
                return "ListModel", {"listing": d["appraisal"], "scope": "city", "supplement": move.how}
            case _:
                verb = ("RecogniseModel", "RecogniseModel", "DeclineRecognition", "DeferRecognition")[
                    move.how % 4
                ]
                said = {} if verb == "RecogniseModel" else {"reason": "Lý do"}
                return verb, {"recognition": d["appraisal"], **said}

    # --- what it is about ---------------------------------------------------------------------------

    def _model(self, which: int) -> str:
        known = list(self.book.models)
        return id_of(9) if which == 11 else known[which % len(known)]

    def _fitting(self, things: dict[str, Thing], states: tuple[str, ...], which: int, ids: list[str]) -> str:
        """Something in one of these states, at times anything."""
        fit = [id for id, thing in things.items() if thing["state"] in states]
        pool = ids if which % 9 == 8 or not fit else fit
        return pool[which % len(pool)]

    def _criteria(self, move: Move) -> Thing:
        grassroots = move.which % 4 in (2, 3)
        rule: Any = {"at_least": 1} if move.how % 3 == 0 else "all"
        purpose = "replication" if move.which % 4 == 1 else "recognition"
        return {
            "criteria_set": SETS[move.which % 4], "purpose": purpose, "level": "grassroots" if grassroots else "city",
            "unit": (None, "20242", "20243", "du-ubnd")[move.who % 4] if grassroots else None,
            "derived_from": SETS[0] if move.how % 2 else None, "effective_from": self.day, "rule": rule,
            "criteria": CRITERIA[2 if purpose == "replication" else move.how % 2],
        }  # fmt: skip

    def _dossier(self, move: Move) -> Thing:
        model = self._model(move.which)
        unit = self.book.units.get(MODELS.get(model, "20242"), {})
        usual = unit.get("parent") if unit.get("kind") == "organisation" else MODELS.get(model, "20242")
        c: Thing = {
            "appraisal": DOSSIERS[len(self.book.dossiers) % 8], "model": model, "purpose": "recognition",
            "level": "grassroots" if move.how % 3 == 1 else "city",
            "unit": ("20194", "thanh-uy", "20243", "pn-20242", "khong-co")[move.who % 5] if move.how == 6 else usual,
        }  # fmt: skip
        if move.how == 5:
            replication = [*REPLICATIONS, id_of(9)][move.which % 5]
            c |= {"purpose": "replication", "level": "city", "replication": replication}
        asked = self.book.criteria_on(c["purpose"], c["level"], c["unit"], self.day) or {
            "criteria": CRITERIA[0]
        }
        codes = [one["code"] for one in asked["criteria"]][: 1 if move.which % 6 == 5 else None]
        said = codes if move.how else ["c_9"]
        return {**c, "statements": [{"criterion": code, "statement": "Đạt"} for code in said]}

    def _about(self, name: str, move: Move) -> Thing:
        book, which, how = self.book, move.which, move.how
        fields = FIELDS[name]
        c: Thing = {}
        if "appraisal" in fields:
            states = WAITING.get(name, ("submitted", "accepted", "returned", "completed"))
            c["appraisal"] = self._fitting(book.dossiers, states, which, DOSSIERS)
        elif "recognition" in fields:
            states = ("recognised",) if name == "RevokeRecognition" else ("open", "deferred")
            c["recognition"] = self._fitting(book.recognitions, states, which, [*DOSSIERS, *EARLIER])
        elif "listing" in fields:
            states = ("listed",) if name == "DelistModel" else ("open",)
            c["listing"] = self._fitting(book.listings, states, which, [*REPLICATIONS, *EARLIER])
        else:
            open_ones = {id: one for id, one in book.rounds.items() if one["state"] == "open"}
            there = list(book.rounds if which % 4 == 3 else open_ones) or ROUNDS
            c["round"] = ROUNDS[which % 4] if name == "OpenRound" else there[which % len(there)]
        values: Thing = {
            "reason": "Lý do", "missing": ["Ảnh"], "place": "Tổ 12", "participants": [], "findings": "Tốt",
            "agency": "Sở Xây dựng", "question": "?", "opinion": "Không vướng", "summary": "Kết luận",
            "criterion": ("c_1", "c_2", "c_1", "c_2", "c_7", "c_5", "c_9")[how], "ground": "other", "supplement": 1,
            "finding": ("met", "met", "not_met", "met", "needs_evidence")[which % 5], "year": 2027,
            "scope": ("city", "area", "emulation_bloc")[how % 3], "occasion": "annual",
            "form": ("bang_khen", "giay_khen", "huan_chuong", "khong_co")[how % 4 if how < 4 else 0],
            "quota": ({"collective": 1}, {"individual": 0}, {"collective": 2, "individual": 1}, {})[how % 4],
            "achievement": "Năm năm liền", "recipient": RECIPIENTS[how % 3],
        }  # fmt: skip
        c |= {k: v for k, v in values.items() if k in fields}
        if "commendation" in fields:
            items = book.rounds.get(c["round"], {}).get("items", {})
            states = ("granted",) if name == "CancelCommendation" else ("proposed",)
            ids = COMMENDATIONS if name == "ProposeCommendation" else [*COMMENDATIONS, id_of(9)]
            c["commendation"] = (
                ids[how % len(ids)] if name[0] == "P" else self._fitting(items, states, how, ids)
            )
        if name == "ProposeCommendation":
            c["models"] = (None, [id_of(1)], [id_of(1), id_of(2)], [id_of(9)])[which % 4]
        if name == "ListModel" and which % 2:
            c["targets"] = ["urban"]
        return c

    def _actor(self, name: str, c: Thing, move: Move) -> Actor:
        """Mostly one who may, at times anybody."""
        if move.who >= 20 or (name == "PublishCriteria" and move.who % 4 == 3):
            return ACTORS[(move.who + move.which) % len(ACTORS)]
        its: Thing = self.book.dossiers.get(c.get("appraisal", "")) or self.book.recognitions.get(
            c.get("recognition", "")) or self.book.rounds.get(c.get("round", "")) or c  # fmt: skip
        ward = its.get("level") == "grassroots" or c.get("form") == "giay_khen"
        if name in ("SubmitDossier", "SupplementDossier", "WithdrawDossier"):
            return CITY_OFFICER if move.who % 2 else city.WARD_OFFICER
        roles = ROLES[name]
        if "approver" in roles and (ward or name != "PublishCriteria") and name != "DeclareConflict":
            if its.get("track") == "state":
                return city.WARDS_CHAIR if ward else city.PEOPLES_APPROVER
            return (
                city.WARD_APPROVER
                if ward
                else (city.CITY_APPROVER, city.CITY_APPROVER, TWO_HATS)[move.who % 3]
            )
        if "appraiser" in roles:
            return city.WARD_APPRAISER if ward else (city.CITY_APPRAISER, city.SECOND_APPRAISER)[move.who % 2]
        return city.THE_OPERATOR


NEXT = "next"
"""The verb of a move that takes whatever comes next."""

WAITING = {
    "AcceptDossier": ("submitted",), "ReturnDossier": ("submitted",), "SupplementDossier": ("returned",),
    "AssessCriterion": ("accepted",), "CompleteAppraisal": ("accepted",), "ReopenAppraisal": ("completed",),
}  # fmt: skip
CLASSES: dict[str, Any] = {
    name: getattr(appraisal, name, None) or getattr(awards, name)
    for name in (
        *[
            "PublishCriteria",
            "SubmitDossier",
            "AcceptDossier",
            "ReturnDossier",
            "SupplementDossier",
            "WithdrawDossier",
        ],
        *[
            "RecordSurvey",
            "RequestOpinion",
            "RecordOpinion",
            "DeclareConflict",
            "AssessCriterion",
            "CompleteAppraisal",
        ],
        *["ReopenAppraisal", "RecogniseModel", "DeclineRecognition", "DeferRecognition", "RevokeRecognition"],
        *[
            "RecordEarlierRecognition",
            "ListModel",
            "ListEarlierModel",
            "RefuseListing",
            "DelistModel",
            "PublishForms",
        ],
        *["OpenRound", "AllocateQuota", "ProposeCommendation", "GrantCommendation", "RejectCommendation"],
        *["CancelCommendation", "CloseRound"],
    )
}
ROLES = {row.command.__name__: row.roles for service in (APPRAISAL, AWARDS) for row in service.commands}
FIELDS = {name: set(kind.model_fields) for name, kind in CLASSES.items()}
for _name in ("DeclineRecognition", "RefuseListing", "DelistModel", "DeferRecognition"):
    FIELDS[_name].discard("decision")  # optional there: without it the act has a day of its own
OFTEN = (*[NEXT] * 40, "OpenRound", *["ProposeCommendation"] * 4, *["GrantCommendation"] * 4, "AllocateQuota")
"""What is asked more often than the rest."""
