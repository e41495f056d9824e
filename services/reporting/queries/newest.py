"""A no may not rest on what is known to be old (decision 6): a question of today that would be answered no waits until
what the services have recorded by now is applied, and is asked again; what does not come in time is 503 `behind`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.reporting.store.readmodels import ReadModels
from shared.errors import NotAllowed, Unavailable, Unknown

Heads = Callable[[], Awaitable[dict[str, int]]]
PATIENCE_SECONDS = 2.0
PAST = frozenset({"at", "as_of"})
"""What was known then does not change."""
OF_THE_LANGUAGE = frozenset({
    "format.unknown", "rules.unknown", "figure.unknown", "history.unknown-kind", "paper.unknown-kind",
})  # fmt: skip
"""Refusals that no event will ever turn into something else."""


def newest(models: ReadModels, heads: Heads) -> type[APIRoute]:
    """Routes that say no only of what is as new as `heads()`, each service's last position."""

    class Newest(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def surely(request: Request) -> Response:
                try:
                    return await answer(request)
                except (Unknown, NotAllowed) as no:
                    if not _may_change(no, request):
                        raise
                    reached = models.book.reached
                    late = {
                        name: head for name, head in (await heads()).items() if head > reached.get(name, 0)
                    }
                    if not late:
                        raise
                    if not await models.wait_reached(late, PATIENCE_SECONDS):
                        now = models.book.reached
                        raise Unavailable("behind", reached={name: now.get(name, 0) for name in late}) from no
                return await answer(request)

            return surely

    return Newest


def _may_change(no: Unknown | NotAllowed, request: Request) -> bool:
    """Whether it rests on the read models as they are now; a role that may not ask is told at once."""
    if no.code in OF_THE_LANGUAGE or "roles" in no.details:
        return False
    return not PAST & request.query_params.keys()
