"""The registry's rules told once more, plainly, from the catalogue and not from the code: the one that replays it.

    rules = Rules()
    rules.take(today, who, "RegisterModel", body)   # the state after it, None when nothing changed; raises No(code)

Commands are JSON bodies, things are dicts, nothing is shared with what it is held against. It knows who may, which
state a step needs, which day it may lie on, what is refused with which code, and what follows (late, next, changes).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]
CITY_KINDS = ("city_committee", "commission", "authority")
ALL_FIVE = {f"c_rep_{n}" for n in range(1, 6)}
ENVELOPE = ("on", "reason")

OFFICER = ("unit_officer",)
FROM_ABOVE = ("unit_officer", "appraiser")
MAY: dict[str, tuple[str, ...]] = {
    "RegisterUnit": ("operator",), "AmendUnit": ("operator",), "CloseUnit": ("operator",),
    "PublishPolicy": ("operator",), "RegisterModel": ("unit_officer", "operator"), "ReceiveModel": FROM_ABOVE,
    "ReturnModel": FROM_ABOVE, "AmendModel": OFFICER, "ReclassifyModel": OFFICER, "RecordInspection": FROM_ABOVE,
    "ReportProgress": OFFICER, "RecordRating": FROM_ABOVE, "ConfirmMaintenance": OFFICER, "SuspendModel": OFFICER,
    "ResumeModel": OFFICER, "EndModel": OFFICER, "PublishGuide": OFFICER, "ProposeReplication": OFFICER,
    "EndorseReplication": FROM_ABOVE, "WithdrawReplication": OFFICER, "AdoptModel": OFFICER,
    "RecordAdoptionOutcome": OFFICER, "RenewRegistration": OFFICER, "RecordMilestone": OFFICER, "AmendRoadmap": OFFICER,
    "SubmitUnitReport": OFFICER, "AmendUnitReport": OFFICER,
}  # fmt: skip
"""The catalogue's "Who", row by row; operators register because they import."""

NEEDS: dict[str, tuple[str, ...]] = {
    "ReceiveModel": ("registered",), "ReturnModel": ("registered",), "SuspendModel": ("received",),
    "ResumeModel": ("suspended",), "ConfirmMaintenance": ("received",), "RenewRegistration": ("received",),
}  # fmt: skip
"""The state a step needs; every other step needs only that the model has not ended."""
ANY_DAY = ("RecordInspection", "ReportProgress", "RecordRating")
FROM_REGISTRATION = ("ReclassifyModel", "PublishGuide")


class No(Exception):
    """Refused, with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Who:
    """Who sends a command."""

    sub: str
    role: str
    unit: str | None


@dataclass
class Rules:
    """Everything the registry knows, and what it answers."""

    units: dict[str, Thing] = field(default_factory=dict[str, Thing])
    policies: list[Thing] = field(default_factory=list[Thing])
    models: dict[str, Thing] = field(default_factory=dict[str, Thing])
    replications: dict[str, Thing] = field(default_factory=dict[str, Thing])
    adoptions: dict[str, Thing] = field(default_factory=dict[str, Thing])
    reports: dict[str, Thing] = field(default_factory=dict[str, Thing])
    recognised: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    listings: list[Thing] = field(default_factory=list[Thing])
    today: str = ""

    def take(self, today: str, who: Who, command: str, body: Thing) -> Thing | None:
        """What the thing is after this command; None when all was so already."""
        if who.role not in MAY[command]:
            raise No("not-allowed")
        said = body.get("statements", {}).keys()
        if command == "ProposeReplication" and body["scope"] == "city" and ALL_FIVE - said:
            raise No("replication.statements-missing")
        on = self.documents_are_there(day_of(body, today), body)
        self.today = today
        return getattr(self, "_" + snake(command))(who, on, body)

    @staticmethod
    def documents_are_there(on: str, body: Thing) -> str:
        """The day; no document of a filing is dated after it."""
        papers = [body[name] for name in ("registration_document", "plan_document") if name in body]
        if any(paper.get("dated", on) > on for paper in papers):
            raise No("date.document-after-act")
        return on

    # --- units ------------------------------------------------------------------------------------

    def heir(self, unit: str) -> str:
        while (into := self.units.get(unit, {}).get("merged_into")) is not None:
            unit = into
        return unit

    def line(self, unit: str) -> list[str]:
        """The unit and all above it, those that were merged replaced by who took them over."""
        found, following = [], self.heir(unit)
        while True:
            found.append(following)
            parent = self.units.get(following, {}).get("parent")
            if parent is None:
                return found
            following = self.heir(parent)

    def of_city(self, who: Who) -> bool:
        """The city committee, or a body directly under it; operators and policies, who have no unit."""
        if who.unit is None:
            return True
        kinds = [self.units.get(one, {}).get("kind") for one in self.line(who.unit)]
        return kinds == ["city_committee"] or (
            len(kinds) == 2 and kinds[1] == "city_committee" and kinds[0] in CITY_KINDS
        )

    def place(self, unit: str) -> str:
        """A committee's own authority or commission has the committee's place."""
        line = self.line(unit)
        kinds = [self.units.get(one, {}).get("kind") for one in line]
        body = kinds[0] in ("authority", "commission") and len(line) > 1 and kinds[1] not in CITY_KINDS
        return line[1] if body else line[0]

    def everywhere(self, who: Who) -> bool:
        """For all units acts who appraises for the city, or for no unit; an officer only for the own and below."""
        return who.unit is None or (who.role != "unit_officer" and self.of_city(who))

    def must_be_own(self, who: Who, unit: str) -> None:
        """The own unit and units below it."""
        if unit not in self.units:
            raise No("unit.unknown")
        if who.role == "operator" or self.everywhere(who):
            return
        if who.unit is None or self.place(who.unit) not in self.line(unit):
            raise No("not-allowed")

    def must_oversee(self, who: Who, unit: str, declared_by: str) -> None:
        """An officer of a unit above, or an appraiser; never who declared it."""
        mine = None if who.unit is None else self.place(who.unit)
        same = mine == self.heir(unit)
        within = self.everywhere(who) or mine in self.line(unit)
        if not within or (who.role == "unit_officer" and same) or who.sub == declared_by:
            raise No("not-allowed")

    def must_be_open(self, unit: str) -> None:
        if self.units[unit]["state"] == "closed":
            raise No("unit.closed")

    def must_lead(self, unit: str, other: str | None) -> None:
        """A parent or successor: on record, not below the unit, open."""
        if other is None:
            return
        if other == unit:
            raise No("unit.cycle")
        if other not in self.units:
            raise No("unit.unknown")
        if unit in self.line(other):
            raise No("unit.cycle")
        self.must_be_open(other)

    def _register_unit(self, who: Who, on: str, body: Thing) -> Thing | None:
        wished = {"tags": [], **without(body, *ENVELOPE)}
        if (there := self.units.get(body["unit"])) is not None:
            if there["state"] == "open" and not differing(there, wished):
                return None
            raise No("unit.already-registered")
        self.must_lead(body["unit"], body.get("parent"))
        self.units[body["unit"]] = {**wished, "state": "open", "since": on}
        return self.units[body["unit"]]

    def _amend_unit(self, who: Who, on: str, body: Thing) -> Thing | None:
        unit = self.open_unit(body["unit"])
        in_order(on, unit["since"])
        if not (changes := differing(unit, without(body, "unit", *ENVELOPE))):
            return None
        self.must_lead(body["unit"], changes.get("parent"))
        unit.update(changes)
        return unit

    def _close_unit(self, who: Who, on: str, body: Thing) -> Thing | None:
        name, into = body["unit"], body.get("merged_into")
        unit = self.open_unit(name)
        in_order(on, unit["since"])
        if into is None:
            if any(self.heir(m["unit"]) == name for m in self.models.values() if m["state"] != "ended"):
                raise No("unit.has-running-models")
            below = (u for u in self.units.values() if u["state"] == "open" and "parent" in u)
            if any(self.heir(child["parent"]) == name for child in below):
                raise No("unit.has-open-children")
        self.must_lead(name, into)
        unit.update(state="closed", **({} if into is None else {"merged_into": into}))
        return unit

    def open_unit(self, name: str) -> Thing:
        if name not in self.units:
            raise No("unit.unknown")
        self.must_be_open(name)
        return self.units[name]

    # --- policy -----------------------------------------------------------------------------------

    def _publish_policy(self, who: Who, on: str, body: Thing) -> Thing | None:
        terms = without(body, "on")
        if self.policies and without(self.policies[-1], "version") == terms:
            return None
        self.policies.append({**terms, "version": len(self.policies) + 1})
        return {"version": len(self.policies)}

    def policy(self, on: str) -> Thing | None:
        """The highest version in force on a day."""
        return next((p for p in reversed(self.policies) if p["effective_from"] <= on), None)

    def pinned(self, version: int | None) -> Thing | None:
        return None if version is None else self.policies[version - 1]

    # --- models -----------------------------------------------------------------------------------

    def _register_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        if body["model"] in self.models:
            raise No("model.already-registered")
        self.must_be_own(who, body["unit"])
        self.must_be_open(body["unit"])
        if "adopted_from" in body and body["adopted_from"] not in self.adoptions:
            raise No("adoption.unknown")
        policy = self.policy(on)
        self.models[body["model"]] = model = {
            **without(body, "on"), "state": "registered", "since": on, "registered_on": on, "by": who.sub,
            **self.filed(on, body, policy), "policy_version": policy and policy["version"],
            "maintained": [], "inspections": 0, "ratings": 0, "progress": 0,
        }  # fmt: skip
        model["registrations"] = [self.registration(on, body, model, body["basis"])]
        return model

    def filed(self, on: str, body: Thing, policy: Thing | None) -> Thing:
        """Late or not, said afterwards or not: by the deadline of the year in the policy of the day."""
        if policy is None:
            return {"late": False, "backdated": False}
        deadline = f"{body['year']}-{policy['registration_deadline']}"
        afterwards = on <= deadline < self.today
        shown = "evidence" in body.get("registration_document", {})
        return {"late": on > deadline or (afterwards and not shown), "backdated": afterwards}

    @staticmethod
    def registration(on: str, body: Thing, said: Thing, basis: str) -> Thing:
        """One year of a model as it is shown."""
        papers = {name: body[name] for name in ("registration_document", "plan_document") if name in body}
        told = {
            name: said[name] for name in ("late", "backdated", "policy_version") if said[name] is not None
        }
        return {"year": body["year"], "basis": basis, "on": on, **told, **papers}

    def _renew_registration(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "RenewRegistration", body)
        if body["year"] <= max(one["year"] for one in model["registrations"]):
            raise No("model.already-registered-for-year")
        policy = self.policy(on)
        said = {**self.filed(on, body, policy), "policy_version": policy and policy["version"]}
        model["registrations"].append(self.registration(on, body, said, "maintained"))
        model.update(without(body, "model", "year", "on"))
        return model

    def step(self, who: Who, on: str, command: str, body: Thing) -> Thing:
        """The model, when this actor may take this step with it in its state, on this day."""
        if (model := self.models.get(body["model"])) is None:
            raise No("model.unknown")
        if command in ("ReceiveModel", "ReturnModel", "RecordRating"):
            self.must_oversee(who, model["unit"], model["by"])
        else:
            self.must_be_own(who, model["unit"])
        state = model["state"]
        if state == "ended" or state not in NEEDS.get(command, (state,)):
            raise No("model.not-in-operation" if command == "ConfirmMaintenance" else f"model.{state}")
        if command in FROM_REGISTRATION or (command == "AmendModel" and state != "returned"):
            in_order(on, model["registered_on"])
        elif command not in ANY_DAY:
            in_order(on, model["since"])
        return model

    def _receive_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "ReceiveModel", body)
        free = {"required_at_reception": [], "building_verdict_required": False}
        policy = self.pinned(model["policy_version"]) or self.policy(on) or free
        judged = len(body.get("building", {})) == 4 or not policy["building_verdict_required"]
        if not judged or any(not model.get(name) for name in policy["required_at_reception"]):
            raise No("model.incomplete")
        if "not_met" in body.get("building", {}).values():
            raise No("model.building-criterion-not-met")
        return moved(model, "received", on, received_on=model.get("received_on", on))

    def _return_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        return moved(self.step(who, on, "ReturnModel", body), "returned", on)

    def _suspend_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        return moved(self.step(who, on, "SuspendModel", body), "suspended", on)

    def _resume_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        return moved(self.step(who, on, "ResumeModel", body), "received", on)

    def _end_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        return moved(self.step(who, on, "EndModel", body), "ended", on, ground=body["ground"])

    def _amend_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "AmendModel", body)
        if not (changes := differing(model, without(body, "model", *ENVELOPE))):
            return None
        old, new = model["subjects"], changes.get("subjects", model["subjects"])
        stay = all(a["kind"] == b["kind"] for a, b in zip(old, new, strict=False))
        left = all(b.get("left") for a, b in zip(old, new, strict=False) if a.get("left"))
        if len(new) < len(old) or not stay or not left:
            raise No("model.subjects-keep-positions")
        if "adopted_from" in changes and changes["adopted_from"] not in self.adoptions:
            raise No("adoption.unknown")
        model.update(changes)
        papers = {n: changes[n] for n in ("registration_document", "plan_document") if n in changes}
        model["registrations"][-1] |= papers
        return moved(model, "registered", on) if model["state"] == "returned" else model

    def _reclassify_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "ReclassifyModel", body)
        if model.get("field") == body["field"]:
            return None
        model["field"] = body["field"]
        return model

    def _record_inspection(self, who: Who, on: str, body: Thing) -> Thing | None:
        return counted(self.step(who, on, "RecordInspection", body), "inspections")

    def _report_progress(self, who: Who, on: str, body: Thing) -> Thing | None:
        return counted(self.step(who, on, "ReportProgress", body), "progress")

    def _record_rating(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "RecordRating", body)
        if body["subject"] > len(model["subjects"]):
            raise No("subject.unknown")
        if (authority := body["authority_unit"]) not in self.units:
            raise No("unit.unknown")
        own, rates = self.heir(model["unit"]), self.heir(authority)
        if rates == own or not (rates in self.line(own) or self.of_city(Who("", "", authority))):
            raise No("rating.not-competent")
        return counted(model, "ratings")

    def _confirm_maintenance(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "ConfirmMaintenance", body)
        if body["year"] in model["maintained"]:
            raise No("model.maintenance-already-confirmed")
        model["maintained"].append(body["year"])
        return model

    def _publish_guide(self, who: Who, on: str, body: Thing) -> Thing | None:
        model = self.step(who, on, "PublishGuide", body)
        model["guide"] = body["content"]
        return model

    # --- replication ------------------------------------------------------------------------------

    def _propose_replication(self, who: Who, on: str, body: Thing) -> Thing | None:
        if body["replication"] in self.replications:
            raise No("replication.already-proposed")
        self.must_be_own(who, body["unit"])
        if (model := self.models.get(body["model"])) is None:
            raise No("model.unknown")
        if model["state"] != "received":
            raise No(f"model.{model['state']}")
        in_order(on, model["since"])
        self.must_be_open(body["unit"])
        if self.heir(body["unit"]) not in self.line(model["unit"]):
            raise No("not-allowed")
        named = [self.adoptions.get(one, {}) for one in body.get("adoptions", ())]
        if any(one.get("model") != body["model"] for one in named):
            raise No("adoption.unknown")
        city, of_model = body["scope"] == "city", [a for a in self.adoptions.values()
                                                   if a["model"] == body["model"]]  # fmt: skip
        if city and not any(one == body["model"] for one, _ in self.recognised):
            raise No("replication.not-recognised")
        succeeded = [a for a in of_model if a["state"] == "succeeded"]
        if any(one not in succeeded for one in named) or (city and not succeeded):
            raise No("replication.no-success-on-record")
        same = (r for r in self.replications.values()
                if (r["model"], r["scope"]) == (body["model"], body["scope"]))  # fmt: skip
        if any(r["state"] != "withdrawn" and not r["decided"] for r in same):
            raise No("replication.already-open")
        asked = {"state": "complete", "since": on, "by": who.sub, "decided": False}
        self.replications[body["replication"]] = proposal = {**without(body, "on"), **asked}
        return self.asked_next(proposal, body["unit"] if city else None)

    def asked_next(self, proposal: Thing, after: str | None) -> Thing:
        """Who has to endorse next; nobody, when the last one stands directly under the city committee."""
        proposal.pop("next", None)
        above = self.line(after)[1:2] if after is not None else []
        if above and self.units[above[0]]["kind"] != "city_committee":
            proposal["next"] = above[0]
        proposal["state"] = "proposed" if "next" in proposal else "complete"
        return proposal

    def proposal(self, name: str, *ok: str) -> Thing:
        if (found := self.replications.get(name)) is None:
            raise No("replication.unknown")
        if found["state"] not in ok:
            raise No(f"replication.{found['state']}")
        return found

    def _endorse_replication(self, who: Who, on: str, body: Thing) -> Thing | None:
        proposal = self.proposal(body["replication"], "proposed")
        self.must_oversee(who, proposal["unit"], proposal["by"])
        self.must_be_own(who, body["unit"])
        if self.heir(body["unit"]) != self.heir(proposal["next"]):
            raise No("not-allowed")
        in_order(on, proposal["since"])
        proposal["since"] = on
        return self.asked_next(proposal, body["unit"])

    def _withdraw_replication(self, who: Who, on: str, body: Thing) -> Thing | None:
        proposal = self.proposal(body["replication"], "proposed", "complete")
        self.must_be_own(who, proposal["unit"])
        if proposal["decided"]:
            raise No("replication.decided")
        in_order(on, proposal["since"])
        proposal.pop("next", None)
        return moved(proposal, "withdrawn", on)

    def _adopt_model(self, who: Who, on: str, body: Thing) -> Thing | None:
        if body["adoption"] in self.adoptions:
            raise No("adoption.already-adopted")
        self.must_be_own(who, body["unit"])
        self.must_be_open(body["unit"])
        if (model := self.models.get(body["model"])) is None:
            raise No("model.unknown")
        if not any(self.covered(entry, body["unit"], on) for entry in self.listings
                   if entry["model"] == body["model"]):  # fmt: skip
            if self.heir(model["unit"]) not in self.line(body["unit"]):
                raise No("adoption.not-listed")
            if model["state"] == "ended":
                raise No("model.ended")
            in_order(on, model["registered_on"])
        place = (body["model"], body["unit"], body.get("adopter"))
        if any((a["model"], a["unit"], a.get("adopter")) == place for a in self.adoptions.values()):
            raise No("adoption.already-adopted")
        self.adoptions[body["adoption"]] = adoption = {
            **without(body, "on"), "state": "adopted", "since": on, "roadmap": [dict(s) for s in body["roadmap"]],
        }  # fmt: skip
        return adoption

    def covered(self, entry: Thing, unit: str, on: str) -> bool:
        """Whether a listing lets this unit adopt on this day."""
        if on < entry["on"] or on >= entry.get("until", "9999"):
            return False
        card, targets = self.units[unit], entry["targets"]
        named = {card.get("emulation_bloc"), card.get("area"), *card["tags"], *self.line(unit)} & {
            self.heir(target) for target in targets
        }
        bloc = self.units[self.heir(entry["unit"])].get("emulation_bloc")
        same_bloc = bloc is not None and card.get("emulation_bloc") == bloc
        scope = entry["scope"]
        return bool(named) or (scope == "city" and not targets) or (scope == "emulation_bloc" and same_bloc)

    def _record_adoption_outcome(self, who: Who, on: str, body: Thing) -> Thing | None:
        if (adoption := self.adoptions.get(body["adoption"])) is None:
            raise No("adoption.unknown")
        self.must_be_own(who, adoption["unit"])
        in_order(on, adoption["since"])
        adoption["state"] = body["outcome"]
        return adoption

    def taken_over(self, who: Who, on: str, body: Thing) -> Thing:
        if (adoption := self.adoptions.get(body["adoption"])) is None:
            raise No("adoption.unknown")
        self.must_be_own(who, adoption["unit"])
        in_order(on, adoption["since"])
        return adoption

    def _record_milestone(self, who: Who, on: str, body: Thing) -> Thing | None:
        adoption = self.taken_over(who, on, body)
        if body["milestone"] > len(adoption["roadmap"]):
            raise No("milestone.unknown")
        step = adoption["roadmap"][body["milestone"] - 1]
        if "reached_on" in step:
            raise No("milestone.already-reached")
        step["reached_on"] = on
        return adoption

    def _amend_roadmap(self, who: Who, on: str, body: Thing) -> Thing | None:
        adoption = self.taken_over(who, on, body)
        old, new = adoption["roadmap"], [dict(step) for step in body["roadmap"]]
        for place, step in enumerate(old):
            if "reached_on" in step:
                if place >= len(new) or new[place] != without(step, "reached_on"):
                    raise No("milestone.reached-stays")
                new[place] = step
        if new == old:
            return None
        adoption["roadmap"] = new
        return adoption

    # --- reports of units -------------------------------------------------------------------------

    def _submit_unit_report(self, who: Who, on: str, body: Thing) -> Thing | None:
        name = f"{body['unit']}:{body['period']}"
        self.must_be_own(who, body["unit"])
        if name in self.reports:
            raise No("unit-report.already-submitted")
        self.must_be_open(body["unit"])
        policy = self.policy(on)
        due = policy and ("half_year_due" if body["period"].endswith("-H1") else "year_due")
        in_between = len(body["period"]) == 10
        is_late = bool(policy and not in_between and on > f"{body['period'][:4]}-{policy[due]}")
        self.reports[name] = {**without(body, "on"), "since": on, "late": is_late, "amended": 0}
        return self.reports[name]

    def _amend_unit_report(self, who: Who, on: str, body: Thing) -> Thing | None:
        if (report := self.reports.get(body["unit_report"])) is None:
            raise No("unit-report.unknown")
        self.must_be_own(who, report["unit"])
        in_order(on, report["since"])
        if not (changes := differing(report, without(body, "unit_report", *ENVELOPE))):
            return None
        report.update(changes)
        return counted(report, "amended")


def snake(command: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in command).removeprefix("_")


def day_of(body: Thing, today: str) -> str:
    """When it happened: `on`, else the decision's date, else today; not to come, and not before 2020."""
    on, decided = body.get("on"), body.get("decision", {}).get("decided_on")
    if on is not None and decided is not None and on != decided:
        raise No("date.not-the-decisions")
    day = on or decided or today
    if day > today:
        raise No("date.in-future")
    if day < "2020-01-01":
        raise No("date.too-early")
    return day


def in_order(on: str, previous: str) -> None:
    if on < previous:
        raise No("date.before-previous-step")


def late(on: str, year: int, policy: Thing | None) -> bool:
    return policy is not None and on > f"{year}-{policy['registration_deadline']}"


def without(body: Thing, *names: str) -> Thing:
    return {name: value for name, value in body.items() if name not in names}


def differing(thing: Thing, wished: Thing) -> Thing:
    """What of the wished members is not so already."""
    return {name: value for name, value in wished.items() if thing.get(name) != value}


def moved(thing: Thing, state: str, on: str, **more: Any) -> Thing:
    thing.update(state=state, since=on, **more)
    return thing


def counted(thing: Thing, name: str) -> Thing:
    thing[name] += 1
    return thing
