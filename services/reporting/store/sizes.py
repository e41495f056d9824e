"""As known when: the ledger size that a question means, and waiting until it is applied."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.reporting.facts.spelling import instant, is_moment, whole
from services.reporting.ledger.ledger import Ledger
from services.reporting.store.known import Known
from services.reporting.store.readmodels import ReadModels
from shared.contracts.catalog import SERVICES
from shared.errors import Malformed, Unavailable

PATIENCE_SECONDS = 5.0


class Sizes:
    """What a question rests on."""

    def __init__(self, models: ReadModels, ledger: Ledger) -> None:
        self._models = models
        self._ledger = ledger

    async def known(
        self, *, at: str | None = None, as_of: str | None = None, after: Sequence[str] = ()
    ) -> Known:
        """The ledger size that a question means, by `at` or `as_of` (see `size`); else the newest applied.

        `after` waits until what it names has been applied; it cannot go with `at` or `as_of`.
        """
        if after and (at is not None or as_of is not None):
            raise Malformed("after.with-at")
        if at is not None and as_of is not None:
            raise Malformed("at.with-as-of")
        if self._models.damaged is not None:
            raise Unavailable("readmodels.damaged", retry_after=60)
        if after:
            await self._wait_for(after)
        if at is None and as_of is None:
            if not self._models.current:
                raise Unavailable("not-yet", reached={"ledger": self._models.book.at})
            return Known(self._models.book, self._models.book.at)
        size = await self.size(at, "at") if at is not None else await self._size_on(as_of or "", "as_of")
        return Known(self._models.book, size)

    async def size(self, text: str, name: str) -> int:
        """The ledger size that `name=text` means: a size, or the size at the end of a day in the city, or at a time.

        Malformed when the ledger is not that long, the day is still to come or lies before 2020, or when nothing
        had been received by then.
        """
        if is_moment(text):
            return await self._size_on(text, name)
        return await self._applied(whole(text, name), name)

    async def _size_on(self, text: str, name: str) -> int:
        size = await self._ledger.size_as_of(instant(text, name, self._ledger.today()))
        if size == 0:
            raise Malformed("date.before-ledger", member=name, found=text[:32])
        return await self._applied(size, name)

    async def _applied(self, size: int, name: str) -> int:
        if size > self._models.book.at:
            if size > (head := await self._ledger.head()):
                raise Malformed("at.beyond-ledger", parameter=name, at=size, size=head)
            if not await self._models.wait_applied(size, PATIENCE_SECONDS):
                raise Unavailable("not-yet", reached={"ledger": self._models.book.at})
        return size

    async def _wait_for(self, after: Sequence[str]) -> None:
        wanted: dict[str, int] = {}
        for text in after:
            for one in text.split(","):
                match = re.fullmatch(r"([a-z]+):(\d{1,15})", one.strip(), re.ASCII)
                if match is None or match[1] not in SERVICES:
                    raise Malformed("after.malformed", found=one[:64])
                wanted[match[1]] = max(int(match[2]), wanted.get(match[1], 0))
        if not await self._models.wait_reached(wanted, PATIENCE_SECONDS):
            reached = self._models.book.reached
            raise Unavailable("not-yet", reached={name: reached.get(name, 0) for name in wanted})
