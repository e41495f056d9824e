"""What the mailer asks of the running service."""

from __future__ import annotations

from collections.abc import Mapping

from services.reporting.notices.noticing import Noticed, noticed
from services.reporting.queries.context import Context
from shared.reference.authority import Actor


class Told:
    """Notices by the newest that is known (see `mailing.Telling`)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def size(self) -> int:
        """See `Telling.size`."""
        return (await self._context.reads.known()).size

    async def noticed(self, reader: Actor, since: int, limit: int) -> Noticed:
        """See `Telling.noticed`."""
        return await noticed(self._context, await self._context.reads.known(), reader, limit, since=since)

    async def names(self) -> Mapping[str, str]:
        """See `Telling.names`."""
        city = await self._context.reads.city(await self._context.reads.known())
        return {unit: card.name for unit, card in city.cards.items()}
