"""The names of files, sealed where an act names or concerns persons: a file may be called by the name of one of them.

The text that stands in the event's `Evidence` as its `name` is

    "f1.<ids>.<envelope>"      both base64url, without padding

    ids      = the 16 bytes of each person's id, in the order of the ids
    envelope = as that of a person's name (`sealing`), under a key that follows from the data keys of all these persons
               together, in the context "file|<sha256 of the file>|<person id>|…"

So it opens while none of them is erased, and stays with its file wherever that is named. Where nothing can be sealed
(one of them was erased already, or there are too many to say), the event says `INSTEAD`. The name under which a file is
handed back stays with the file, under the file's own key (`evidence/sealing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeGuard, cast
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.contracts.values import SEALED_FILE_NAME, Evidence
from shared.people.sealing import KEY_BYTES, NotOpened, bytes_of, seal, text_of, unseal
from shared.reference.media_types import EXTENSIONS

MEMBERS: Final = frozenset(Evidence.model_fields)
INSTEAD: Final = "tệp đính kèm"
"""What a file is called where its name is not said; its extension stays."""
EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
INFO: Final = b"evlog/file-name/v1\x00"
MOST: Final = 16
"""No name is sealed for more persons: each costs every such name 22 characters."""

Keys = Mapping[str, bytes | None]
"""By person the data key; None for who was erased, or whose key is away."""


def is_file(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether JSON names a file."""
    return isinstance(value, dict) and cast("dict[str, Any]", value).keys() == MEMBERS


def is_sealed(name: object) -> TypeGuard[str]:
    """Whether this reads as a sealed name of a file."""
    try:
        return isinstance(name, str) and bool(persons_in(name))
    except NotOpened:
        return False


def sealed_files(value: Any) -> Iterator[dict[str, Any]]:
    """The files in JSON whose names are sealed."""
    if is_file(value):
        if is_sealed(value["name"]):
            yield value
    elif isinstance(value, dict):
        for member in cast("dict[str, Any]", value).values():
            yield from sealed_files(member)
    elif isinstance(value, list | tuple):
        for item in cast("Sequence[Any]", value):
            yield from sealed_files(item)


def renamed(value: Any, name: Callable[[dict[str, Any]], str]) -> Any:
    """A copy of JSON with other names for its files; what was given is not changed."""
    if is_file(value):
        return value if (new := name(value)) == value["name"] else {**value, "name": new}
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {key: renamed(member, name) for key, member in members.items()}
    if isinstance(value, list | tuple):
        return [renamed(item, name) for item in cast("Sequence[Any]", value)]
    return value


def sealed_name(file: dict[str, Any], keys: Keys) -> str:
    """The name that an event says of this file; one that is sealed already stays."""
    if is_sealed(file["name"]) or not keys:
        return file["name"]
    live = {person: key for person, key in keys.items() if key is not None}
    if len(live) < len(keys) or len(live) > MOST:
        return unsaid(file)
    persons = sorted(live)
    envelope = seal(_joined(live, persons), file["name"].encode(), _context(file, persons))
    return f"f1.{text_of(b''.join(UUID(person).bytes for person in persons))}.{text_of(envelope)}"


def persons_in(name: str) -> list[str]:
    """For whom this name is sealed; NotOpened when it is no sealed name."""
    if (match := SEALED_FILE_NAME.fullmatch(name)) is None:
        raise NotOpened("not a seal of this version")
    ids = bytes_of(match[1])
    if len(ids) % 16:
        raise NotOpened("not the ids of persons")
    return [str(UUID(bytes=ids[at : at + 16])) for at in range(0, len(ids), 16)]


def opened_name(file: dict[str, Any], keys: Mapping[str, bytes]) -> str:
    """The file's name; NotOpened when it is not what was sealed for these persons and this file."""
    persons = persons_in(file["name"])
    if any(person not in keys for person in persons):
        raise NotOpened("no key")
    envelope = bytes_of(file["name"].rpartition(".")[2])
    return unseal(_joined(keys, persons), envelope, _context(file, persons)).decode()


def unsaid(file: dict[str, Any]) -> str:
    """What a file is called for who is not told its name."""
    name = str(file["name"])
    if not is_sealed(name) and (found := EXTENSION.search(name)) is not None:
        return INSTEAD + found[0]
    own = EXTENSIONS.get(file["media_type"])
    return INSTEAD if own is None else f"{INSTEAD}.{own[0]}"


def without_names(value: Any) -> Any:
    """JSON for who is not told the names of persons: files whose names are sealed are called what they are."""
    return renamed(value, lambda file: unsaid(file) if is_sealed(file["name"]) else file["name"])


def _joined(keys: Mapping[str, bytes | None], persons: Sequence[str]) -> bytes:
    together = b"".join(keys[person] or b"" for person in persons)
    return HKDF(SHA256(), KEY_BYTES, None, INFO).derive(together)


def _context(file: Mapping[str, Any], persons: Sequence[str]) -> bytes:
    return "|".join(("file", str(file["sha256"]), *persons)).encode()
