"""Names that come close to one another: tolerant of accents, tone placement, case, hyphens, spacing, word order.

A warning and never a refusal, so it errs on the side of showing. Names are compared as folded words. Of all names
that share a word with the wanted one, or are the same without spaces, the `COMPARED` that share most words are
compared letter by letter. What may be missed: a name that comes close by its letters and shares no word, because
each of its words is misspelt; and where more than `COMPARED` different names share as many words, some of them.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from shared.contracts.message import Event
from shared.contracts.registry import ModelAmended, ModelEnded, ModelRegistered, RecordCorrected
from shared.decider import Mark
from shared.text import folding

from .words import WordIndex

CLOSE = 78
"""Scores below this are not shown."""
CONTAINED = 0.92
"""What a name is worth that holds all words of the other, or most of them, and more besides."""
COMPARED = 60
"""How many different names are compared letter by letter at most."""
OWN = 250
"""Of so many models of the unit itself, the newest, names come before others that share as many words."""

OPENING = re.compile(r"^(mo hinh )+")
REFERENCE = re.compile(r"DVK-(\d{4})-(\d+)")


def folded(name: str) -> str:
    """`Mô hình “Hoà-Hải: xanh”` → `hoa hai xanh`: base letters in lower case, words apart by one space."""
    return OPENING.sub("", folding.folded(name) + " ").strip()


def in_order(name: str) -> str:
    """The words of a folded name in the order of the alphabet."""
    return " ".join(sorted(name.split()))


def scores(name: str, others: Sequence[str], ordered: Sequence[str]) -> list[float]:
    """How close a folded name is to each of others: the same words in any order, or one within the other.

    `ordered` are the others `in_order`. 0-100; 0 for what is not `CLOSE` anyway.
    """
    if not others:
        return []
    same = _each(fuzz.ratio, in_order(name), ordered, CLOSE)
    unspaced = "\n".join(others).replace(" ", "").split("\n")
    letters = _each(fuzz.ratio, name.replace(" ", ""), unspaced, CLOSE)
    best = np.maximum(same, letters)
    if " " in name:  # a single word within a longer name says nothing
        rest = [n for n, score in enumerate(best.tolist()) if score < 100 * CONTAINED and " " in others[n]]
        within = _each(fuzz.token_set_ratio, name, [others[n] for n in rest], CLOSE / CONTAINED)
        best[rest] = np.maximum(best[rest], CONTAINED * within)
    return best.tolist()


def _each(ratio: Callable[..., float], one: str, others: Sequence[str], least: float) -> NDArray[np.float64]:
    return process.cdist([one], others, scorer=ratio, score_cutoff=least, dtype=np.float64)[0]


class Told(Protocol):
    """An event with its place, as followers see it."""

    @property
    def event(self) -> Event: ...
    @property
    def mark(self) -> Mark: ...


@dataclass(frozen=True, slots=True)
class Named:
    """A model as the index knows it, and the event that gave it this name."""

    model: str
    name: str
    unit: str
    since: str = ""


@dataclass
class NameIndex:
    """The names of all models on record, and the highest reference number of each year."""

    takes = frozenset({ModelRegistered, ModelAmended, RecordCorrected, ModelEnded})

    models: dict[str, Named] = field(default_factory=dict[str, Named])
    numbers: dict[int, int] = field(default_factory=dict[int, int])
    _words: WordIndex = field(default_factory=WordIndex)
    _names: list[str] = field(default_factory=list[str])
    """Folded names by their number, each once, those that nobody has any more too."""
    _ordered: list[str] = field(default_factory=list[str])
    """The same, each `in_order`."""
    _number_of: dict[str, int] = field(default_factory=dict[str, int])
    _joined: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    """Names by the hash of their letters without spaces: of more than one word, written as one or not."""
    _called: list[list[str]] = field(default_factory=list[list[str]])
    """The models of each name, by id."""
    _of_unit: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """The models of each unit with the numbers of their names."""

    def apply(self, fact: Told) -> None:
        """Take one more event in; what was withdrawn or a duplicate no longer warns anybody."""
        match fact.event:
            case ModelRegistered() as event:
                self._add(Named(event.model, event.name, event.unit, fact.mark.id))
                if match := REFERENCE.fullmatch(event.reference):
                    year, number = int(match[1]), int(match[2])
                    self.numbers[year] = max(number, self.highest(year))
            case ModelAmended() as event if event.changes.name is not None and event.model in self.models:
                known = self._remove(event.model)
                self._add(Named(event.model, event.changes.name, known.unit, fact.mark.id))
            case RecordCorrected() as event if "name" in event.changes and event.model in self.models:
                if self.models[event.model].since == event.corrects:
                    known = self._remove(event.model)
                    self._add(Named(known.model, event.changes["name"], known.unit, known.since))
            case ModelEnded() as event if event.ground in ("duplicate", "withdrawn"):
                if event.model in self.models:
                    self._remove(event.model)
            case _:
                pass

    def highest(self, year: int) -> int:
        """The highest reference number given in a year; 0 when none was."""
        return self.numbers.get(year, 0)

    def similar(
        self, name: str, unit: str, limit: int = 20, besides: str | None = None
    ) -> list[dict[str, Any]]:
        """The closest models, best first, the same unit's before others': [{model, name, unit, score}]."""
        wanted = folded(name)
        if not wanted:
            return []
        found: list[tuple[int, bool, str, Named]] = []
        for number, value in self._scored(wanted, unit, limit + 1):
            for model in self._some_called(number, unit, limit + 1):
                if model != besides:
                    named = self.models[model]
                    found.append((-round(value), named.unit != unit, model, named))
        found.sort()  # no model comes twice
        return [
            {"model": named.model, "name": named.name, "unit": named.unit, "score": -minus}
            for minus, _, _, named in found[:limit]
        ]

    def _scored(self, wanted: str, unit: str, limit: int) -> list[tuple[int, float]]:
        """The closest of the different names that share most words, as numbers with their scores."""
        words = set(wanted.split())
        # Of names that share as many words, those of the unit's own models are compared first.
        own = islice(reversed(self._of_unit.get(unit, {}).values()), OWN)
        numbers = dict.fromkeys(self._words.closest(words, COMPARED, own))
        # Written as one word, a name shares no word with itself.
        numbers.update(
            (other, None) for other in self._joined.get(_joined(wanted), ()) if self._called[other]
        )
        named = [self._names[number] for number in numbers]
        close = scores(wanted, named, [self._ordered[number] for number in numbers])
        scored = [
            (-value, name, n) for value, name, n in zip(close, named, numbers, strict=True) if value >= CLOSE
        ]
        scored.sort()
        return [(number, -minus) for minus, _, number in scored[:limit]]

    def _some_called(self, number: int, unit: str, most: int) -> list[str]:
        """The first models of this name, and the first of the unit's own: where a whole city uses one name, not all."""
        called = self._called[number]
        if len(called) <= most:
            return called
        own = (model for model, other in self._of_unit.get(unit, {}).items() if other == number)
        return list(dict.fromkeys([*islice(own, most), *called[:most]]))

    def _add(self, named: Named) -> None:
        name = folded(named.name)
        self.models[named.model] = named
        number = self._number_of.get(name)
        if number is None:
            number = self._number_of[name] = self._words.add(set(name.split()))
            self._names.append(name)
            self._ordered.append(in_order(name))
            self._called.append([])
            self._joined.setdefault(_joined(name), []).append(number)
        elif not self._called[number]:
            self._words.show(number)
        insort(self._called[number], named.model)
        self._of_unit.setdefault(named.unit, {})[named.model] = number

    def _remove(self, model: str) -> Named:
        named = self.models.pop(model)
        number = self._of_unit[named.unit].pop(model)
        self._called[number].remove(model)
        if not self._called[number]:
            self._words.hide(number)
        return named


def _joined(name: str) -> int:
    """The name's letters without spaces, as a number."""
    return hash(name.replace(" ", "").removeprefix("mohinh"))
