"""The heads of all streams, recorded at least daily: what shows that nothing came after a stream's last event.

`heads` holds the sorted lines of the newest record only, 512 a document, so that its proofs can be made:

    { _id: "<size>/<n>", size, n, first: "<line>", lines: "<line>\\n<line>\\n…", root }
    { _id: "newest", size, count, root, command }

A full page is a perfect subtree, so a proof reads the roots of all pages and the lines of one. The lines are
written first, then what is newest, then the event is recorded under a command id that follows from size and
root: dying anywhere, the same is done again or a newer record is made, and never two for one size.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import structlog

from services.reporting.ledger.head_lines import Merging, Since
from services.reporting.ledger.ledger import BATCH, Ledger
from shared.contracts.reporting import RecordHeads
from shared.errors import Unavailable
from shared.eventlog.port import Recorded
from shared.store.mongo import Collection, Database
from shared.tlog.bundle import HeadProof, Heads, head_line
from shared.tlog.merkle import Frontier, Node, NodeReader, inclusion_proof, leaf_hash, nodes_of, root

LEVEL = 9
LINES = 1 << LEVEL
NEWEST = "newest"
LOOK_SECONDS = 60.0
NAMESPACE = uuid5(NAMESPACE_URL, "urn:dvk:heads")

logger = structlog.get_logger("dvk.heads")


@dataclass(frozen=True)
class Newest:
    """What was recorded last: the ledger size, how many heads, the root over them, the command that said so."""

    size: int
    count: int
    root: bytes
    command: str

    @property
    def pages(self) -> list[str]:
        """The documents that hold its lines, in order."""
        return [f"{self.size}/{page}" for page in range(-(-self.count // LINES))]


class HeadsOfAll:
    """Makes and keeps the newest record of all heads. `record(command, id)` puts it on record."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        record: Callable[[RecordHeads, str], Awaitable[object]],
        recorded: Callable[[str], Awaitable[Recorded | None]],
        today: Callable[[], date],
    ) -> None:
        """`recorded(id)` finds the event that a command led to; `today()` is the city's date."""
        self._heads = database["heads"]
        self._ledger = ledger
        self._record = record
        self._recorded = recorded
        self._today = today
        self._turn = asyncio.Lock()

    async def watch(self) -> None:
        """Record the heads once on every day on which something happened."""
        while True:
            event = await self.event()
            if event is None or event.data["on"] != self._today().isoformat():
                await self.renew()
            await asyncio.sleep(LOOK_SECONDS)

    async def newest(self) -> Newest | None:
        """The newest record whose event was acknowledged or is about to be; None before the first."""
        found = await self._heads.find_one({"_id": NEWEST})
        if found is None:
            return None
        return Newest(found["size"], found["count"], bytes(found["root"]), found["command"])

    async def event(self) -> Recorded | None:
        """The event of the newest record."""
        newest = await self.newest()
        return None if newest is None else await self._recorded(newest.command)

    async def renew(self) -> Recorded | None:
        """Record the heads as of the ledger's head, unless nothing but a record came since; the newest event."""
        async with self._turn:
            newest = await self.newest()
            size = await self._ledger.head()
            if newest is not None and (event := await self._recorded(newest.command)) is not None:
                if await self._only_the_record_since(newest.size, size, event):
                    return event
            elif newest is not None and newest.size == size:
                await self._say(newest)  # we died before it was said
                return await self._recorded(newest.command)
            if size == 0:
                return None
            made = await self._make(newest, size)
            await self._say(made)
            return await self._recorded(made.command)

    async def _only_the_record_since(self, before: int, size: int, event: Recorded) -> bool:
        if size > before + 1:
            return False
        return all(entry.event.id == event.id for entry in await self._ledger.read(before, 2))

    async def _say(self, newest: Newest) -> None:
        command = RecordHeads(size=newest.size, count=newest.count, root=newest.root.hex())
        await self._record(command, newest.command)
        logger.info("heads recorded", size=newest.size, count=newest.count, root=newest.root.hex())

    async def _make(self, before: Newest | None, size: int) -> Newest:
        since = Since()
        at = 0 if before is None else before.size
        while at < size:
            for entry in await self._ledger.read(at, min(BATCH, size - at)):
                since.take(entry.event)
                at = entry.n
        pages = Pages(self._heads, size)
        merging = Merging(since)
        old = () if before is None else before.pages
        for page in old:
            await pages.add(merging.through(await self._lines(page)))
        await pages.add(merging.rest())
        await pages.end()
        root_now = pages.frontier.root()
        newest = Newest(
            size, pages.frontier.size, root_now, str(uuid5(NAMESPACE, f"{size} {root_now.hex()}"))
        )
        document = {"size": size, "count": newest.count, "root": root_now, "command": newest.command}
        await self._heads.update_one({"_id": NEWEST}, {"$set": document}, upsert=True)
        await self._heads.delete_many({"n": {"$exists": True}, "size": {"$lt": size}})
        return newest

    async def _lines(self, page: str) -> list[bytes]:
        found = await self._heads.find_one({"_id": page}, {"lines": 1})
        if found is None:  # another process has made a newer record
            raise Unavailable("not-yet")
        return found["lines"].encode().split(b"\n")

    async def proofs(
        self, wanted: Sequence[Recorded], prove: Callable[[Recorded], Awaitable[bytes]]
    ) -> Heads | None:
        """The newest record with the places of these events in it; events that were no heads are left out.

        `prove(event)` makes the tlog-proof of the record's own event. None before the first record.
        """
        async with self._turn:
            newest = await self.newest()
            event = None if newest is None else await self._recorded(newest.command)
            if newest is None or event is None:
                return None
            found = await self._places(newest, wanted)
        return Heads(event.raw, await prove(event), tuple(found))

    async def _places(self, newest: Newest, wanted: Sequence[Recorded]) -> list[HeadProof]:
        pages = await self._heads.find({"size": newest.size, "n": {"$exists": True}}, {"lines": 0}).to_list(
            None
        )
        pages.sort(key=lambda page: page["n"])
        if len(pages) != len(newest.pages):
            raise Unavailable("not-yet")
        firsts = [page["first"].encode() for page in pages]
        above = nodes_of([bytes(page["root"]) for page in pages[: newest.count // LINES]])
        found: list[HeadProof] = []
        for one in wanted:
            line = head_line(one.stream, one.version, one.leaf)
            page = bisect_right(firsts, line) - 1
            if page < 0:
                continue
            lines = await self._lines(newest.pages[page])
            at = bisect_left(lines, line)
            if at == len(lines) or lines[at] != line:
                continue
            index = page * LINES + at
            read = await self._reader(newest, page, lines, above)
            path = inclusion_proof(index, newest.count, read)
            found.append(HeadProof(one.stream, one.version, one.leaf, index, path))
        return found

    async def _reader(
        self, newest: Newest, page: int, lines: Sequence[bytes], above: NodeReader
    ) -> NodeReader:
        """Nodes of whole pages from their roots; nodes within this page, and within the last, from their lines."""
        last = newest.count // LINES
        within = {page: nodes_of([leaf_hash(line) for line in lines])}
        if newest.count % LINES and last not in within:
            within[last] = nodes_of([leaf_hash(line) for line in await self._lines(newest.pages[last])])

        def read(node: Node) -> bytes:
            if node.level >= LEVEL:
                return above(Node(node.level - LEVEL, node.index))
            shift = LEVEL - node.level
            return within[node.index >> shift](Node(node.level, node.index & ((1 << shift) - 1)))

        return read


class Pages:
    """Writes sorted lines page by page, and hashes them on the way."""

    def __init__(self, heads: Collection, size: int) -> None:
        self.frontier = Frontier()
        self._heads = heads
        self._size = size
        self._page = 0
        self._lines: list[bytes] = []

    async def add(self, lines: Iterable[bytes]) -> None:
        """The next lines."""
        for line in lines:
            self._lines.append(line)
            if len(self._lines) == LINES:
                await self.end()

    async def end(self) -> None:
        """Write what waits."""
        if not self._lines:
            return
        leaves = [leaf_hash(line) for line in self._lines]
        self.frontier = self.frontier.extend(leaves)
        document = {
            "_id": f"{self._size}/{self._page}",
            "size": self._size,
            "n": self._page,
            "first": self._lines[0].decode(),
            "lines": b"\n".join(self._lines).decode(),
            "root": root(leaves),
        }
        await self._heads.replace_one({"_id": document["_id"]}, document, upsert=True)
        self._page, self._lines = self._page + 1, []
