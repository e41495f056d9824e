"""The tree of subjects in MongoDB: a document per bucket and ledger size, believed where the record vouches for it.

    { _id: "<bucket>/<size>", bucket, size, line: <the bucket line>, leaf: <its hash>,
      subjects: [ { name, also: [name, …], parts: [
        { log, stream, version, leaf, numbers: [ledger number, …], singles?: <frontier> } ] } ] }

A later size of a bucket takes the place of an earlier one; those that a record rests on stay until the next is made.
What is read is hashed again and held against the leaf it is listed with, and all leaves against the root that was
recorded: whoever changes a document here, or puts back an old one, makes nothing that is signed. For `numbers` alone
nobody vouches; the events found by them are verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.errors import CorruptHistory
from shared.slices import Slices
from shared.store.mongo import Collection, Database, ReplaceOne
from shared.tlog.merkle import Frontier, leaf_hash
from shared.tlog.quick import loads
from shared.tlog.subjects import BUCKETS, Bucket, Part, Subject, Tree, bucket_of, empty_bucket

TOGETHER = 256
"""How many documents are asked for, or written, at once."""


class NotAsRecorded(CorruptHistory):
    """What is stored is not what the record of heads vouches for."""


def subject_of(document: Mapping[str, Any]) -> Subject:
    """A subject from its document."""
    parts = {
        (part["log"], part["stream"]): Part(
            part["version"],
            bytes(part["leaf"]),
            Frontier.load(bytes(part["singles"])) if "singles" in part else None,
            list(part["numbers"]),
        )
        for part in document["parts"]
    }
    return Subject(document["name"], parts, set(document["also"]))


def document_of(subject: Subject) -> dict[str, Any]:
    """What is kept of a subject."""
    return {
        "name": subject.name,
        "also": sorted(subject.also),
        "parts": [
            {"log": log, "stream": stream, "version": part.version, "leaf": part.leaf, "numbers": part.numbers}
            | ({} if part.singles is None else {"singles": part.singles.dump()})
            for (log, stream), part in sorted(subject.parts.items())
        ],
    }  # fmt: skip


@dataclass
class Buckets:
    """The tree as of one ledger size, read from the store as it is needed and changed in memory."""

    collection: Collection
    size: int
    tree: Tree
    listed: dict[int, tuple[str, bytes]]
    """By bucket: the document that holds it, and the leaf it must have."""
    slices: Slices = field(default_factory=Slices)
    loaded: dict[int, Bucket] = field(default_factory=dict[int, Bucket])
    changed: set[int] = field(default_factory=set[int])

    @classmethod
    async def open(
        cls, database: Database, size: int, root: bytes | None, slices: Slices | None = None
    ) -> Buckets:
        """As of a recorded size; NotAsRecorded when the leaves do not make its root. Size 0 is the empty tree."""
        collection = database["subjects"]
        leaves = [empty_bucket(number) for number in range(BUCKETS)]
        listed: dict[int, tuple[str, bytes]] = {}
        if size:
            told = collection.find({"bucket": {"$exists": True}, "size": {"$lte": size}}, {"subjects": 0})
            for each in sorted(await told.to_list(None), key=lambda each: each["size"]):
                listed[each["bucket"]] = (each["_id"], bytes(each["leaf"]))
                leaves[each["bucket"]] = bytes(each["leaf"])
        tree = Tree(leaves)
        if root is not None and tree.root != root:
            raise NotAsRecorded(
                f"the buckets of size {size} have the root {tree.root.hex()}, not {root.hex()}"
            )
        return cls(collection, size, tree, listed, slices=slices or Slices())

    async def load(self, names: Iterable[str]) -> None:
        """Have the buckets of these subjects at hand; NotAsRecorded when one is not what its leaf says."""
        await self._have({bucket_of(name) for name in names})

    async def _have(self, numbers: Iterable[int]) -> None:
        missing = sorted(number for number in numbers if number not in self.loaded)
        wanted = {self.listed[number][0]: number for number in missing if number in self.listed}
        for number in missing:
            if number not in self.listed:
                self.loaded[number] = Bucket(number)
        ids = list(wanted)
        for at in range(0, len(ids), TOGETHER):
            found = await self.collection.find({"_id": {"$in": ids[at : at + TOGETHER]}}).to_list(None)
            for document in found:
                self._keep(document)
                await self.slices.turn()
        if lost := [number for number in missing if number not in self.loaded]:
            raise NotAsRecorded(f"the bucket {lost[0]} of size {self.size} is gone")

    def _keep(self, document: Mapping[str, Any]) -> None:
        number = document["bucket"]
        bucket = Bucket(number, {each["name"]: subject_of(each) for each in document["subjects"]})
        if leaf_hash(bucket.line()) != self.listed[number][1]:
            raise NotAsRecorded(f"{document['_id']} does not hash to its leaf {self.listed[number][1].hex()}")
        self.loaded[number] = bucket

    def find(self, name: str) -> Subject:
        """A subject of a loaded bucket, to be changed."""
        number = bucket_of(name)
        self.changed.add(number)
        return self.loaded[number].find(name)

    def peek(self, name: str) -> Subject | None:
        """A subject of a loaded bucket, to be looked at."""
        return self.loaded[bucket_of(name)].subjects.get(name)

    async def write(self, size: int) -> None:
        """Keep what changed as of this ledger size, and forget what was at hand."""
        changed: list[ReplaceOne[dict[str, Any]]] = []
        leaves = dict[int, bytes]()
        for number in sorted(self.changed):
            await self.slices.turn()
            bucket = self.loaded[number]
            leaf = leaf_hash(line := bucket.line())
            if number in self.listed and self.listed[number][1] == leaf:
                continue
            ident = f"{number}/{size}"
            subjects = [document_of(subject) for _, subject in sorted(bucket.subjects.items())]
            document = {
                "_id": ident,
                "bucket": number,
                "size": size,
                "line": line,
                "leaf": leaf,
                "subjects": subjects,
            }
            changed.append(ReplaceOne({"_id": ident}, document, upsert=True))
            self.listed[number] = (ident, leaf)
            leaves[number] = leaf
        self.tree.put(leaves)
        for at in range(0, len(changed), TOGETHER):
            await self.collection.bulk_write(changed[at : at + TOGETHER], ordered=False)
        self.size = size
        self.loaded.clear()
        self.changed.clear()

    async def count(self) -> int:
        """How many subjects have a line; NotAsRecorded when a bucket's line is not what its leaf says."""
        ids = [ident for ident, _ in self.listed.values()]
        told = await self.collection.find({"_id": {"$in": ids}}, {"bucket": 1, "line": 1}).to_list(None)
        lines = {each["bucket"]: bytes(each["line"]) for each in told if "line" in each}
        await self._have(number for number in self.listed if number not in lines)  # once they had none
        total = 0
        for number, (ident, leaf) in self.listed.items():
            await self.slices.turn()
            line = lines[number] if number in lines else self.loaded[number].line()
            if leaf_hash(line) != leaf:
                raise NotAsRecorded(f"the line of {ident} does not hash to its leaf {leaf.hex()}")
            total += loads(line)["count"]
        return total

    async def sweep(self) -> None:
        """Take away what no record rests on any more: every document up to this size that is not listed."""
        kept = {ident for ident, _ in self.listed.values()}
        older = {"bucket": {"$exists": True}, "size": {"$lte": self.size}}
        told = await self.collection.find(older, {"_id": 1}).to_list(None)
        gone = [each["_id"] for each in told if each["_id"] not in kept]
        for at in range(0, len(gone), TOGETHER):
            await self.collection.delete_many({"_id": {"$in": gone[at : at + TOGETHER]}})
