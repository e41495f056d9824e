"""Changes in a database that are taken back again, so that one system serves many tamperings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from pymongo import MongoClient
from pymongo.client_session import ClientSession

from shared.tlog.merkle import leaf_hash

Document = dict[str, Any]


class Edits:
    """Changes documents and remembers what they were."""

    def __init__(self, client: MongoClient[Any]) -> None:
        self._client = client
        self._before: list[tuple[str, str, Any, Document | None]] = []

    def all(self, database: str, collection: str) -> list[Document]:
        return list(self._client[f"dvk_{database}"][collection].find({}).sort("_id", 1))

    def one(self, database: str, collection: str, ident: Any) -> Document:
        found = self._client[f"dvk_{database}"][collection].find_one({"_id": ident})
        assert found is not None, (database, collection, ident)
        return found

    def put(self, database: str, collection: str, ident: Any, document: Document | None) -> None:
        """Another document, or none, in this place."""
        place = self._client[f"dvk_{database}"][collection]
        self._before.append((database, collection, ident, place.find_one({"_id": ident})))
        if document is None:
            place.delete_one({"_id": ident})
        else:
            place.replace_one({"_id": ident}, document | {"_id": ident}, upsert=True)

    def change(self, database: str, collection: str, ident: Any, **members: Any) -> None:
        self.put(database, collection, ident, {**self.one(database, collection, ident), **members})

    def swap(self, database: str, collection: str, one: Any, other: Any) -> None:
        first, second = (self.one(database, collection, each) for each in (one, other))
        self.put(database, collection, one, None)
        self.put(database, collection, other, {**first, "_id": other})
        self.put(database, collection, one, {**second, "_id": one})

    def databases(self) -> set[str]:
        """In which something is changed."""
        return {each[0] for each in self._before}

    def is_as_before(self, database: str) -> bool:
        """Whether somebody else has put back what was taken away in this database."""
        first = {(each[0], each[1], str(each[2])): each for each in reversed(self._before)}
        return all(
            document == self._client[f"dvk_{of}"][collection].find_one({"_id": ident})
            for of, collection, ident, document in first.values()
            if of == database
        )

    def undo(self) -> None:
        """Everything as it was, in one step: whoever looks meanwhile finds nothing of it missing."""
        first: dict[tuple[str, str, str], tuple[str, str, Any, Document | None]] = {}
        for each in self._before:
            first.setdefault((each[0], each[1], str(each[2])), each)

        def undone(session: ClientSession) -> None:
            for database, collection, ident, _ in first.values():
                self._client[f"dvk_{database}"][collection].delete_one({"_id": ident}, session=session)
            for database, collection, _, document in first.values():
                if document is not None:
                    self._client[f"dvk_{database}"][collection].insert_one(document, session=session)

        with self._client.start_session() as session:
            session.with_transaction(undone)
        self._before.clear()


def reworded(text: str, say: Callable[[Document], None]) -> tuple[str, bytes]:
    """An event with another content, canonical, and its leaf."""
    event = orjson.loads(text)
    say(event)
    raw = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return raw.decode(), leaf_hash(raw)
