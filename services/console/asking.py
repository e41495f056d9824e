"""Asking the services over HTTP, with the reader's own token: what a page may show or do is what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from ssl import SSLContext
from typing import IO, Any

import httpx

from shared import passing, tracing
from shared.errors import Unavailable

Services = Mapping[str, httpx.AsyncClient]
"""The services by name, each where it answers."""

SECONDS = 60.0


class Refusal(Exception):
    """A service said no; `problem` is its problem document (RFC 9457) with status, code and both sentences."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> None:
        super().__init__(problem.get("code"))
        self.status = status
        self.problem = problem
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """The stable code."""
        return str(self.problem.get("code", "internal"))


def services(addresses: Mapping[str, str], verify: SSLContext) -> dict[str, httpx.AsyncClient]:
    """Clients of the services at these addresses; `verify` says whose certificates are believed."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=20, keepalive_expiry=4)
    return {
        name: httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(SECONDS, connect=5),
            limits=limits,
            trust_env=False,
            verify=verify,
            event_hooks={"request": [_for_whom]},
        )
        for name, url in addresses.items()
    }


async def _for_whom(request: httpx.Request) -> None:
    """Services that trust the console (`DVK_TRUSTED_PROXIES`) see, count and lock out the reader, not the console."""
    if (address := passing.address()) is not None:
        request.headers["X-Forwarded-For"] = address


class Asking:
    """One reader's questions and acts: the same doors, checks and answers as for everybody."""

    def __init__(self, services: Services, token: str) -> None:
        self._services = services
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, params: Mapping[str, str], service: str = "reporting") -> httpx.Response:
        """The answer to a question; Refusal with the problem that was answered instead."""
        return await self._sent(service, "GET", path, params=dict(params))

    async def post(self, service: str, path: str, body: Any, command: str) -> dict[str, Any]:
        """The answer to a command with this id: the same id with the same body is done once. Refusal otherwise."""
        answer = await self._sent(service, "POST", path, json=body, headers={"Idempotency-Key": command})
        return answer.json()

    async def batch(self, service: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers to many commands at once, in order; Refusal where none of them was looked at."""
        return (await self._sent(service, "POST", "/batch", json=items)).json()

    async def upload(self, service: str, name: str, file: IO[bytes], media_type: str) -> dict[str, Any]:
        """A file as the service keeps it: how commands name it. Refusal where it does not take it."""
        answer = await self._sent(service, "POST", "/evidence", files={"file": (name, file, media_type)})
        return answer.json()

    async def _sent(self, service: str, method: str, path: str, **sent: Any) -> httpx.Response:
        headers = {**self._headers, **tracing.headers(), **sent.pop("headers", {})}
        try:
            answer = await self._services[service].request(method, path, headers=headers, **sent)
        except httpx.HTTPError as away:
            raise Unavailable("console.service-away", 5, service=service) from away
        if answer.is_success:
            return answer
        problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise Refusal(answer.status_code, problem, answer.headers.get("retry-after"))
