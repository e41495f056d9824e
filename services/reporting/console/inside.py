"""Asking the JSON queries from inside, with the reader's own token: what a page may show is what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

Application = Any
"""The ASGI application of the service, the console included."""


class Refusal(Exception):
    """A query said no; `problem` is its problem document (RFC 9457) with status, code and both sentences."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> None:
        super().__init__(problem.get("code"))
        self.status = status
        self.problem = problem
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """The stable code."""
        return str(self.problem.get("code", "internal"))


class Inside:
    """One reader's questions: the same doors, checks and answers as over the network, without the network."""

    def __init__(self, app: Application, token: str) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://reporting.invalid",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=None,
        )

    async def get(self, path: str, params: Mapping[str, str]) -> httpx.Response:
        """The answer to a question; Refusal with the problem that was answered instead."""
        answer = await self._client.get(path, params=dict(params))
        if answer.is_success:
            return answer
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise Refusal(answer.status_code, problem, answer.headers.get("retry-after"))

    async def close(self) -> None:
        """Let go of the client."""
        await self._client.aclose()
