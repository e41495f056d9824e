"""Names that come close to one another: tolerant of accents, tone placement, case, hyphens, spacing, word order.

A warning and never a refusal, so it errs on the side of showing. Names are compared as folded words; words
that few names have lead to the candidates, so that the index stays quick at a hundred thousand names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Protocol

from rapidfuzz import fuzz, process

from shared.contracts.message import Event
from shared.contracts.registry import ModelAmended, ModelEnded, ModelRegistered, RecordCorrected
from shared.decider import Mark
from shared.text import folding

CLOSE = 78
"""Scores below this are not shown."""
CONTAINED = 0.92
"""What a name is worth that holds all words of the other, or most of them, and more besides."""
CANDIDATES = 3_000
"""How many distinct names are compared at most; those that share most words come first."""
LOOKED_THROUGH = 20_000
"""How many entries of word lists are looked through at most, those of rare words first."""

OPENING = re.compile(r"^(mo hinh )+")
REFERENCE = re.compile(r"DVK-(\d{4})-(\d+)")


def folded(name: str) -> str:
    """`Mô hình “Hoà-Hải: xanh”` → `hoa hai xanh`: base letters in lower case, words apart by one space."""
    return OPENING.sub("", folding.folded(name) + " ").strip()


def score(one: str, other: str) -> float:
    """How close two folded names are, 0-100: the same words in any order, or one within the other."""
    return max(
        fuzz.token_sort_ratio(one, other),
        fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")),
        CONTAINED * _contained(one, other),
    )


def _contained(one: str, other: str) -> float:
    """One name within the other; a single word within a longer name says nothing."""
    if min(one.count(" "), other.count(" ")) < 1:
        return 0
    return fuzz.token_set_ratio(one, other)


class Told(Protocol):
    """An event with its place, as followers see it."""

    @property
    def event(self) -> Event: ...
    @property
    def mark(self) -> Mark: ...


@dataclass(frozen=True)
class Named:
    """A model as the index knows it, and the event that gave it this name."""

    model: str
    name: str
    unit: str
    since: str = ""


@dataclass
class NameIndex:
    """The names of all models on record, and the highest reference number of each year."""

    models: dict[str, Named] = field(default_factory=dict[str, Named])
    numbers: dict[int, int] = field(default_factory=dict[int, int])
    _by_name: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _by_word: defaultdict[str, dict[str, None]] = field(
        default_factory=lambda: defaultdict[str, dict[str, None]](dict[str, None])
    )

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
        for other, value in self._scored(wanted, limit + 1):
            for model in self._by_name[other]:
                if model != besides:
                    named = self.models[model]
                    found.append((-round(value), named.unit != unit, model, named))
        found.sort(key=lambda one: one[:3])
        return [
            {"model": named.model, "name": named.name, "unit": named.unit, "score": -minus}
            for minus, _, _, named in found[:limit]
        ]

    def _scored(self, wanted: str, limit: int) -> list[tuple[str, float]]:
        """The closest distinct names among the candidates."""
        near = process.extract(
            wanted, self._candidates(wanted), scorer=fuzz.token_set_ratio, score_cutoff=60, limit=400
        )
        # Written as one word, a name shares no word with itself.
        names = {**{other: None for other, _, _ in near}, **self._names(_joined(wanted))}
        scored = [(other, score(wanted, other)) for other in names]
        scored = [one for one in scored if one[1] >= CLOSE]
        scored.sort(key=lambda one: (-one[1], one[0]))
        return scored[:limit]

    def _candidates(self, wanted: str) -> list[str]:
        """Names that share words with the wanted one; where there are too many, those that share most."""
        words = sorted(chain(set(wanted.split()), [_joined(wanted)]), key=lambda word: len(self._names(word)))
        shared = Counter[str]()
        seen = 0
        for word in words:
            seen += len(self._names(word))
            if seen > LOOKED_THROUGH and len(shared) > 0:
                break
            shared.update(self._names(word).keys())
        if len(shared) <= CANDIDATES:
            return list(shared)
        by_number: defaultdict[int, list[str]] = defaultdict(list)
        for name, number in shared.items():
            by_number[number].append(name)
        most = chain.from_iterable(by_number[number] for number in sorted(by_number, reverse=True))
        return list(islice(most, CANDIDATES))

    def _names(self, word: str) -> dict[str, None]:
        return self._by_word.get(word, {})

    def _add(self, named: Named) -> None:
        name = folded(named.name)
        self.models[named.model] = named
        if name not in self._by_name:
            self._by_name[name] = []
            for word in {*name.split(), _joined(name)}:
                self._by_word[word][name] = None
        self._by_name[name].append(named.model)

    def _remove(self, model: str) -> Named:
        named = self.models.pop(model)
        name = folded(named.name)
        self._by_name[name].remove(model)
        if not self._by_name[name]:
            del self._by_name[name]
            for word in {*name.split(), _joined(name)}:
                del self._by_word[word][name]
        return named


def _joined(name: str) -> str:
    """The name without its spaces, marked so that it is no word of another."""
    return "=" + name.replace(" ", "").removeprefix("mohinh")
