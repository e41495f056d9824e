"""The persons of one command: whom it names, under the ids they get, and whom it knows by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.people.file_names import Keys
from shared.people.places import Named, Steps, in_json
from shared.people.sealing import new_data_key


@dataclass(frozen=True)
class Naming:
    """The persons of one command: those it names, under the ids they get here, and those it knows by id.

    Neither names nor keys show in a log line or a traceback.
    """

    names: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    ids: frozenset[str] = frozenset()
    data_keys: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    """One per name, the same for every attempt at deciding the command."""
    of_files: Keys = field(default_factory=dict[str, "bytes | None"], repr=False)
    """The data keys of all for whom the names of its files are sealed."""

    def __bool__(self) -> bool:
        return bool(self.names or self.ids)


NOBODY = Naming()


def first_places(data: Any) -> dict[str, Steps]:
    """Where each person's id stands first in the canonical text of an event's data."""
    found: dict[str, Steps] = {}
    for one in sorted((one for one in in_json(data) if one.id is not None), key=lambda one: one.steps):
        assert one.id is not None
        found.setdefault(one.id, one.steps)
    return found


def naming_of(named: Sequence[Named], names: Mapping[Steps, str]) -> Naming:
    """The persons of a command; `names` gives the new ids by place."""
    return Naming(
        names={names[one.steps]: one.name for one in named if one.name is not None},
        ids=frozenset(one.id for one in named if one.id is not None),
        data_keys={person: new_data_key() for person in names.values()},
    )
