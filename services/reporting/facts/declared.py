"""A model as the registry tells it: from its registration to its end, with what was amended on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.reporting.facts.facts import Fact


@dataclass
class Declared:
    """A model as the registry knows it, folded from its own stream."""

    registered: str | None = None
    state: str = ""
    basis: str = ""
    year: int = 0
    late: bool = False
    similar: Counter[str] = field(default_factory=Counter[str])
    """How many similar names were found on which day: at the registration, and when the name was amended."""
    received: str | None = None
    ended: str | None = None
    ground: str = ""
    planned: dict[str, int] = field(default_factory=dict[str, int])
    used: tuple[str, dict[str, int]] | None = None
    confirmed: set[int] = field(default_factory=set[int])

    @property
    def void(self) -> bool:
        """Ended as duplicate or withdrawn before reception: it counts neither as registered nor for quota."""
        return self.ended is not None and self.ground in ("duplicate", "withdrawn") and self.received is None


def declared(told: Iterable[Fact], cut_off: str) -> Declared:  # noqa: C901 - one flat table of cases
    """The registry's side of a model, from the facts of its own stream that happened by the cut-off."""
    model = Declared()
    for fact in told:
        data = fact.data
        match fact.name:
            case "ModelRegistered":
                model.registered, model.state = fact.on, "registered"
                model.basis, model.year, model.late = data["basis"], data["year"], bool(data.get("late"))
                model.similar[fact.on] += len(data.get("similar", ()))
                model.planned = data.get("resources", {})
            case "ModelReceived":
                model.state, model.received = "received", model.received or fact.on
            case "ModelReturned":
                model.state = "returned"
            case "ModelAmended":
                _amend(model, fact)
            case "ModelSuspended":
                model.state = "suspended"
            case "ModelResumed":
                model.state = "received"
            case "ModelEnded":
                model.state, model.ended, model.ground = "ended", fact.on, data["ground"]
            case "ProgressReported":
                as_of = data["as_of"]
                if (
                    as_of <= cut_off
                    and "resources" in data
                    and (model.used is None or as_of >= model.used[0])
                ):
                    model.used = (as_of, data["resources"])
            case "MaintenanceConfirmed":
                model.confirmed.add(data["year"])
            case _:
                pass
    return model


def _amend(model: Declared, fact: Fact) -> None:
    changes: dict[str, Any] = fact.data.get("changes", {})
    if model.state == "returned":
        model.state = "registered"
    model.basis = changes.get("basis", model.basis)
    model.year = changes.get("year", model.year)
    model.planned = changes.get("resources", model.planned)
    model.similar[fact.on] += len(fact.data.get("similar", ()))
    if (late := fact.data.get("late", changes.get("late"))) is not None:
        model.late = bool(late)


def built_years(model: Declared) -> dict[int, str]:
    """The years for whose building quota a received model counts, each once: as new or as maintained."""
    years = dict.fromkeys(sorted(model.confirmed), "maintained")
    years[model.year] = model.basis
    return years
