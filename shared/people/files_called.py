"""What files are called: the keys that their names are sealed under, and their names for who may know the persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.errors import Malformed, Unavailable
from shared.people.alarms import unopenable
from shared.people.epochs import Epochs
from shared.people.file_names import (
    Keys,
    is_sealed,
    opened_name,
    persons_in,
    renamed,
    sealed_files,
    unsaid,
    without_names,
)
from shared.people.keyring import NotUnwrapped
from shared.people.keys import Held, KeyStore
from shared.people.sealing import NotOpened

ERASED = "[đã xóa]"
"""What readers see where a name was."""


class FilesCalled:
    """Opens the names of files, and says under whose keys they are sealed."""

    def __init__(self, store: KeyStore, epochs: Epochs) -> None:
        self._store = store
        self._epochs = epochs

    async def keys_of(self, persons: Iterable[str]) -> Keys:
        """The data keys of those of whom anything is held; None for who was erased, or whose key is away."""
        wanted = {*persons}
        held = await self._store.held(wanted) if wanted else {}
        return {person: self._key(one) for person, one in held.items()}

    async def opened(self, value: Any, may: Callable[[Held], bool] = lambda _one: True) -> Any:
        """JSON with the names of its files for a reader who `may` know persons. A name is said to who may know all for
        whom it is sealed; erased with any of them; where it does not open though nobody erased it, that is an alarm.
        Unavailable("keys-away") while nothing can be opened."""
        if not (files := list(sealed_files(value))):
            return value
        held = await self._held(files)
        return renamed(value, lambda file: self._called(file, held, may))

    async def must_be_ours(self, value: Any) -> None:
        """`evidence.name-sealed` where JSON says a sealed name that was not made here for this file. A genuine one is
        taken: who sends back what an event says sends the seal back."""
        if not (files := list(sealed_files(value))):
            return
        held = await self._held(files)
        for file in files:
            its = _its(file, held)
            if any(_erased(one) for one in its):
                continue
            try:
                self._opened(file, its)
            except NotOpened as wrong:
                raise Malformed("evidence.name-sealed") from wrong

    async def shown(self, value: Any, may: Callable[[Held], bool] = lambda _one: True) -> Any:
        """The same; while the key store is away, files are called what they are."""
        try:
            return await self.opened(value, may)
        except Unavailable:
            return without_names(value)

    def _called(self, file: dict[str, Any], held: Mapping[str, Held], may: Callable[[Held], bool]) -> str:
        if not is_sealed(file["name"]):
            return file["name"]
        its = _its(file, held)
        if any(_erased(one) for one in its):
            return ERASED
        if not all(may(one) for one in its):
            return unsaid(file)
        try:
            return self._opened(file, its)
        except NotOpened:
            unopenable(persons_in(file["name"])[0], "file-name-not-opened")
            return unsaid(file)

    async def _held(self, files: Iterable[dict[str, Any]]) -> Mapping[str, Held]:
        """What is held of all for whom the names of these files are sealed."""
        return await self._store.held({person for file in files for person in persons_in(file["name"])})

    def _opened(self, file: dict[str, Any], its: Iterable[Held]) -> str:
        return opened_name(file, {one.person: key for one in its if (key := self._key(one))})

    def _key(self, one: Held) -> bytes | None:
        if one.wrapped is None:
            return None
        try:
            return self._epochs.unwrap(one.wrapped)
        except NotUnwrapped:
            return None


def _its(file: dict[str, Any], held: Mapping[str, Held]) -> list[Held]:
    """What is held of those for whom the name of a file is sealed."""
    return [held[person] for person in persons_in(file["name"]) if person in held]


def _erased(one: Held) -> bool:
    return one.erased is not None
