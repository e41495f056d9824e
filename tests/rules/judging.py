"""Criteria sets and dossiers, as the catalogue has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from shared.reference.authority import OPERATOR, POLICY, Actor
from tests.rules.ground import ALREADY, Done, Ground, No, Thing, newest

STANDING = Actor("policy:dossiers", POLICY)
RUNNING = ("submitted", "accepted", "returned")
SENDERS = ("SubmitDossier", "SupplementDossier", "WithdrawDossier")
MAKES = {"AcceptDossier": "accepted", "ReturnDossier": "returned", "WithdrawDossier": "withdrawn"}

# What a dossier must be for a command to lead to something. Otherwise: appraisal.<what it is>.
NEEDS: dict[str, tuple[str, ...]] = {
    "AcceptDossier": ("submitted",),
    "ReturnDossier": ("submitted", "accepted"),
    "SupplementDossier": ("returned",),
    "WithdrawDossier": (*RUNNING, "completed"),
    "RecordSurvey": RUNNING,
    "RequestOpinion": RUNNING,
    "RecordOpinion": RUNNING,
    "DeclareConflict": (*RUNNING, "completed"),
    "AssessCriterion": ("accepted",),
    "CompleteAppraisal": ("accepted",),
    "ReopenAppraisal": ("completed",),
}


class Judging(Ground):
    """The appraisal's part."""

    def __init__(self, units: dict[str, Thing], today: str, dossier_of: Callable[[str], str]) -> None:
        """`dossier_of(replication)` is the id of the dossier that opens by itself."""
        super().__init__(units, today)
        self.dossier_of = dossier_of
        self.sets: list[Thing] = []
        self.dossiers: dict[str, Thing] = {}

    def decided(self, appraisal: str) -> bool:
        """Authority's part says that."""
        raise NotImplementedError

    def told(self, name: str, appraisal: Thing) -> None:
        """Authority hears of what happened to a dossier."""

    # --- criteria sets ------------------------------------------------------------------------------

    def publish_criteria(self, c: Thing, actor: Actor) -> Done:
        if c["level"] == "city":
            if not self.is_citys(actor):
                raise No("not-allowed")
            line = (c["purpose"], "city", None)
        else:
            unit = c.get("unit") or actor.unit
            if actor.role == OPERATOR or self.is_citys(actor):
                raise No("not-allowed")
            if unit not in self.units:
                raise No("unit.unknown")
            if self.heir(unit) != self.heir(str(actor.unit)):
                raise No("not-allowed")
            line = (c["purpose"], "grassroots", self.heir(unit))
        if c["level"] == "city" and c["rule"] != "all":
            raise No("criteria.city-must-be-all")
        own = [v for v in self.sets if v["criteria_set"] == c["criteria_set"]]
        source = [v for v in self.sets if v["criteria_set"] == c.get("derived_from")]
        if own and own[-1]["line"] != line:
            raise No("criteria.other-line")
        if c.get("derived_from") and not source:
            raise No("criteria-set.unknown")
        said = ("derived_from", "effective_from", "rule", "criteria")
        if own and all(own[-1].get(name) == c.get(name) for name in said):
            return ALREADY
        made = {**c, "line": line, "version": 1 + sum(v["line"] == line for v in self.sets)}
        self.sets.append(made)
        changes = None
        if source:
            old, new = ({k["code"]: k for k in v["criteria"]} for v in (source[-1], c))
            changes = [{"code": k, "change": "added"} for k in new if k not in old]
            changes += [{"code": k, "change": "removed"} for k in old if k not in new]
            changes += [{"code": k, "change": "changed"} for k in new if k in old and old[k] != new[k]]
        return "CriteriaPublished", {"version": made["version"], "changes": changes, "unit": line[2]}

    def criteria_on(self, purpose: str, level: str, unit: str, on: str) -> Thing | None:
        """Grassroots: the committee's own set, else the nearest parent's, else the city's."""
        lines: list[Any] = [(purpose, "city", None)]
        if level == "grassroots":
            lines = [*((purpose, "grassroots", one) for one in self.chain(unit)), *lines]
        for line in lines:
            if found := newest((v for v in self.sets if v["line"] == line), on):
                return found
        return None

    # --- dossiers -----------------------------------------------------------------------------------

    def is_open(self, d: Thing) -> bool:
        eligible = d["state"] == "completed" and d["outcome"] == "eligible"
        return d["state"] in RUNNING or (eligible and not self.decided(d["appraisal"]))

    def other_open(self, model: str, purpose: str, besides: str | None = None) -> bool:
        return any(
            self.is_open(d) and d["appraisal"] != besides
            for d in self.dossiers.values()
            if (d["model"], d["purpose"]) == (model, purpose)
        )

    def submit(self, c: Thing, actor: Actor, on: str) -> Done:
        model = self.models.get(c["model"])
        if model is None:
            raise No("model.unknown")
        unit = self.heir(c["unit"])
        if unit not in self.units:
            raise No("unit.unknown")
        above = self.units[unit].get("parent")
        citys = above is not None and self.units[self.heir(above)]["kind"] == "city_committee"
        if not self.within(model["unit"], c["unit"]) or (c["level"] == "city" and not citys):
            raise No("appraisal.not-responsible")
        if model["state"] in ("registered", "returned"):
            raise No("appraisal.model-not-received")
        if model["state"] != "received":
            raise No(f"appraisal.model-{model['state']}")
        if c["purpose"] == "replication":
            self.ready(c["replication"], c["model"])
        if self.other_open(c["model"], c["purpose"]):
            raise No("appraisal.already-open")
        since = self.at_work_since(model)
        day = max(on, since) if actor.is_policy else on
        criteria = self.criteria_on(c["purpose"], c["level"], c["unit"], day)
        policy = self.policy_on(day)
        if criteria is None:
            raise No("criteria.none-in-force")
        if policy is None:
            raise No("policy.none-in-force")
        self.known_criteria(c, criteria)
        day = self.not_before(actor, on, since)
        d = {
            **c, "state": "submitted", "since": day, "submitted_on": day, "criteria": criteria, "policy": policy,
            "model_unit": model["unit"], "findings": {}, "appraisers": [], "conflicts": [], "outcome": None,
        }  # fmt: skip
        self.dossiers[c["appraisal"]] = d
        return "DossierSubmitted", {
            "on": day, "model_unit": model["unit"], "criteria_set": criteria["criteria_set"],
            "criteria_version": criteria["version"], "policy_version": policy["version"],
            "facts": self.facts(d, day), "replication": c.get("replication"), "unit": c["unit"],
        }  # fmt: skip

    def ready(self, replication: str, model: str) -> None:
        proposal = self.replications.get(replication)
        if proposal is None:
            raise No("replication.unknown")
        gone = proposal["withdrawn"] or proposal["ready"] is None
        if proposal["scope"] != "city" or gone or proposal["model"] != model:
            raise No("appraisal.replication-not-ready")

    @staticmethod
    def known_criteria(c: Thing, criteria: Thing) -> None:
        codes = [one["code"] for one in criteria["criteria"]]
        if any(s["criterion"] not in codes for s in c.get("statements") or ()):
            raise No("appraisal.unknown-criterion")

    def missing(self, d: Thing) -> list[str]:
        """The criteria that neither the dossier nor its proposal says anything to."""
        said = {one["criterion"] for one in d.get("statements", ())}
        said |= self.replications.get(d.get("replication") or "", {}).get("statements", {}).keys()
        return [one["code"] for one in d["criteria"]["criteria"] if one["code"] not in said]

    def facts(self, d: Thing, on: str) -> list[tuple[str, bool]]:
        model, found = self.models[d["model"]], []
        for one in d["criteria"]["criteria"]:
            if checks := one.get("check"):
                met = [self.fact(check, model, d["policy"], on, d["submitted_on"]) for check in checks]
                found.append((one["code"], all(met)))
        return found

    def ask_dossier(self, name: str, c: Thing, actor: Actor, on: str) -> Done:
        """One command to a dossier."""
        d = self.dossiers.get(c["appraisal"])
        if d is None:
            if name != "SubmitDossier":
                raise No("appraisal.unknown")
            self.covers(actor, c["unit"])
            return self.submit(c, actor, on)
        if name in SENDERS:
            self.covers(actor, d["unit"])
        elif name == "DeclareConflict":
            self.of_level(actor, d["level"], d["unit"])
        else:
            self.competent(actor, "appraise", d["level"], d["unit"])
        if actor.sub in d["conflicts"] and name != "DeclareConflict":
            raise No("appraisal.conflict")
        if (name, d["state"]) in (("AcceptDossier", "accepted"), ("WithdrawDossier", "withdrawn")):
            return ALREADY
        if d["state"] not in NEEDS.get(name, ()):
            raise No(f"appraisal.{d['state']}")
        if name in ("WithdrawDossier", "ReopenAppraisal") and self.decided(d["appraisal"]):
            raise No("appraisal.decided")
        return self._step(name, c, actor, on, d)

    def _step(self, name: str, c: Thing, actor: Actor, on: str, d: Thing) -> Done:
        members: Thing = {}
        since = d["since"]
        match name:
            case "AcceptDossier" if self.missing(d):
                raise No("appraisal.incomplete")
            case "SupplementDossier":
                self.known_criteria(c, d["criteria"])
            case "AssessCriterion":
                if c["criterion"] not in [one["code"] for one in d["criteria"]["criteria"]]:
                    raise No("appraisal.unknown-criterion")
            case "CompleteAppraisal":
                members = self._concluded(d, actor)
            case "ReopenAppraisal" if self.other_open(d["model"], d["purpose"], d["appraisal"]):
                raise No("appraisal.already-open")
            case "DeclareConflict" if actor.sub in d["conflicts"]:
                return ALREADY
            case _:
                pass
        if name in ("RecordSurvey", "RequestOpinion", "RecordOpinion", "DeclareConflict"):
            since = d["submitted_on"]
        day = self.not_before(actor, on, since)
        if (
            name in ("RecordSurvey", "AssessCriterion", "CompleteAppraisal")
            and actor.sub not in d["appraisers"]
        ):
            d["appraisers"].append(actor.sub)
        match name:
            case "AcceptDossier" | "ReturnDossier" | "WithdrawDossier":
                d |= {"state": MAKES[name], "since": day}
            case "SupplementDossier":
                d |= {
                    "state": "submitted",
                    "since": day,
                    "statements": [*d.get("statements", ()), *c.get("statements", ())],
                }
                members = {"facts": self.facts(d, day)}
            case "AssessCriterion":
                d["findings"][c["criterion"]] = (c["finding"], actor.sub)
            case "DeclareConflict":
                d["conflicts"].append(actor.sub)
            case "CompleteAppraisal":
                d |= {"state": "completed", "since": day, "outcome": members["outcome"]}
                d["concluded"] = {**members, "on": day, "appraisers": list(d["appraisers"])}
                members = d["concluded"]
            case "ReopenAppraisal":
                d |= {"state": "accepted", "since": day, "outcome": None}
            case "RequestOpinion":
                members = {"due_on": c.get("due_on") or plus_days(day, d["policy"]["opinion_days"])}
            case _:
                pass
        self.told(name, d)
        return EVENTS[name], {"on": day, **members}

    def _concluded(self, d: Thing, actor: Actor) -> Thing:
        """The outcome follows from the rule; nobody enters it."""
        model = self.models[d["model"]]
        rows: list[Thing] = []
        for one in d["criteria"]["criteria"]:
            finding, by = d["findings"].get(one["code"], ("needs_evidence", ""))
            if finding == "needs_evidence":
                raise No("appraisal.criterion-open")
            rows.append({"criterion": one["code"], "finding": finding, "by": by})
        met = sum(row["finding"] == "met" for row in rows)
        rule = d["criteria"]["rule"]
        enough = met == len(rows) if rule == "all" else met >= rule["at_least"]
        proposal = self.replications.get(d.get("replication") or "", {})
        return {
            "outcome": "eligible" if enough else "not_eligible", "findings": rows, "model": d["model"],
            "model_name": model["name"], "model_unit": d["model_unit"], "unit": d["unit"],
            "unit_name": self.units[d["unit"]]["name"], "field": model.get("field"), "level": d["level"],
            "purpose": d["purpose"], "conflicts": list(d["conflicts"]), "proposed_scope": proposal.get("scope"),
            "subjects": [s for s in model["subjects"] if not s.get("left")],
            "criteria_set": d["criteria"]["criteria_set"], "criteria_version": d["criteria"]["version"],
        }  # fmt: skip

    # --- standing orders ----------------------------------------------------------------------------

    def tell(self, name: str, said: Thing, id: str) -> None:
        """A ready replication opens its dossier; one withdrawn, or whose model ends, takes it back."""
        super().tell(name, said, id)
        proposal = self.replications.get(said.get("replication", ""))
        try:
            if name in ("ReplicationProposed", "ReplicationEndorsed") and proposal:
                wanted = self.dossier_of(said["replication"])
                if proposal["scope"] == "city" and proposal["ready"] and wanted not in self.dossiers:
                    self.submit(
                        {"appraisal": wanted, "model": proposal["model"], "purpose": "replication",
                         "level": "city", "unit": proposal["ready"], "replication": said["replication"]},
                        STANDING, said["on"],
                    )  # fmt: skip
            elif name in ("ReplicationWithdrawn", "ModelEnded"):
                for d in self.dossiers.values():
                    its = said.get("replication") or d.get("replication")
                    model = said.get("model") or d["model"]
                    same = d["purpose"] == "replication" and (d["replication"], d["model"]) == (its, model)
                    if same and self.is_open(d):
                        self._step("WithdrawDossier", {}, STANDING, said["on"], d)
        except No:
            pass


def plus_days(day: str, number: int) -> str:
    """So many days later."""
    return (date.fromisoformat(day) + timedelta(number)).isoformat()


EVENTS = {
    "AcceptDossier": "DossierAccepted", "ReturnDossier": "DossierReturned",
    "SupplementDossier": "DossierSupplemented", "WithdrawDossier": "DossierWithdrawn",
    "RecordSurvey": "SurveyRecorded", "RequestOpinion": "OpinionRequested", "RecordOpinion": "OpinionRecorded",
    "DeclareConflict": "ConflictDeclared", "AssessCriterion": "CriterionAssessed",
    "CompleteAppraisal": "AppraisalCompleted", "ReopenAppraisal": "AppraisalReopened",
}  # fmt: skip
