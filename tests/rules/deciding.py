"""Recognitions, listings, forms and rounds, as the catalogue has them."""

from __future__ import annotations

from typing import Any

from shared.reference.authority import POLICY, UNIT_OFFICER, Actor
from tests.rules.ground import ALREADY, Done, No, Thing, newest
from tests.rules.judging import Judging

STANDING = Actor("policy:awards", POLICY)
KINDS = ("collective", "individual", "household")
DECIDED = ("recognised", "declined", "revoked", "listed", "refused", "delisted")


class Deciding(Judging):
    """The awards' part, on top of the appraisal's."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.recognitions: dict[str, Thing] = {}
        self.listings: dict[str, Thing] = {}
        self.forms: list[Thing] = []
        self.rounds: dict[str, Thing] = {}

    # --- what the others say ------------------------------------------------------------------------

    def decided(self, appraisal: str) -> bool:
        its = self.recognitions.get(appraisal) or self.listings.get(appraisal)
        return its is not None and its["state"] in DECIDED

    def told(self, name: str, appraisal: Thing) -> None:
        """An eligible conclusion comes before authority; reopened or withdrawn it leaves, unless decided."""
        kept = self.recognitions if appraisal["purpose"] == "recognition" else self.listings
        id, its = appraisal["appraisal"], kept.get(appraisal["appraisal"])
        if name == "CompleteAppraisal" and appraisal["outcome"] == "eligible":
            if its is None or its["state"] == "withdrawn":
                said = {**appraisal["concluded"], "appraisal": id}
                if kept is self.listings:
                    said |= {
                        "above": "city",
                        "targets": self.replications[appraisal["replication"]].get("targets"),
                    }
                self._open(kept, id, said, its)
        elif name in ("ReopenAppraisal", "WithdrawDossier"):
            self._withdraw(its, appraisal["since"])

    def _open(self, kept: dict[str, Thing], id: str, said: Thing, before: Thing | None) -> None:
        since = max(said["on"], before["since"]) if before else said["on"]
        kept[id] = {**said, "state": "open", "since": since}

    @staticmethod
    def _withdraw(its: Thing | None, on: str) -> None:
        if its is not None and its["state"] in ("open", "deferred"):
            its |= {"state": "withdrawn", "since": max(on, its["since"])}

    def tell(self, name: str, said: Thing, id: str) -> None:
        super().tell(name, said, id)
        if name == "ReplicationProposed" and said["scope"] in ("emulation_bloc", "area"):
            model = self.models[said["model"]]
            opened = {
                **said, "appraisal": None, "appraisers": [], "conflicts": [], "proposed_scope": said["scope"],
                "model_unit": model["unit"], "above": "proposer",
            }  # fmt: skip
            self._open(self.listings, said["replication"], opened, None)
        if name == "ReplicationWithdrawn":
            self._withdraw(self.listings.get(said["replication"]), said["on"])

    # --- recognitions -------------------------------------------------------------------------------

    def ask_recognition(self, name: str, c: Thing, actor: Actor, on: str) -> Done:
        its = self.recognitions.get(c["recognition"])
        if name == "RecordEarlierRecognition":
            return self._earlier_recognition(c, on, its)
        if its is None:
            raise No("recognition.unknown")
        by = self.competent(actor, "recognise", its["level"], its["unit"])
        state = its["state"]
        if name == "RecogniseModel" and state == "recognised" and c["decision"] == its["decision"]:
            return ALREADY
        if state not in (("recognised",) if name == "RevokeRecognition" else ("open", "deferred")):
            raise No(f"recognition.{state}")
        members = {k: its.get(k) for k in ("level", "unit", "field", "model", "model_name")}
        members["authority_unit"] = by
        if name == "RevokeRecognition":
            day = self.not_before(actor, on, its["since"])
            its |= {"state": "revoked", "since": day}
            return "RecognitionRevoked", {**members, "on": day, "changes": its["changes"]}
        self._free(its, actor, "recognition")
        if name == "RecogniseModel" and self.models[its["model"]]["state"] == "ended":
            raise No("recognition.model-ended")
        day = self.not_before(actor, on, its["since"])
        event, state = {
            "RecogniseModel": ("ModelRecognised", "recognised"),
            "DeclineRecognition": ("RecognitionDeclined", "declined"),
            "DeferRecognition": ("RecognitionDeferred", "deferred"),
        }[name]
        its |= {"state": state, "since": day, "decision": c.get("decision")}
        if name == "RecogniseModel":
            members |= {
                k: its[k] for k in ("subjects", "criteria_set", "criteria_version", "unit_name", "model_unit")
            }
        return event, {**members, "on": day, "appraisal": its["appraisal"]}

    def _earlier_recognition(self, c: Thing, on: str, its: Thing | None) -> Done:
        if its is not None and its["state"] == "recognised" and its["decision"] == c["decision"]:
            return ALREADY
        if its is not None:
            raise No(f"recognition.{its['state']}")
        if (model := self.models.get(c["model"])) is None:
            raise No("model.unknown")
        members = {
            "on": on, "level": c["level"], "unit": model["unit"], "field": model.get("field"), "earlier": True,
            "model": c["model"], "model_name": model["name"], "unit_name": self.units[model["unit"]]["name"],
        }  # fmt: skip
        kept = {**members, "state": "recognised", "since": on, "decision": c["decision"], "appraisal": None}
        self.recognitions[c["recognition"]] = kept
        return "ModelRecognised", members

    def _free(self, its: Thing, actor: Actor, noun: str) -> None:
        """Who judged does not decide; nor does who declared a conflict, before the conclusion or after."""
        dossier = self.dossiers.get(its["appraisal"] or "", {"appraisers": [], "conflicts": []})
        if actor.sub in dossier["appraisers"]:
            raise No(f"{noun}.appraiser-decides")
        if actor.sub in dossier["conflicts"]:
            raise No(f"{noun}.conflict")

    # --- listings -----------------------------------------------------------------------------------

    def ask_listing(self, name: str, c: Thing, actor: Actor, on: str) -> Done:
        its = self.listings.get(c["listing"])
        if name == "ListEarlierModel":
            return self._earlier_listing(c, on, its)
        if its is None:
            raise No("listing.unknown")
        by = self._decides(its, actor)
        if name == "ListModel" and its["state"] == "listed" and its["decision"] == c["decision"]:
            return ALREADY
        if its["state"] != ("listed" if name == "DelistModel" else "open"):
            raise No(f"listing.{its['state']}")
        members = {k: its.get(k) for k in ("unit", "field", "model", "model_name")}
        members["authority_unit"] = by
        if name == "ListModel" and not any(
            one["model"] == its["model"] and one["state"] == "recognised"
            for one in self.recognitions.values()
        ):
            raise No("listing.not-recognised")
        if name != "DelistModel":
            self._free(its, actor, "listing")
        if name == "ListModel" and c["scope"] == "city" and its["appraisal"] is None:
            raise No("listing.not-appraised")
        day = self.not_before(actor, on, its["since"])
        its |= {"since": day, "decision": c.get("decision")}
        if name == "DelistModel":
            its["state"] = "delisted"
            return "ModelDelisted", {**members, "on": day, "level": its["level"], "changes": its["changes"]}
        level = "city" if self.is_citys(actor) else "grassroots"
        its |= {"level": level, "state": "listed" if name == "ListModel" else "refused"}
        if name == "RefuseListing":
            return "ListingRefused", {**members, "on": day, "level": level}
        targets = c.get("targets")
        if targets is None and c["scope"] == its["proposed_scope"] == "area":
            targets = its["targets"]
        return "ModelListed", {
            **members, "on": day, "level": level, "scope": c["scope"], "targets": targets,
            "supplement": c["supplement"], "proposed_scope": its["proposed_scope"], "model_unit": its["model_unit"],
        }  # fmt: skip

    def _decides(self, its: Thing, actor: Actor) -> str | None:
        """The city's body on what was appraised or named by the scheme, a committee above the proposer on the rest."""
        own = self.heir(str(actor.unit))
        above = [one for one in self.chain(its["unit"])[1:] if not self.citys(one)]
        if its["above"] != "city" and own in above:
            return own
        return self.competent(actor, "list", "city", None)

    def _earlier_listing(self, c: Thing, on: str, its: Thing | None) -> Done:
        if its is not None and its["state"] == "listed" and its["decision"] == c["decision"]:
            return ALREADY
        if its is not None:
            raise No(f"listing.{its['state']}")
        if (model := self.models.get(c["model"])) is None:
            raise No("model.unknown")
        members = {
            "on": on, "level": "city", "unit": model["unit"], "model": c["model"], "model_name": model["name"],
            "field": model.get("field"), "earlier": True, "supplement": 0, "scope": "city",
        }  # fmt: skip
        kept = {**members, "state": "listed", "since": on, "decision": c["decision"], "above": "city"}
        self.listings[c["listing"]] = kept
        return "ModelListed", members

    # --- commendations ------------------------------------------------------------------------------

    def publish_forms(self, c: Thing) -> Done:
        if self.forms and all(self.forms[-1][k] == c[k] for k in ("effective_from", "forms")):
            return ALREADY
        self.forms.append({**c, "version": len(self.forms) + 1})
        return "FormsPublished", {"version": len(self.forms)}

    def ask_round(self, name: str, c: Thing, actor: Actor, on: str) -> Done:
        its = self.rounds.get(c["round"])
        if its is None:
            if name != "OpenRound":
                raise No("round.unknown")
            return self._open_round(c, actor, on)
        if name == "ProposeCommendation" and actor.role == UNIT_OFFICER:
            if unit := c["recipient"].get("unit"):
                self.covers(actor, unit)
            if its["unit"] and not (actor.unit and self.within(actor.unit, its["unit"])):
                raise No("not-allowed")
        elif name in ("OpenRound", "ProposeCommendation"):
            self.of_level(actor, its["level"], its["unit"])
        else:
            self.competent(actor, "grant", its["level"], its["unit"], its["track"])
        if (name, its["state"]) in (("CloseRound", "closed"), ("ReopenRound", "open")):
            return ALREADY
        if name == "OpenRound" or (
            its["state"] == "closed" and name not in ("CancelCommendation", "ReopenRound")
        ):
            raise No(f"round.{its['state']}")
        match name:
            case "ProposeCommendation":
                return self._propose(c, actor, on, its)
            case "AllocateQuota":
                return self._allocate(c, actor, on, its)
            case "CloseRound":
                if any(one["state"] == "proposed" for one in its["items"].values()):
                    raise No("round.undecided")
                day = self.not_before(actor, on, its["opened"])
                its |= {"state": "closed", "closed": day}
                return "RoundClosed", {"on": day, "level": its["level"]}
            case "ReopenRound":
                day = self.not_before(actor, on, its["closed"])
                its["state"] = "open"
                return "RoundReopened", {"on": day, "level": its["level"]}
            case _:
                return self._on_item(name, c, actor, on, its)

    def _open_round(self, c: Thing, actor: Actor, on: str) -> Done:
        forms, policy = newest(self.forms, on), self.policy_on(on)
        if forms is None:
            raise No("forms.none-in-force")
        if policy is None:
            raise No("policy.none-in-force")
        form = next((one for one in forms["forms"] if one["code"] == c["form"]), None)
        if form is None:
            raise No("form.unknown")
        unit = c.get("unit") or (actor.unit if form["level"] == "grassroots" else None)
        if form["level"] == "grassroots" and unit is not None:
            unit = self.place(unit)
        if form["level"] == "grassroots" and unit not in self.units:
            raise No("not-allowed" if unit is None else "unit.unknown")
        self.of_level(actor, form["level"], unit)
        key = {"year": c["year"], "occasion": c["occasion"], "form": c["form"], "unit": unit}
        if any(key.items() <= one.items() for one in self.rounds.values()):
            raise No("round.already-open")
        members = {
            "on": on, "level": form["level"], "track": form["track"], "unit": unit,
            "forms_version": forms["version"], "policy_version": policy["version"],
        }  # fmt: skip
        self.rounds[c["round"]] = {**c, **members, "kinds": form["recipient_kinds"], "state": "open", "opened": on,
                                   "quota": None, "items": {}}  # fmt: skip
        return "RoundOpened", members

    @staticmethod
    def granted(its: Thing, kind: str) -> int:
        """Granted less cancelled counts."""
        return sum(one["state"] == "granted" and one["kind"] == kind for one in its["items"].values())

    def _allocate(self, c: Thing, actor: Actor, on: str, its: Thing) -> Done:
        if its["quota"] == (c["quota"], c["decision"]):
            return ALREADY
        if any(c["quota"].get(kind, 0) < self.granted(its, kind) for kind in KINDS):
            raise No("round.below-granted")
        day = on  # what is allocated may have been decided before the round was opened
        its["quota"] = (c["quota"], c["decision"])
        return "QuotaAllocated", {"on": day, "level": its["level"], "quota": c["quota"]}

    def _propose(self, c: Thing, actor: Actor, on: str, its: Thing) -> Done:
        if there := its["items"].get(c["commendation"]):
            raise No(f"commendation.{there['state']}")
        if c["recipient"]["kind"] not in its["kinds"]:
            raise No("round.recipient-kind")
        if any(
            one["recipient"] == c["recipient"] and one["state"] in ("proposed", "granted")
            for one in its["items"].values()
        ):
            raise No("round.already-proposed")
        named = c.get("models") or []
        if any(model not in self.models for model in named):
            raise No("model.unknown")
        day = self.not_before(actor, on, its["opened"])
        only = self.models[named[0]] if len(named) == 1 else {}
        about = {"level": its["level"], "field": only.get("field"), "model": only.get("model"),
                 "model_name": only.get("name"), "unit": c["recipient"].get("unit") or its["unit"]}  # fmt: skip
        its["items"][c["commendation"]] = {
            "state": "proposed", "since": day, "kind": c["recipient"]["kind"], "about": about,
            "recipient": c["recipient"], "models": c.get("models"),
        }  # fmt: skip
        return "CommendationProposed", {"on": day, **about}

    def _on_item(self, name: str, c: Thing, actor: Actor, on: str, its: Thing) -> Done:
        item = its["items"].get(c["commendation"])
        if item is None:
            raise No("commendation.unknown")
        if name == "GrantCommendation" and item["state"] == "granted" and item["decision"] == c["decision"]:
            return ALREADY
        if item["state"] != ("granted" if name == "CancelCommendation" else "proposed"):
            raise No(f"commendation.{item['state']}")
        limit = its["quota"][0].get(item["kind"], 0) if its["quota"] else None
        if name == "GrantCommendation" and limit is not None and self.granted(its, item["kind"]) >= limit:
            raise No("round.quota-exhausted")
        day = self.not_before(actor, on, item["since"])
        members: Thing = {"on": day, **item["about"]}
        event, state = {
            "GrantCommendation": ("CommendationGranted", "granted"),
            "RejectCommendation": ("CommendationRejected", "rejected"),
            "CancelCommendation": ("CommendationCancelled", "cancelled"),
        }[name]
        if name == "CancelCommendation":
            members["changes"] = item["changes"]
        if name == "GrantCommendation":
            members |= {k: its[k] for k in ("form", "track", "year", "occasion")}
            members |= {"recipient": item["recipient"], "models": item["models"]}
        item |= {"state": state, "since": day, "decision": c.get("decision")}
        return event, members

    # --- every command ------------------------------------------------------------------------------

    def ask(self, name: str, c: Thing, actor: Actor) -> Done:
        """What a command leads to; raises No."""
        on = self.when(c)
        if name == "PublishCriteria":
            return self.publish_criteria(c, actor)
        if name == "PublishForms":
            return self.publish_forms(c)
        for key, asked in (("recognition", self.ask_recognition), ("listing", self.ask_listing)):
            if key in c:
                return asked(name, c, actor, on)
        return self.ask_round(name, c, actor, on) if "round" in c else self.ask_dossier(name, c, actor, on)

    def recorded(self, c: Thing, name: str, changed: Thing) -> None:
        """Where an event stands that may be taken back."""
        kept = {
            "ModelRecognised": lambda: self.recognitions[c["recognition"]],
            "ModelListed": lambda: self.listings[c["listing"]],
            "CommendationGranted": lambda: self.rounds[c["round"]]["items"][c["commendation"]],
        }
        if name in kept:
            kept[name]()["changes"] = changed
