"""A life as it grows: its facts as corrected, and the same by stream and by kind, kept up one fact at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.reporting.facts import said
from services.reporting.facts.facts import Fact, known_at
from services.reporting.facts.kinds import Kind
from shared.contracts.correcting import RecordCorrected


class Timeline:
    """The facts of one life in ledger order, each as corrected by those that are there."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.told: list[Fact] = []
        """As they were told."""
        self._corrected: set[str] = set()
        self.known: list[Fact] = []
        self.marks: dict[int, tuple[str, Mapping[tuple[str, str, str], int]]] = {}
        """By the last fact of a part: from which cut-off on all of it counts, and the marks that it makes then."""
        self._arrange()
        for fact in facts:
            self.add(fact)

    def _arrange(self) -> None:
        self.marks.clear()
        self.by_stream: defaultdict[str, list[Fact]] = defaultdict(list)
        self.by_kind: defaultdict[Kind, list[Fact]] = defaultdict(list)
        for fact in self.known:
            self.by_stream[fact.stream].append(fact)
            self.by_kind[fact.kind].append(fact)

    def changes_others(self, fact: Fact) -> bool:
        """True when, with this fact, earlier ones or itself are not what they were told as."""
        return fact.kind is RecordCorrected or fact.id in self._corrected

    def add(self, fact: Fact) -> None:
        """One more fact, the next in ledger order."""
        self.told.append(fact)
        if not self.changes_others(fact):
            self.known.append(fact)
            self.by_stream[fact.stream].append(fact)
            self.by_kind[fact.kind].append(fact)
            return
        if isinstance(fact.said, said.RecordCorrected):
            self._corrected.add(fact.said.corrects)
        self.known = known_at(self.told, None)
        self._arrange()

    def named(self, kinds: Iterable[Kind]) -> list[Fact]:
        """The facts of these kinds, in ledger order."""
        lists = [told for kind in kinds if (told := self.by_kind.get(kind))]
        if len(lists) == 1:
            return lists[0]
        return sorted((fact for told in lists for fact in told), key=lambda fact: fact.n)

    def with_one_more(self, fact: Fact) -> Sequence[Fact]:
        """All facts as they will be known with one more."""
        return known_at([*self.told, fact], None) if self.changes_others(fact) else [*self.known, fact]
