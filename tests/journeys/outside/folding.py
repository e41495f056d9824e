"""What became of things, folded from the events alone; and every step that the catalogue does not allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.outside.checker import Event, name_of

MODEL_STEPS: dict[str, tuple[set[str], str | None]] = {
    "ModelReceived": ({"registered"}, "received"),
    "ModelReturned": ({"registered"}, "returned"),
    "ModelAmended": ({"registered", "returned", "received", "suspended"}, None),
    "ModelReclassified": ({"registered", "returned", "received", "suspended"}, None),
    "InspectionRecorded": ({"registered", "returned", "received", "suspended"}, None),
    "ProgressReported": ({"registered", "returned", "received", "suspended"}, None),
    "RatingRecorded": ({"registered", "returned", "received", "suspended"}, None),
    "MaintenanceConfirmed": ({"received"}, None),
    "ModelSuspended": ({"received"}, "suspended"),
    "ModelResumed": ({"suspended"}, "received"),
    "ModelEnded": ({"registered", "returned", "received", "suspended"}, "ended"),
    "GuidePublished": ({"registered", "returned", "received", "suspended"}, None),
    "RecordCorrected": ({"registered", "returned", "received", "suspended", "ended"}, None),
}
RUNNING = {"submitted", "accepted", "returned"}
DOSSIER_STEPS: dict[str, tuple[set[str], str | None]] = {
    "DossierAccepted": ({"submitted"}, "accepted"),
    "DossierReturned": ({"submitted", "accepted"}, "returned"),
    "DossierSupplemented": ({"returned"}, "submitted"),
    "DossierWithdrawn": (RUNNING | {"completed"}, "withdrawn"),
    "SurveyRecorded": (RUNNING, None),
    "OpinionRequested": (RUNNING, None),
    "OpinionRecorded": (RUNNING, None),
    "ConflictDeclared": (RUNNING | {"completed"}, None),
    "CriterionAssessed": ({"accepted"}, None),
    "AppraisalCompleted": ({"accepted"}, "completed"),
    "AppraisalReopened": ({"completed"}, "accepted"),
    "RecordCorrected": (RUNNING | {"completed", "withdrawn"}, None),
}
WAITING = {"open", "deferred"}
RECOGNITION_STEPS: dict[str, tuple[set[str], str | None]] = {
    "RecognitionOpened": ({"", "withdrawn"}, "open"),
    "ModelRecognised": ({"", *WAITING}, "recognised"),
    "RecognitionDeclined": (WAITING, "declined"),
    "RecognitionDeferred": (WAITING, "deferred"),
    "RecognitionRevoked": ({"recognised"}, "revoked"),
    "RecognitionWithdrawn": (WAITING, "withdrawn"),
}
LISTING_STEPS: dict[str, tuple[set[str], str | None]] = {
    "ListingOpened": ({"", "withdrawn"}, "open"),
    "ModelListed": ({"", "open"}, "listed"),
    "ListingRefused": ({"open"}, "refused"),
    "ModelDelisted": ({"listed"}, "delisted"),
    "ListingWithdrawn": ({"open"}, "withdrawn"),
}


@dataclass
class Thing:
    """One stream, as its events have left it."""

    id: str
    state: str = ""
    since: str = ""
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    by: str = ""
    """Who registered or submitted it."""
    version: int = 0
    events: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """(event id, name), oldest first."""
    judges: set[str] = field(default_factory=set[str])
    conflicts: set[str] = field(default_factory=set[str])
    outcome: str = ""
    findings: dict[str, str] = field(default_factory=dict[str, str])
    corrected: bool = False


class World:
    """Everything on record. `take` it event by event, of each source in its order."""

    def __init__(self) -> None:
        self.units: dict[str, Thing] = {}
        self.models: dict[str, Thing] = {}
        self.dossiers: dict[str, Thing] = {}
        self.recognitions: dict[str, Thing] = {}
        self.listings: dict[str, Thing] = {}
        self.replications: dict[str, Thing] = {}
        self.adoptions: dict[str, Thing] = {}
        self.positions: dict[str, int] = {}
        self.wrong: list[str] = []
        self._by_subject: dict[str, dict[str, Thing]] = {
            "unit": self.units, "model": self.models, "appraisal": self.dossiers, "recognition": self.recognitions,
            "listing": self.listings, "replication": self.replications, "adoption": self.adoptions,
        }  # fmt: skip

    def take(self, event: Event) -> None:
        """One more event."""
        self.positions[event["source"].rpartition("/")[2]] = event["position"]
        kind, _, ident = event["subject"].partition("/")
        if kind not in self._by_subject:
            return
        thing = self._by_subject[kind].setdefault(ident, Thing(ident))
        name, data = name_of(event), event["data"]
        thing.version += 1
        thing.events.append((event["id"], name))
        getattr(self, f"_{kind}")(thing, name, data, event)

    def _complain(self, event: Event, what: str) -> None:
        self.wrong.append(f"{event['subject']} {event['position']} {name_of(event)}: {what}")

    def _step(self, thing: Thing, event: Event, steps: dict[str, tuple[set[str], str | None]]) -> None:
        name, on = name_of(event), event["data"]["on"]
        before, after = steps.get(name, (set[str](), None))
        if thing.state not in before:
            self._complain(event, f"in state {thing.state!r}")
        if after is not None:
            if on < thing.since and not thing.corrected:
                self._complain(event, f"on {on}, before {thing.since}")
            thing.state, thing.since = after, on
        if name == "RecordCorrected":
            thing.corrected = True

    # --- registry -------------------------------------------------------------------------------

    def _unit(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        thing.data.update({k: v for k, v in data.items() if k != "on"})
        thing.state = "closed" if name == "UnitClosed" else thing.state or "open"

    def _model(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        if name == "ModelRegistered":
            if thing.state:
                self._complain(event, "registered twice")
            thing.state, thing.since, thing.data, thing.by = (
                "registered",
                data["on"],
                dict(data),
                event["actor"],
            )
            return
        was = thing.state
        self._step(thing, event, MODEL_STEPS)
        if name == "ModelAmended":
            thing.data.update(data["changes"])
            if was == "returned":
                thing.state, thing.since = "registered", data["on"]
        elif name == "ModelReclassified":
            thing.data["field"] = data["field"]
        elif name == "RecordCorrected" and data["corrects"] == thing.events[0][0]:
            thing.data.update(data["changes"])
        if name in ("ModelReceived", "ModelReturned", "RatingRecorded") and event["actor"] == thing.by:
            self._complain(event, "by the one who registered it")

    def _replication(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        if name == "ReplicationProposed":
            thing.data = dict(data)
        thing.state = {"ReplicationWithdrawn": "withdrawn"}.get(name, thing.state or "proposed")

    def _adoption(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        if name == "ReplicationAdopted":
            thing.state, thing.data = "ongoing", dict(data)
        elif name == "ReplicationOutcomeRecorded":
            if not thing.state:
                self._complain(event, "not adopted")
            thing.state = data["outcome"]

    # --- appraisal and awards -------------------------------------------------------------------

    def _appraisal(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        if name == "DossierSubmitted":
            if thing.state:
                self._complain(event, "submitted twice")
            thing.state, thing.since, thing.data, thing.by = (
                "submitted",
                data["on"],
                dict(data),
                event["actor"],
            )
            return
        if event["actor"] in thing.conflicts:
            self._complain(event, "by someone in conflict")
        self._step(thing, event, DOSSIER_STEPS)
        if name in ("CriterionAssessed", "SurveyRecorded", "AppraisalCompleted"):
            thing.judges.add(event["actor"])
        if name == "CriterionAssessed":
            thing.findings[data["criterion"]] = data["finding"]
        elif name == "ConflictDeclared":
            thing.conflicts.add(event["actor"])
        elif name == "AppraisalCompleted":
            self._completed(thing, data, event)

    def _completed(self, thing: Thing, data: dict[str, Any], event: Event) -> None:
        thing.outcome = data["outcome"]
        said = {finding["criterion"]: finding["finding"] for finding in data["findings"]}
        if said != thing.findings or set(said.values()) - {"met", "not_met"}:
            self._complain(event, f"findings {said}, assessed {thing.findings}")
        if data["outcome"] != ("eligible" if set(said.values()) == {"met"} else "not_eligible"):
            self._complain(event, f"outcome {data['outcome']} of {said}")
        if set(data["appraisers"]) != thing.judges:
            self._complain(event, f"appraisers {data['appraisers']}, there were {sorted(thing.judges)}")

    def _recognition(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        earlier = bool(data.get("earlier"))
        if name == "ModelRecognised" and not earlier and event["actor"] in thing.judges:
            self._complain(event, "decided by one who appraised")
        if name == "ModelRecognised" and not earlier and not thing.state:
            self._complain(event, "recognised without being open")
        self._step(thing, event, RECOGNITION_STEPS)
        if name == "RecognitionOpened":
            thing.data, thing.judges = dict(data), set(data["appraisers"])
        elif name == "ModelRecognised":
            thing.data = dict(data)

    def _listing(self, thing: Thing, name: str, data: dict[str, Any], event: Event) -> None:
        if name == "ModelListed" and not data.get("earlier") and not thing.state:
            self._complain(event, "listed without being open")
        self._step(thing, event, LISTING_STEPS)
        if name in ("ListingOpened", "ModelListed"):
            thing.data = dict(data)

    # --- afterwards -----------------------------------------------------------------------------

    def invariants(self) -> list[str]:
        """What must hold between things, at the end."""
        found = list(self.wrong)
        references: dict[str, str] = {}
        for model in self.models.values():
            reference = model.data.get("reference", "")
            if reference in references or not reference:
                found.append(f"reference {reference!r} of {model.id} and {references.get(reference)}")
            references[reference] = model.id
        found += self._dossiers_at_once()
        opened = {d.id for d in self.dossiers.values() if d.outcome == "eligible" and d.state == "completed"}
        decided = self.recognitions.keys() | self.listings.keys()
        found += [f"dossier {one} is eligible, and nothing was opened" for one in sorted(opened - decided)]
        adopted: dict[tuple[Any, ...], str] = {}
        for adoption in self.adoptions.values():
            who = tuple(adoption.data.get(member) for member in ("model", "unit", "adopter"))
            if who in adopted:
                found.append(f"adoptions {adoption.id} and {adopted[who]} are of the same {who}")
            adopted[who] = adoption.id
        return found

    def _dossiers_at_once(self) -> list[str]:
        held: dict[tuple[str, ...], str] = {}
        found: list[str] = []
        for dossier in self.dossiers.values():
            along = tuple(str(dossier.data.get(member)) for member in ("model", "purpose"))
            if not self._is_open(dossier):
                continue
            if along in held:
                found.append(f"dossiers {held[along]} and {dossier.id} are both open for {along}")
            held[along] = dossier.id
        return found

    def _is_open(self, dossier: Thing) -> bool:
        if dossier.state in RUNNING:
            return True
        if dossier.state != "completed" or dossier.outcome != "eligible":
            return False
        decided = self.recognitions.get(dossier.id) or self.listings.get(dossier.id)
        return decided is None or decided.state in WAITING


def folded(events: Sequence[Event]) -> World:
    """The world after all these."""
    world = World()
    for event in events:
        world.take(event)
    return world
