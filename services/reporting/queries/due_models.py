"""What models at work are due for: inspections, planned or because there was none for long, and dossiers.

A model's inspections are read from the rows of figures, which are in memory; its life is read only where everything
else says that it is fit to be proposed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.reporting.facts import said
from services.reporting.facts.city import City
from services.reporting.facts.facts import FactOf
from services.reporting.facts.spelling import FIRST_DAY
from services.reporting.figures import due
from services.reporting.figures.due import Due
from services.reporting.figures.fitness import builders, is_fit, own_body
from services.reporting.figures.model_figures import INSPECTED
from services.reporting.figures.periods import LAST_DAY, Policy
from services.reporting.queries.context import Context
from services.reporting.queries.kept import plans_in_force, with_days
from services.reporting.store.choosing import fitting
from services.reporting.store.index import Row
from services.reporting.store.queries import Known

Circles = Sequence[frozenset[str]]


def inspections(
    context: Context, known: Known, on: str, city: City, circles: Circles, policy: Policy
) -> Iterator[Due]:
    """The next inspection of each model at work, and those of plans that were not made."""
    last: dict[str, str] = {}
    for model, days in _counted(context, known, city, circles, policy).items():
        last[model] = max(days)
    for row in _at_work(context, known, circles):
        yield due.inspection(row.ident, row.members, last.get(row.ident), policy)
    yield from _planned(context, known, on, city, circles)


def _at_work(context: Context, known: Known, circles: Circles) -> list[Row]:
    return context.reads.fitting_rows(
        known, "model", fitting({}, circles, ("unit",), there=("working_since",))
    )


def _counted(
    context: Context, known: Known, city: City, circles: Circles, policy: Policy
) -> dict[str, Counter[str]]:
    """By model: on which days it was inspected in a way that counts, recorded for another unit than its own."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    keys = [f"{INSPECTED}{kind}" for kind in policy["counted_inspections"]]
    units: frozenset[str] | None = frozenset[str].intersection(*circles) if circles else None
    for row in context.reads.rows(known, keys, FIRST_DAY, LAST_DAY, units):
        if row.value > 0 and not _own(row.sub, row.unit, city):
            found[row.ref.partition("/")[2]][row.flow] += row.value
    return found


def _own(recorded_for: str, unit: str, city: City) -> bool:
    """Whether a unit is the model's own, mergers followed; an account without a unit is the city's."""
    return recorded_for != "" and city.standing_for(recorded_for) == city.standing_for(unit)


def _planned(context: Context, known: Known, on: str, city: City, circles: Circles) -> Iterator[Due]:
    """What plans of the years up to that of `on` ask for, and nobody did; of the units in all circles."""
    holding = [
        plan for (unit, year), plan in sorted(plans_in_force(context, known).items())
        if year <= int(on[:4]) and all(unit in circle for circle in circles)
    ]  # fmt: skip
    for plan in with_days(context, known, holding, city, None):
        yield from due.planned(plan)


# --- dossiers ---------------------------------------------------------------------------------------------


async def dossiers(
    context: Context, known: Known, on: str, city: City, circles: Circles, policy: Policy
) -> list[Due]:
    """The dossiers of models that are fit to be proposed to the city, and for which none was sent."""
    counted = _counted(context, known, city, circles, policy)
    sent = _sent(context, known, on)
    minimum = policy["minimum_inspections"]
    rows = [
        row for row in _at_work(context, known, circles)
        if int(on[:4]) in (row.members.get("in_time") or ()) and row.ident not in sent
        and "city" not in (row.members.get("recognised") or ())
        and sum(n for day, n in counted.get(row.ident, Counter[str]()).items() if day <= on) >= minimum
    ]  # fmt: skip
    lives = await context.reads.lives_of(known, (f"model/{row.ident}" for row in rows))
    found: list[Due] = []
    for row in rows:
        thing, unit = f"model/{row.ident}", row.members["unit"]
        told = [fact for fact in lives.get(thing, ()) if fact.stream == thing]
        names = [*builders(told), *([city.cards[unit].name] if unit in city.cards else [])]

        def own(
            fact: FactOf[said.InspectionRecorded], unit: str = unit, names: Sequence[str] = names
        ) -> bool:
            return _own(fact.unit, unit, city) or own_body(fact, names)

        if is_fit(told, policy, on, own):
            found.append(due.dossier(row.ident, unit, policy, on))
    return found


OPEN = ("submitted", "accepted", "returned")
UNDECIDED = frozenset({"open", "deferred"})


def _sent(context: Context, known: Known, on: str) -> set[str]:
    """The models of which a dossier for the city's recognition is open, or came in the year of `on` and stands."""
    year = on[:4]
    undecided = context.reads.fitting_rows(known, "recognition", fitting({}, [UNDECIDED], ("state",)))

    def stands(members: Mapping[str, Any]) -> bool:
        state = members.get("state")
        return state in OPEN or (state != "withdrawn" and members["submitted_on"].startswith(year))

    sent = context.reads.fitting_rows(
        known, "appraisal", fitting({"purpose": "recognition", "level": "city"}).also(stands)
    )
    return {row.members["model"] for row in (*undecided, *sent) if "model" in row.members}
