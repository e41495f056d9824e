"""The ledger folded from its first entry, in memory alone: what every figure that leaves the house is held against.

The calculation is that of the read models, and nothing of what they keep is looked at: a number that somebody changed
in the store is not in here. Made for one look (a publication, a check) and forgotten after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, cast

import numpy as np

from services.reporting.facts.city import City, city
from services.reporting.facts.entity import Thing
from services.reporting.facts.entry import Entry
from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.projections import noun_of
from services.reporting.facts.spelling import city_day
from services.reporting.figures import periods, summary, unit_reports
from services.reporting.figures.periods import FIRST_YEAR, LAST_YEAR
from services.reporting.figures.question import Question, units_of
from services.reporting.figures.quota import BUILT
from services.reporting.figures.scope import spelled
from services.reporting.figures.versions import row_keys
from services.reporting.store.columns import LARGE, Columns
from services.reporting.store.gathering import Gathering
from services.reporting.store.known import FORMS, POLICY, Asking
from services.reporting.store.packed import Packed
from services.reporting.store.rows import Rows, Span, Wanted
from services.reporting.store.threads import Threads
from shared.tlog.merkle import Frontier


class Recount:
    """A ledger as far as it was taken; `at` is the last entry."""

    def __init__(self) -> None:
        self.at = 0
        self.things = Packed()
        self.figures = Rows()
        self.findings = Rows()
        self.threads = Threads()
        self._tree = Frontier()
        self._heard: list[str] = []
        self._years: set[str] = set()
        self._gathering = Gathering(self.things)

    async def take(self, entries: Sequence[Entry]) -> None:
        """The next entries, as they stand in the ledger."""
        if not entries:
            return
        changes = await self._gathering.changes(entries)
        for thing in changes.changed:
            self.things.put(thing, changes.things[thing])
            self._years.update(_years_of(changes.things[thing], entries[0].n))
        self.figures.write(changes.rows)
        self.findings.write(changes.findings)
        self.threads.write(changes.threads)
        self._heard += [city_day(entry.received) for entry in entries]
        self._tree = self._tree.extend([entry.event.leaf for entry in entries])
        self.at = entries[-1].n

    def years(self) -> list[str]:
        """The years of the scheme in which something happened, as periods are named."""
        return sorted(year for year in self._years if FIRST_YEAR <= int(year) <= LAST_YEAR)

    def root(self, size: int) -> str | None:
        """The root of the entries that were taken, in hex; None when that size was passed already."""
        return self._tree.root().hex() if size == self.at else None

    def summary(
        self, like: Mapping[str, Any], baseline: Sequence[Mapping[str, Any]], heard: str | None = None
    ) -> dict[str, Any]:
        """The summary that a document says it is, counted anew: its period, scope, cut-off, rules and ledger size.

        Its root is not believed where it is known. `heard`: the day on which its last entry came, where these entries
        do not say. Raises Unknown("rules.unknown").
        """
        size, rules, scope = int(like["ledger_size"]), like["rules"], spelled(like["scope"])
        summary.calculation(rules)
        policies = periods.Policies(self.life(POLICY, size), rules)
        period, before = periods.with_the_year_before(like["period"], policies, like["cut_off"])
        asked = Asking(policies, scope, rules)
        heard = heard or (self._heard[size - 1] if size else "")
        if before is not None and scope.bloc is not None:
            before = before if self._city(size, before.cut_off).of_bloc(scope.bloc) else None
        root = self.root(size) or like["root"]
        return summary.document(
            self._question(size, period, asked, heard),
            size=size,
            root=root,
            before=None if before is None else self._question(size, before, asked, heard),
            baseline=baseline,
        )

    def _question(self, size: int, period: periods.Period, by: Asking, heard: str) -> Question:
        cities: dict[str, City] = {}

        def city_on(day: str) -> City:
            if day not in cities:
                cities[day] = self._city(size, day)
            return cities[day]

        at = city_on(period.cut_off)
        wanted = units_of(by.scope, at, by.rules)
        asked = unit_reports.asked_for(period, by.policies)
        names = {*asked.names, *unit_reports.due_in(period, by.policies)}
        told = (unit_reports.report(facts) for facts in self._lives("unit-report", size))
        reports = sorted((one for one in told if one and one.period in names), key=lambda one: one.ref)
        span, built = Span(period.start, period.cut_off), [k for b in BUILT for k in row_keys(b, by.rules)]
        return Question(
            period=period,
            city=at,
            policies=by.policies,
            cells=self.figures.cells(size, span, Wanted(units=wanted)),
            scope=by.scope,
            criteria=self._codes(self._lives("criteria-set", size), "criteria"),
            forms=self._codes([self.life(FORMS, size)], "forms"),
            reports=reports,
            asked=asked,
            outside=unit_reports.outside((r for r in reports if wanted is None or r.unit in wanted), asked),
            rules=by.rules,
            built=self.figures.cells(size, span, Wanted(built)),
            heard=heard,
            cities=city_on,
        )

    @staticmethod
    def _codes(lives: Iterable[Sequence[Fact]], member: str) -> frozenset[str]:
        return frozenset(one["code"] for facts in lives for f in facts for one in f.data.get(member, ()))

    def _city(self, size: int, on: str) -> City:
        return city(self._lives("unit", size), on)

    def life(self, thing: str, size: int) -> list[Fact]:
        """All facts of a life known at a size, as corrected by then."""
        found = self.things.get(thing)
        return [] if found is None else known_at(found.facts, size)

    def _lives(self, noun: str, size: int) -> list[list[Fact]]:
        lives = (self.life(thing, size) for thing in list(self.things) if noun_of(thing) == noun)
        return [facts for facts in lives if facts]


def _years_of(thing: Thing, since: int) -> Iterator[str]:
    """The years of the facts that came from this entry on, which are the last ones."""
    return (fact.on[:4] for fact in takewhile(lambda fact: fact.n >= since, reversed(thing.facts)) if fact.on)


def differences(expected: Any, found: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The places, in the order of their names, at which two documents differ, with what stands there."""
    if isinstance(expected, dict) and isinstance(found, dict):
        one, other = cast("dict[str, Any]", expected), cast("dict[str, Any]", found)
        for name in sorted({*one, *other}):
            yield from differences(one.get(name), other.get(name), f"{place}.{name}" if place else name)
    elif expected != found:
        yield place, cast(Any, expected), found


def first_difference(expected: Any, found: Any) -> tuple[str, Any, Any] | None:
    """The first place at which two documents differ, with what stands there; None when they are equal."""
    return next(differences(expected, found), None)


def first_changed(kept: Columns, counted: Columns, size: int) -> tuple[int, str, str] | None:
    """The first row of what is kept that was not counted so: (ledger entry, counted, kept); None when all are equal."""
    there, due = kept.known(size), counted.known(size)
    both = min(there, due)
    row = min([both, *(_first_unequal(kept, counted, member, both) for member in counted.shape.members)])
    if row == max(there, due):
        return None
    one = _told(counted, row) if row < due else None
    other = _told(kept, row) if row < there else None
    return (one or other or {"n": 0})["n"], str(one), str(other)


def _first_unequal(kept: Columns, counted: Columns, member: str, size: int) -> int:
    """The first row in which a member differs, names by what they say; `size` when none does."""
    expected, found = counted[member][:size], kept[member][:size]
    if (names := counted.names.get(member)) is not None:
        numbers = [names.number(name) for name in kept.names[member].list]
        found = np.array([-1 if n is None else n for n in numbers], LARGE)[found]
    differ = np.flatnonzero(found != expected)
    return int(differ[0]) if len(differ) else size


def _told(columns: Columns, row: int) -> dict[str, Any]:
    """A row with its names spelt out."""
    told: dict[str, Any] = {member: int(columns[member][row]) for member in columns.shape.members}
    return told | {name: columns.names[name].list[told[name]] for name in columns.shape.named}
