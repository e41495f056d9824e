"""Columns in the store: appended in chunks, each under its own digest, read once when a book is opened.

    { _id: number, before, things, names, columns, digest }

`before` is how many things stand in the chunks before it, `things` how many in it; `names` those that no chunk before
it named (JSON), `columns` the arrays one after the other; `digest` the SHA-256 of all of it. The last chunk is written
anew with what is put at the end until it is full: so there are few chunks, however little a batch brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar, cast

import numpy as np
import orjson
from pymongo import ReplaceOne

from services.reporting.store.columns import Columns, Draft, Numbers, Shape
from shared.errors import CorruptHistory
from shared.store.asking import by_numbers
from shared.store.mongo import Collection

FULL = 1024
"""Things from which on a chunk takes no more."""
AT_ONCE = 16
"""Chunks that are asked for at once."""

C = TypeVar("C", bound=Columns)
Write = ReplaceOne[dict[str, Any]]


class Damaged(CorruptHistory):
    """A chunk in the store is not as it was written, or is not there."""


@dataclass(frozen=True)
class Mark:
    """How far columns were when the store had all of them: its last chunk, and how many things and names there are."""

    number: int
    last: Draft | None
    sizes: Mapping[str, int]


class Chunks(Generic[C]):
    """One collection of chunks, with its columns in memory."""

    def __init__(self, collection: Collection, columns: C) -> None:
        self.collection = collection
        self.columns = columns
        self._number = 0
        self._last: Draft | None = None
        self.mark = Mark(0, None, columns.sizes)
        """What the store holds, as far as this process knows."""

    async def load(self, things: int) -> None:
        """Put what was stored since at the end; Damaged when that is not what was written, or less than so many."""
        self.back()
        while documents := await self._from(self._number):
            before = len(self.columns)
            for document in documents:
                draft = read(self.collection.name, document, self.columns.shape)
                held = self._last if document["_id"] == self._number else None
                if document["before"] + (0 if held is None else len(held)) != len(self.columns):
                    break  # the chunk before it has grown since it was read
                self.columns.add(draft if held is None else _after(draft, held))
                self._number, self._last = document["_id"], draft
            if len(documents) < AT_ONCE and documents[-1]["_id"] == self._number:
                break
            if len(self.columns) == before:
                raise Damaged(f"{self.collection.name} lacks a chunk after {self._number}")
        if len(self.columns) < things:
            raise Damaged(f"{self.collection.name} has {len(self.columns)} of {things}")
        self.mark = Mark(self._number, self._last, self.columns.sizes)

    async def _from(self, number: int) -> list[dict[str, Any]]:
        found = await by_numbers(self.collection, range(number, number + AT_ONCE), None)
        return [found[number] for number in sorted(found)]

    def put(self, draft: Draft) -> list[Write]:
        """What was put at the end of the columns, as what writes it: the last chunk with it, or a new one."""
        if not len(draft):
            return []
        if self._last is None:
            self._last = draft
        elif len(self._last) >= FULL:
            self._number, self._last = self._number + 1, draft
        else:
            self._last = _joined(self._last, draft)
        before = len(self.columns) - len(self._last)
        document = written(self._number, before, self._last)
        return [ReplaceOne({"_id": self._number}, document, upsert=True)]

    def now(self) -> Mark:
        """How far the columns are, to be the `mark` once it is stored."""
        return Mark(self._number, self._last, self.columns.sizes)

    def back(self) -> None:
        """Take back what was put at the end and not stored."""
        self._number, self._last = self.mark.number, self.mark.last
        self.columns.cut(self.mark.sizes)


def _joined(first: Draft, second: Draft) -> Draft:
    columns = {name: np.concatenate((column, second.columns[name])) for name, column in first.columns.items()}
    return Draft(columns, {name: [*some, *second.names[name]] for name, some in first.names.items()})


def _after(draft: Draft, held: Draft) -> Draft:
    columns = {name: column[len(held) :] for name, column in draft.columns.items()}
    return Draft(columns, {name: some[len(held.names[name]) :] for name, some in draft.names.items()})


def written(number: int, before: int, draft: Draft) -> dict[str, Any]:
    """A chunk as it is stored."""
    document: dict[str, Any] = {
        "_id": number,
        "before": before,
        "things": len(draft),
        "names": orjson.dumps(draft.names),
        "columns": b"".join(column.tobytes() for column in draft.columns.values()),
    }
    return {**document, "digest": _digest(document)}


def read(collection: str, document: Mapping[str, Any], shape: Shape) -> Draft:
    """A chunk as it was stored; Damaged when it is another."""
    if document.get("digest") != _digest(document):
        raise Damaged(f"chunk {document['_id']} of {collection} is not as it was written")
    names: dict[str, list[Any]] = orjson.loads(document["names"])
    told = {name: [_once_more(one) for one in names[name]] for name in shape.named}
    return Draft(dict(_split(document["columns"], document["things"], shape)), told)


def _once_more(one: Any) -> Any:
    return tuple(cast("list[Any]", one)) if isinstance(one, list) else one


def _split(body: bytes, things: int, shape: Shape) -> Iterator[tuple[str, Numbers]]:
    start = 0
    for name, kind in shape.members.items():
        yield name, np.frombuffer(body, kind, things, start)
        start += things * kind.itemsize


def _digest(document: Mapping[str, Any]) -> bytes:
    head = orjson.dumps([document.get(name) for name in ("_id", "before", "things")])
    return sha256(b"\0".join((head, document["names"], document["columns"]))).digest()
