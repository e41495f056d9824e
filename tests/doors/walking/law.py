"""What no trace of a walk may show, told from the catalogue alone and checked event by event over all three logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

Data = dict[str, Any]
CITY = timezone(timedelta(hours=7))
OF_CITY = {"appraise": "btgdv", "recognise": "btv-thanhuy", "list": "btv-thanhuy"}
BY_TRACK = {"state": "ubnd-tp", "party": "btv-thanhuy"}
DECLARING = frozenset({
    "ModelRegistered", "RegistrationRenewed", "ModelAmended", "ModelReclassified", "MaintenanceConfirmed",
    "ModelSuspended", "ModelResumed", "ModelEnded",
})  # fmt: skip
RESTED_ON = DECLARING - {"ModelEnded"} | {"InspectionRecorded", "RatingRecorded", "ModelReceived"}
DECIDED_OF_ROUNDS = frozenset({
    "QuotaAllocated", "CommendationGranted", "CommendationRejected", "CommendationCancelled", "RoundClosed",
    "RoundReopened",
})  # fmt: skip
JUDGING = frozenset(
    {"DossierAccepted", "DossierReturned", "CriterionAssessed", "AppraisalCompleted", "AppraisalReopened"}
)


@dataclass(frozen=True)
class Event:
    """One event of a trace."""

    name: str
    stream: str
    id: str
    time: str
    actor: str
    role: str
    unit: str | None
    data: Data

    @classmethod
    def of(cls, told: Data) -> Event:
        return cls(told["type"].split(".")[-2], told["subject"], told["id"], told["time"], told["actor"],
                   told.get("actorrole", ""), told.get("actorunit"), told["data"])  # fmt: skip

    @property
    def by_policy(self) -> bool:
        return self.role == "policy" or self.actor.startswith("policy:")

    @property
    def recorded(self) -> str:
        """The day in the city on which it was recorded."""
        return datetime.fromisoformat(self.time).astimezone(CITY).date().isoformat()


@dataclass
class Law:
    """What was told so far, and what was wrong with it."""

    wrong: list[str] = field(default_factory=list[str])
    units: dict[str, Data] = field(default_factory=dict[str, Data])
    things: dict[str, Data] = field(default_factory=dict[str, Data])
    by_id: dict[str, Event] = field(default_factory=dict[str, Event])
    years: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict[str, list[int]](list))
    judges: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    conflicted: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    findings: defaultdict[str, Data] = field(default_factory=lambda: defaultdict[str, Data](dict))
    open: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    standing: defaultdict[str, dict[str, Event]] = field(
        default_factory=lambda: defaultdict[str, dict[str, Event]](dict)
    )
    """By model: what stands recognised or listed."""
    listed: defaultdict[str, list[Data]] = field(default_factory=lambda: defaultdict[str, list[Data]](list))
    succeeded: defaultdict[str, dict[str, bool]] = field(
        default_factory=lambda: defaultdict[str, dict[str, bool]](dict)
    )
    rounds: dict[tuple[Any, ...], str] = field(default_factory=dict[tuple[Any, ...], str])
    given: defaultdict[str, dict[str, str]] = field(
        default_factory=lambda: defaultdict[str, dict[str, str]](dict)
    )
    """By round: the commendations that stand, each with its recipient."""

    def take(self, event: Event) -> None:
        """The next event of all."""
        for check in (_places, _declared, _corrected, _judged, _decided, _commended, _replicated):
            self.wrong += [f"{event.name} of {event.stream} by {event.actor} of {event.unit}: {said}"
                           for said in check(self, event)]  # fmt: skip
        self.by_id[event.id] = event

    # --- positions --------------------------------------------------------------------------------

    def now(self, unit: str | None) -> str:
        """The unit that stands in for it."""
        while unit is not None and (merged := self.units.get(unit, {}).get("merged_into")):
            unit = merged
        return unit or ""

    def chain(self, unit: str | None) -> list[str]:
        found, at = [], self.now(unit)
        while at:
            found.append(at)
            at = self.now(self.units.get(at, {}).get("parent"))
        return found

    def is_city(self, unit: str | None) -> bool:
        at = self.now(unit)
        kind, parent = self.units[at]["kind"], self.units[at].get("parent")
        return at == "thanh-uy" or (
            kind in ("commission", "authority", "city_committee") and parent == "thanh-uy"
        )

    def place(self, unit: str | None) -> str:
        at = self.now(unit)
        body = self.units[at]["kind"] in ("commission", "authority") and not self.is_city(at)
        return self.now(self.units[at]["parent"]) if body else at

    def covers(self, event: Event, unit: str) -> bool:
        """The actor's place is the unit's, or above it; who appraises or decides for the city may everywhere."""
        if event.role == "operator" or event.by_policy:
            return True
        everywhere = event.role != "unit_officer" and self.is_city(event.unit)
        return everywhere or self.place(event.unit) in self.chain(unit)

    def unit_of(self, model: str) -> str:
        return self.things[f"model/{model}"]["unit"]


Check = Iterator[str]


def _places(law: Law, event: Event) -> Check:
    if event.name == "UnitRegistered":
        law.units[event.data["unit"]] = dict(event.data)
    if event.name == "UnitClosed":
        law.units[event.data["unit"]]["merged_into"] = event.data.get("merged_into")
    if event.data.get("on", "") > event.recorded:
        yield "lies in the future"


def _late(event: Event) -> tuple[bool, bool]:
    """(late, backdated), by the catalogue's words."""
    data = event.data
    deadline = f"{data['year']}-03-31"
    if data["on"] > deadline:
        return True, False
    if event.recorded <= deadline:
        return False, False
    return "evidence" not in data.get("registration_document", {}), True


def _declared(law: Law, event: Event) -> Check:
    data = event.data
    if not event.stream.startswith("model/") or event.name == "RecordCorrected":
        return
    if event.name == "ModelRegistered":
        law.things[event.stream] = {"unit": data["unit"], "by": event.actor, "subjects": data["subjects"]}
    thing = law.things[event.stream]
    if event.name in ("ModelRegistered", "RegistrationRenewed"):
        if any(data["year"] <= year for year in law.years[event.stream]):
            yield "a year that is not later than the others"
        law.years[event.stream].append(data["year"])
        if (data["late"], data["backdated"]) != _late(event):
            yield f"late {data['late']}, backdated {data['backdated']}"
        for member in ("registration_document", "plan_document"):
            paper = data.get(member, {"title": "x"})
            if not paper or paper.get("dated", "") > data["on"]:
                yield f"{member} is {paper}"
    if event.name in DECLARING | {"InspectionRecorded"} and not law.covers(event, thing["unit"]):
        yield "is another unit's to say"
    if event.name in ("ModelReceived", "ModelReturned", "RatingRecorded"):
        above = law.place(event.unit) in law.chain(thing["unit"])[1:]
        ok = law.covers(event, thing["unit"]) if event.role == "appraiser" else above
        if event.actor == thing["by"] or not ok:
            yield "is for others, from above"
    if event.name == "RatingRecorded":
        who = law.now(data["authority_unit"])
        if who == law.now(thing["unit"]) or not (law.is_city(who) or who in law.chain(thing["unit"])[1:]):
            yield f"rated by {who}"
    changes = data.get("changes", {}) if event.name == "ModelAmended" else {}
    if {"year", "basis", "unit", "field"} & changes.keys():
        yield f"amends {sorted(changes)}"


def _corrected(law: Law, event: Event) -> Check:
    if event.name != "RecordCorrected":
        return
    data, wrong = event.data, law.by_id[event.data["corrects"]]
    if wrong.stream != event.stream:
        yield "corrects another thing's event"
    if event.role not in ("appraiser", "approver"):
        yield f"a {event.role} corrects"
    if not event.stream.startswith("model/"):
        return
    model, unit = event.stream.partition("/")[2], law.things[event.stream]["unit"]
    if law.place(event.unit) == law.place(unit) or not law.covers(event, unit):
        yield "corrects the own record, or another place's"
    if {"unit", "model"} & data["changes"].keys():
        yield f"corrects {sorted(data['changes'])}"
    rests = [
        one
        for one in law.standing[model].values()
        if "on" in data["changes"] or wrong.data["on"] <= one.data["on"]
    ]
    if wrong.name in RESTED_ON and rests and "decision" not in data:
        yield "corrects what stands decided, without a decision"


def _judged(law: Law, event: Event) -> Check:
    if not event.stream.startswith("appraisal/"):
        return
    data = event.data
    if event.name == "DossierSubmitted":
        line = data["model"], data["purpose"]
        if law.open.get(line) is not None:
            yield f"beside {law.open[line]}"
        law.open[line] = event.stream
        law.things[event.stream] = {**data, "line": line}
        for fact in data.get("facts", ()):
            for one in (c for c in fact.get("checks", ()) if c["check"] == "inspections" and c["met"]):
                yield from _inspected(law, data["model"], one["because"])
        return
    dossier = law.things[event.stream]
    if event.name in JUDGING:
        body = OF_CITY["appraise"] if dossier["level"] == "city" else dossier["unit"]
        if event.role != "appraiser" or law.now(event.unit) != law.now(body):
            yield f"is {body}'s to judge"
        if event.actor in law.conflicted[event.stream]:
            yield "by one who declared a conflict"
    if event.name in ("CriterionAssessed", "AppraisalCompleted"):
        law.judges[event.stream].add(event.actor)
    if event.name == "CriterionAssessed":
        law.findings[event.stream][data["criterion"]] = data["finding"]
    if event.name == "ConflictDeclared":
        law.conflicted[event.stream].add(event.actor)
    if event.name == "AppraisalCompleted":
        met = set(law.findings[event.stream].values()) == {"met"}
        if (data["outcome"] == "eligible") is not met:
            yield f"{data['outcome']} of {law.findings[event.stream]}"
        if data["outcome"] != "eligible":
            law.open.pop(dossier["line"], None)
    if event.name == "AppraisalReopened":
        law.open[dossier["line"]] = event.stream
    if event.name == "DossierWithdrawn":
        law.open.pop(dossier["line"], None)


def _inspected(law: Law, model: str, because: list[str]) -> Check:
    for one in (law.by_id[ident] for ident in because):
        if one.name == "InspectionRecorded" and law.now(one.unit) == law.now(law.unit_of(model)):
            yield "counts an inspection by the model's own unit"


def _decided(law: Law, event: Event) -> Check:
    kind, _, ident = event.stream.partition("/")
    if kind not in ("recognition", "listing") or event.by_policy or event.name == "RecordCorrected":
        return
    data = event.data
    dossier = f"appraisal/{data.get('appraisal', ident)}"
    appraised = data.get("appraisal") is not None or kind == "recognition"
    bodies = {OF_CITY["recognise" if kind == "recognition" else "list"]}
    if kind == "recognition" and data["level"] == "grassroots":
        bodies = {law.now(data["unit"])}
    if kind == "listing" and not (appraised or data.get("earlier")):
        bodies |= {unit for unit in law.chain(data["unit"])[1:] if not law.is_city(unit)}
    of_before = data.get("earlier") and event.role == "operator"
    if not of_before and (event.role != "approver" or law.now(event.unit) not in bodies):
        yield f"is {sorted(bodies)}'s to decide"
    if event.name in (
        "ModelRecognised",
        "RecognitionDeclined",
        "RecognitionDeferred",
        "ModelListed",
        "ListingRefused",
    ):
        law.open.pop((data["model"], "recognition" if kind == "recognition" else "replication"), None)
        if appraised and event.actor in law.judges[dossier] | law.conflicted[dossier]:
            yield "by one who judged it, or is not free"
    if event.name == "ModelListed":
        if not any(one.name == "ModelRecognised" for one in law.standing[data["model"]].values()):
            yield "without a recognition that stands"
        law.listed[data["model"]].append({**data, "until": "9999"})
    if event.name == "ModelDelisted":
        law.listed[data["model"]][-1]["until"] = data["on"]
    if event.name in ("ModelRecognised", "ModelListed"):
        law.standing[data["model"]][event.stream] = event
    if event.name in ("RecognitionRevoked", "ModelDelisted"):
        law.standing[data["model"]].pop(event.stream, None)


def _commended(law: Law, event: Event) -> Check:
    if not event.stream.startswith("round/") or event.name == "RecordCorrected":
        return
    data = event.data
    if event.name == "RoundOpened":
        key = data["year"], data["occasion"], data["form"], data.get("unit")
        if key in law.rounds:
            yield f"beside {law.rounds[key]}"
        if data["level"] == "grassroots" and law.is_city(data.get("unit")):
            yield "a body of the city at the grassroots"
        if data["level"] != "grassroots" and data.get("unit") and law.is_city(data["unit"]):
            yield "a second round of the city"
        law.rounds[key] = event.stream
        law.things[event.stream] = dict(data)
        return
    round, given = law.things[event.stream], law.given[event.stream]
    if event.name == "QuotaAllocated":
        round["quota"] = data["quota"]
    by_giver = event.role == "approver" and law.now(event.unit) in _givers(law, round)
    if event.name in DECIDED_OF_ROUNDS and not by_giver:
        yield f"is {_givers(law, round)}'s to decide"
    if event.name == "CommendationProposed":
        law.things[data["commendation"]] = data["recipient"]
    if event.name == "CommendationGranted":
        recipient = law.things[data["commendation"]]
        who = f"{recipient['name']}/{law.now(recipient['unit'])}"
        if who in given.values():
            yield f"{who} a second time"
        given[data["commendation"]] = who
    if event.name == "CommendationCancelled":
        given.pop(data["commendation"], None)
    if "quota" in round and len(given) > round["quota"].get("collective", 0):
        yield f"{len(given)} of {round['quota']}"


def _givers(law: Law, round: Data) -> set[str]:
    if round["level"] != "grassroots":
        return {BY_TRACK[round["track"]]}
    committee = law.now(round["unit"])
    if round["track"] == "party":
        return {committee}
    return {unit for unit, card in law.units.items() if card["kind"] == "authority" and "merged_into" not in card
            and law.now(card.get("parent")) == committee}  # fmt: skip


def _replicated(law: Law, event: Event) -> Check:
    data = event.data
    if event.name == "ReplicationProposed":
        law.things[event.stream] = {**data, "by": event.actor}
        if not law.covers(event, data["unit"]):
            yield "is another unit's to propose"
        if data["scope"] == "city":
            if not any(one.name == "ModelRecognised" for one in law.standing[data["model"]].values()):
                yield "of a model that is not recognised"
            if not any(law.succeeded[data["model"]].values()):
                yield "without a success"
    if event.name == "ReplicationEndorsed" and event.actor == law.things[event.stream]["by"]:
        yield "by who proposed it"
    if event.name == "ReplicationAdopted":
        law.things[event.stream] = dict(data)
        own = law.now(law.unit_of(data["model"])) in law.chain(data["unit"])
        if not law.covers(event, data["unit"]):
            yield "for a unit that is not the own"
        if not own and not any(_covers(law, one, data) for one in law.listed[data["model"]]):
            yield "without a listing that covers it"
        law.succeeded[data["model"]][event.stream] = False
    if event.name == "ReplicationOutcomeRecorded":
        model = law.things[event.stream]["model"]
        law.succeeded[model][event.stream] = data["outcome"] == "succeeded"


def _covers(law: Law, listed: Data, adopted: Data) -> bool:
    if not listed["on"] <= adopted["on"] < listed["until"]:
        return False
    named = any(law.now(target) in law.chain(adopted["unit"]) for target in listed.get("targets", ()))
    return named or (listed["scope"] == "city" and not listed.get("targets"))


def traces(told: list[Data]) -> tuple[list[str], Counter[str]]:
    """What is wrong with these events, in the order in which they were recorded, and how many of each there were."""
    law, met = Law(), Counter[str]()
    for event in sorted(map(Event.of, told), key=lambda one: one.time):
        law.take(event)
        met[event.name] += 1
    return law.wrong, met
