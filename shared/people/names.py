"""Names in and out: sealed before an event is numbered, opened for readers, and kept in order meanwhile."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from shared import passing
from shared.commands.looking import Known
from shared.contracts.catalog import load
from shared.contracts.people import PersonErased
from shared.errors import Unavailable, Unknown
from shared.eventlog.port import Log, Recorded
from shared.people.alarms import unopenable
from shared.people.epochs import Epochs
from shared.people.file_names import renamed, sealed_name, without_names
from shared.people.files_called import ERASED, FilesCalled
from shared.people.keyring import NotUnwrapped
from shared.people.keys import Held, KeyStore
from shared.people.naming import Naming, first_places
from shared.people.places import Named, Steps, at, in_json, pointer, replaced
from shared.people.sealing import FIRST_KEY, NotOpened, Place, open_name, seal_name
from shared.text.folding import folded

UNNAMED_FOR = timedelta(days=1)
"""So long a key may wait for its event."""

KNOWN = 8192

logger = structlog.get_logger("dvk.people")


@dataclass(frozen=True)
class Seal:
    """A seal as it stands in an event."""

    person: str
    text: str
    place: Place


@dataclass(frozen=True)
class Opened:
    """What a reader may see of a person; where nothing is to be seen, `state` says why."""

    person: str
    state: Literal["open", "erased", "unreadable", "unknown"]
    name: str | None = None

    def shown(self) -> dict[str, Any]:
        """The members beside `id`."""
        match self.state:
            case "open":
                return {"name": self.name}
            case "erased":
                return {"name": ERASED, "erased": True}
            case "unreadable":
                return {"unreadable": True}
            case "unknown":
                return {}


class Names:
    """What one service does with the names of persons. `prefix` is that of the origins of all logs."""

    def __init__(
        self, store: KeyStore, epochs: Epochs, service: str, prefix: str, now: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.epochs = epochs
        self.files = FilesCalled(store, epochs)
        self._service = service
        self._prefix = prefix
        self._now = now
        self._known: OrderedDict[str, str | None] = OrderedDict()

    # --- in -------------------------------------------------------------------------------------

    async def must_know(self, persons: Iterable[str]) -> dict[str, str | None]:
        """The unit whose event named each who has a name; `person.unknown` for an id that nobody was named under."""
        asked = {*persons}
        new = asked - self._known.keys()
        held = await self.store.held(new) if new else {}
        if missing := sorted(new - held.keys()):
            raise Unknown("person.unknown", person=missing[0])
        self._known |= {person: one.unit for person, one in held.items() if one.erased is None}
        found = {person: self._known[person] for person in asked if person in self._known}
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return found

    def seal(self, members: Mapping[str, Any], naming: Naming) -> tuple[dict[str, Any], list[Held]]:
        """The event with each name sealed where its person's id stands first in the canonical text, and the
        keys to be stored before it is written. Who does not appear in the event is not sealed."""
        data = members["data"]
        new: dict[Steps, Any] = {}
        rows: list[Held] = []
        for person, steps in first_places(data).items():
            if (name := naming.names.get(person)) is None:
                continue
            place = self._place(self._service, members["subject"], members["id"], steps)
            sealed = seal_name(naming.data_keys[person], name, place, person)
            epoch = self.epochs.current()
            new[steps] = {**at(data, steps), "sealed": sealed}
            rows.append(
                Held(
                    person=person,
                    number=FIRST_KEY,
                    origin=place.origin,
                    stream=place.stream,
                    event=place.event,
                    service=self._service,
                    command=members["commandid"],
                    pointer=place.pointer,
                    sealed=sealed,
                    wrapped=epoch.wrap(naming.data_keys[person]),
                    lookup=epoch.lookup(folded(name)),
                    unit=data.get("unit") or members.get("actorunit"),
                )
            )
        data = replaced(data, new)
        if naming.of_files:
            data = renamed(data, lambda file: sealed_name(file, naming.of_files))
        return {**members, "data": data}, rows

    async def for_files(self, data: Mapping[str, Any], naming: Naming, concerned: Iterable[str]) -> Naming:
        """With the keys that the names of an event's files are sealed under: those of everybody whom it names or whom
        it `concerns`, as far as anything is held of them. `evidence.name-sealed` for a name that only looks sealed."""
        await self.files.must_be_ours(data)
        named = first_places(data).keys()
        new = {person: key for person, key in naming.data_keys.items() if person in named}
        others = {*named, *concerned} - naming.names.keys()
        return replace(naming, of_files={**new, **await self.files.keys_of(others)})

    async def keep(self, rows: Sequence[Held], naming: Naming) -> None:
        """Store the keys, durable on return; Unavailable("keys-away") otherwise, and nothing may be written. Where an
        epoch was closed meanwhile, so that somebody in it can be erased, they are stored again under the next one."""
        while rows:
            await self.store.keep(rows, self._now())
            closed = await self.store.closed_of(row.wrapped.under for row in rows if row.wrapped is not None)
            self.epochs.left(closed)
            rows = [
                self._elsewhere(row, naming) for row in rows if row.wrapped and row.wrapped.under in closed
            ]

    def _elsewhere(self, row: Held, naming: Naming) -> Held:
        epoch, key, name = self.epochs.current(), naming.data_keys[row.person], naming.names[row.person]
        return replace(row, wrapped=epoch.wrap(key), lookup=epoch.lookup(folded(name)))

    async def known(self, persons: Sequence[str]) -> dict[str, Known]:
        """What is held of these persons; who was never named is left out."""
        held = await self.store.held(persons)
        return {
            person: Known(() if one.erased is not None else (one.number,), one.unit, one.erased is not None)
            for person, one in held.items()
        }

    # --- out ------------------------------------------------------------------------------------

    async def open(
        self, persons: Iterable[str], seals: Mapping[str, Seal] | None = None
    ) -> dict[str, Opened]:
        """What may be read of these persons. Seals from events at hand are opened rather than the key store's
        copies. A seal that does not open though nobody erased it is an alarm."""
        if not (wanted := {*persons}):
            return {}
        held, seals = await self.store.held(wanted), seals or {}
        passing.reads_names(len(wanted))
        return {person: self._open(person, held.get(person), seals.get(person)) for person in wanted}

    def _open(self, person: str, held: Held | None, seal: Seal | None) -> Opened:
        if held is None:
            return (
                Opened(person, "unknown") if seal is None else self._alarm(person, "key-missing", seal.place)
            )
        if held.erased is not None:
            return Opened(person, "erased")
        if seal is None and held.sealed is not None and held.place is not None:
            seal = Seal(person, held.sealed, held.place)
        if seal is None or held.wrapped is None:
            return self._alarm(person, "key-missing", held.place)
        try:
            return Opened(
                person, "open", open_name(self.epochs.unwrap(held.wrapped), seal.text, seal.place, person)
            )
        except NotUnwrapped:
            return self._alarm(person, "key-not-unwrapped", seal.place)
        except NotOpened:
            return self._alarm(person, "seal-not-opened", seal.place)

    def _alarm(self, person: str, why: str, place: Place | None) -> Opened:
        unopenable(person, why, place)
        return Opened(person, "unreadable")

    def seals_in(self, events: Iterable[Recorded]) -> dict[str, Seal]:
        """The seals of these events by person; the first of each."""
        found: dict[str, Seal] = {}
        for event in events:
            if b'"sealed"' not in event.raw:
                continue
            for one in in_json(event.data):
                if one.sealed is not None and one.id is not None and one.id not in found:
                    place = self._place(event.service, event.stream, event.id, one.steps)
                    found[one.id] = Seal(one.id, one.sealed, place)
        return found

    async def called(self, name: str) -> list[Held]:
        """The persons of a name, whatever its accents, case and where its tones are put."""
        return await self.store.called(self.epochs.lookups(folded(name)))

    def _place(self, service: str, stream: str, event: str, steps: Steps) -> Place:
        return Place(f"{self._prefix}/{service}", stream, event, f"/data{pointer(steps)}")

    async def shown(self, view: dict[str, Any], events: Sequence[Recorded] = ()) -> dict[str, Any]:
        """A view with names beside the ids of persons, for a reader who may know them; while the key store is away,
        persons by their ids only, and files whose names are sealed called what they are."""
        named = [one for one in in_json(view) if one.id is not None]
        try:
            view = await self.files.opened(view)
            if not named:
                return view
            opened = await self.open({one.id for one in named if one.id is not None}, self.seals_in(events))
        except Unavailable:
            return without_names(view)
        new: dict[Steps, Any] = {one.steps: {"id": one.id, **_of(opened, one)} for one in named}
        return replaced(view, new)

    # --- in order -------------------------------------------------------------------------------

    async def sweep(self, log: Log) -> int:
        """Take away the keys that were stored a day ago and that no event names; how many there were.

        Whose event is found is never looked for again. Only while the log is whole: not behind others.
        """
        swept = 0
        while rows := await self.store.pending(self._service, self._now() - UNNAMED_FOR):
            named: list[str] = []
            unnamed: list[str] = []
            for row in rows:
                found = await log.by_command(row.command or "")
                seal = None if found is None else self.seals_in([found[0]]).get(row.person)
                (unnamed if seal is None else named).append(row.person)
            if named:
                await self.store.confirm(named)
            if unnamed:
                await self.store.sweep(unnamed)
                logger.info("keys that no event names were taken away", count=len(unnamed))
            swept += len(unnamed)
        return swept

    async def audit(self, log: Log) -> int:
        """In the registry: an alarm for every key that was destroyed without PersonErased in its log."""
        unfounded = 0
        for person, position in (await self.store.erased()).items():
            if person not in erased_at(await log.read(position - 1), position):
                self._alarm(person, "erased-without-event", None)
                unfounded += 1
            await asyncio.sleep(0)
        return unfounded


def erased_at(events: Sequence[Recorded], position: int) -> tuple[str, ...]:
    """Whom the event at this position erased, the first of those read from there; nobody when it is another event."""
    if not events or events[0].position != position or events[0].name != PersonErased.__name__:
        return ()
    said = load(events[0].type, events[0].data)
    return said.persons() if isinstance(said, PersonErased) else ()


def _of(opened: Mapping[str, Opened], one: Named) -> dict[str, Any]:
    return {} if one.id is None else opened[one.id].shown()
