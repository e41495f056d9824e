"""What is chosen by its name: units, models and all that belongs to them, as the reader may see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.console.contracts import Act
from services.console.forms.typed import Typed, one
from services.console.visit import Visit
from services.console.words import YEARS
from shared.contracts.words import words
from shared.text.folding import folded

MOST = "100"
Option = tuple[str, str]
"""(what the body says, what people read)"""
FOR_ALL = ("catalogue", "recognised")
"""Lists that everybody reads: models of other units that one may propose, adopt or study."""
TAGS = ("urban", "rural", "mountain", "ethnic_minority", "religious")
AT_RECEPTION = ("field", "address", "political_task", "registration_document", "plan_document", "started_on", "led_by",
                "forces", "aims", "expected_results", "resources", "sustainability")  # fmt: skip
"""What a policy may ask for before a model is received."""


@dataclass(frozen=True)
class Reading:
    """A recorded event, with every correction of it that there is."""

    id: str
    name: str
    data: Mapping[str, Any]


@dataclass
class About:
    """What a form is about: the act, the thing it is done to, and what the thing's own service says of it."""

    act: Act
    ident: str | None = None
    thing: Mapping[str, Any] = field(default_factory=dict[str, Any])
    typed: Typed = field(default_factory=dict[str, list[str]])
    corrected: Reading | None = None
    """Of a correction: the event as it reads now."""

    def said(self, member: str) -> str:
        """What is typed for a member, else what the thing says of it."""
        return one(self.typed, member) or str(self.thing.get(member) or "")


async def options(visit: Visit, picked: str, about: About) -> list[Option]:
    """What one can choose from."""
    return await CHOICES[picked](visit, about)


async def _units(visit: Visit, _about: About) -> list[Option]:
    return await visit.choices()


async def _targets(visit: Visit, _about: About) -> list[Option]:
    tags = [(tag, _first(words(visit.lang).choices["tags"][tag])) for tag in TAGS]
    return [*tags, *await visit.choices()]


async def _models(visit: Visit, about: About) -> list[Option]:
    """The reader's own models, then those that everybody may know; with words to find, those that have them."""
    wanted = folded(one(about.typed, "find")).split()
    own: list[dict[str, Any]] = []
    if not visit.only_public:
        own = (await visit.ask("/models", limit="500"))["items"]
    found = {item["id"]: _model(visit, item["name"], item["unit"], item.get("reference")) for item in own}
    for path in FOR_ALL:
        for item in (await visit.ask(f"/{path}", limit="500"))["items"]:
            found.setdefault(item["model"], _model(visit, item["model_name"], item.get("model_unit"), None))
    chosen = {one(about.typed, "model"), *about.typed.get("models", ())}
    return [
        (ident, said)
        for ident, said in found.items()
        if ident in chosen or all(word in folded(said) for word in wanted)
    ]


def _model(visit: Visit, name: str, unit: str | None, reference: str | None) -> str:
    said = f"{name} – {visit.unit(unit)}"
    return f"{said} ({reference})" if reference else said


async def _adoptions(visit: Visit, about: About) -> list[Option]:
    model = about.said("model") or None
    found = (await visit.ask("/adoptions", limit=MOST))["items"]
    return [
        (
            item["adoption"],
            f"{item.get('model_name') or ''} – {item.get('adopter') or visit.unit(item['unit'])}",
        )
        for item in found
        if model in (None, item.get("model"))
    ]


async def _replications(visit: Visit, _about: About) -> list[Option]:
    found = (await visit.ask("/replications", limit=MOST))["items"]
    return [
        (
            item["replication"],
            f"{item['model_name'] or ''} – {visit.unit(item['unit'])}, {visit.code(item['scope'])}",
        )
        for item in found
    ]


async def criteria(visit: Visit, about: About) -> list[dict[str, Any]]:
    """The criteria that a dossier is judged by: those it pinned, else those in force for its purpose and level."""
    sets = (await visit.ask_now("/criteria-sets"))["items"]
    pinned, version = about.thing.get("criteria_set"), about.thing.get("criteria_version")
    if pinned is not None:
        for one_set in sets:
            for each in one_set["versions"]:
                if (each["criteria_set"], each["version"]) == (pinned, version):
                    return each["criteria"]
    purpose, level, unit = about.said("purpose"), about.said("level"), about.said("unit")
    fitting = [
        each
        for one_set in sets
        for each in one_set["versions"]
        if each["version"] == one_set.get("in_force") and (each["purpose"], each["level"]) == (purpose, level)
    ]
    own = [each for each in fitting if each.get("unit") == unit]
    of_all = [each for each in fitting if "unit" not in each]
    fits = [*own, *of_all]
    return fits[0]["criteria"] if fits else []


async def _criteria(visit: Visit, about: About) -> list[Option]:
    return [(each["code"], each.get("text") or each["code"]) for each in await criteria(visit, about)]


async def _commendations(visit: Visit, about: About) -> list[Option]:
    found = (await visit.ask("/commendations", round=about.ident, limit=MOST))["items"]
    wanted = {"grant": "proposed", "reject": "proposed", "cancel": "granted"}.get(about.act.verb or "")
    return [(item["id"], visit.recipient(item["recipient"])) for item in found if item["state"] == wanted]


async def _forms(visit: Visit, _about: About) -> list[Option]:
    found = await visit.ask_now("/forms")
    in_force = found.get("in_force")
    versions = [each for each in found["items"] if in_force in (None, each["version"])]
    forms: list[dict[str, str]] = versions[-1]["forms"] if versions else []
    return [(form["code"], form["name"]) for form in forms]


async def _subjects(visit: Visit, about: About) -> list[Option]:
    return [
        (str(number), visit.recipient(each)) for number, each in enumerate(about.thing.get("subjects", ()), 1)
    ]


async def _milestones(visit: Visit, about: About) -> list[Option]:
    return [
        (str(number), f"{step['milestone']} ({visit.day(step['due_on'])})")
        for number, step in enumerate(about.thing.get("roadmap", ()), 1)
        if "reached_on" not in step
    ]


async def _criteria_sets(visit: Visit, _about: About) -> list[Option]:
    sets = (await visit.ask_now("/criteria-sets"))["items"]
    return [
        (one_set["criteria_set"], f"{visit.code(latest['purpose'])}, {visit.code(latest['level'])}")
        for one_set in sets
        for latest in one_set["versions"][-1:]
    ]


async def _periods(visit: Visit, _about: About) -> list[Option]:
    return [(name, _first(visit.period(name))) for year in YEARS for name in (f"{year}-H1", year)]


async def _model_members(visit: Visit, _about: About) -> list[Option]:
    return [(name, words(visit.lang).label(name, "RegisterModel")) for name in AT_RECEPTION]


CHOICES: dict[str, Callable[[Visit, About], Awaitable[list[Option]]]] = {
    "units": _units,
    "targets": _targets,
    "models": _models,
    "adoptions": _adoptions,
    "replications": _replications,
    "criteria": _criteria,
    "commendations": _commendations,
    "forms": _forms,
    "subjects": _subjects,
    "milestones": _milestones,
    "criteria-sets": _criteria_sets,
    "periods": _periods,
    "model-members": _model_members,
}


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
