"""How the CLI talks with the services: over HTTP, with a token, and again when a service says “not now”."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx

from services.cli import tokens
from services.cli.places import DataDir
from services.cli.telling import Failure
from shared.authorities import believed
from shared.ending import end

PATIENCE_SECONDS = 60.0
FEWEST_SECONDS, MOST_SECONDS = 0.8, 1.5
"""With what a process needs to start and to print, whoever typed a verb has the answer within two seconds."""
MOST_BATCH = 500
Json = dict[str, Any]
T = TypeVar("T")


class Refusal(Failure):
    """A service answered with a problem; `code` is stable."""

    def __init__(self, service: str, problem: Mapping[str, Any]) -> None:
        self.code = str(problem.get("code", "unknown"))
        self.problem = dict(problem)
        more = {
            k: v
            for k, v in problem.items()
            if k not in ("type", "title", "status", "code", "detail", "detail_en", "command")
        }
        tail = f" {json.dumps(more, ensure_ascii=False)}" if more else ""
        super().__init__(
            f"{service}: {problem.get('detail', self.code)} [{self.code}]{tail}",
            f"{service}: {problem.get('detail_en', self.code)}",
        )


@dataclass(frozen=True)
class Actor:
    """Who speaks: an account, in a role, perhaps for a unit."""

    sub: str
    role: str
    unit: str | None = None


OPERATOR = Actor("dvk:operator", "operator")
READER = Actor("dvk:auditor", "auditor")


def silence(service: str, why: str) -> Failure:
    """What to say of a service that said nothing."""
    return Failure(f"{service} không trả lời ({why})", f"{service} does not answer ({why})")


async def soon(asked: Mapping[str, Coroutine[Any, Any, T]]) -> dict[str, T]:
    """The answers that come within 1.5 s; after the others' a missing one has three times as long as they took, though
    0.8 s at least. What then still hangs is ended."""
    began = time.monotonic()
    tasks = {asyncio.create_task(work): name for name, work in asked.items()}
    waiting, patience = set(tasks), MOST_SECONDS
    while waiting and (left := began + patience - time.monotonic()) > 0:
        came, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if came:
            patience = min(max(3 * (time.monotonic() - began), FEWEST_SECONDS), MOST_SECONDS)
    await end(*waiting)
    return {name: task.result() for task, name in tasks.items() if task not in waiting}


@dataclass
class System:
    """The four services, and how to get a token for an actor."""

    urls: Mapping[str, str]
    token_of: Callable[[Actor], str]
    client: httpx.Client | None = None
    verify: ssl.SSLContext | bool = True
    """Whose certificates are believed."""
    _tokens: dict[Actor, str] = field(default_factory=dict[Actor, str])

    @cached_property
    def http(self) -> httpx.Client:
        """What asks one after the other; made when first something is asked so."""
        return self.client or httpx.Client(timeout=30.0, verify=self.verify)

    def headers(self, actor: Actor) -> dict[str, str]:
        """The authorisation of an actor."""
        if actor not in self._tokens:
            self._tokens[actor] = self.token_of(actor)
        return {"Authorization": f"Bearer {self._tokens[actor]}"}

    def url(self, service: str) -> str:
        """Where a service answers; Failure when we were not told."""
        if service not in self.urls:
            raise Failure(
                f"Chưa biết địa chỉ của {service}", f"The address of {service} is not known: give --url"
            )
        return self.urls[service]

    def get(self, service: str, path: str, actor: Actor = READER, params: Any = None) -> Any:
        """The JSON at a path; Refusal when the service says no."""
        return self._ask(service, "GET", path, self.headers(actor), params=params).json()

    def all_at_once(
        self, path: str, actor: Actor = READER, takes: Collection[int] = (200,)
    ) -> dict[str, Any]:
        """What each service has at a path, or the Failure in its place: one that hangs keeps no other from answering.

        An answer whose status is not among `takes` is a Refusal. Nobody is waited for longer than `soon` says, and
        nobody is asked twice.
        """
        return asyncio.run(self._asked(path, self.headers(actor), takes))

    async def _asked(self, path: str, headers: Mapping[str, str], takes: Collection[int]) -> dict[str, Any]:
        async with httpx.AsyncClient(verify=self.verify, timeout=None, headers=headers) as http:

            async def ask(service: str) -> Any:
                try:
                    answer = await http.get(self.url(service) + path)
                    return (
                        answer.json() if answer.status_code in takes else Refusal(service, problem_of(answer))
                    )
                except (httpx.HTTPError, ValueError) as silent:
                    return silence(service, type(silent).__name__)

            found = await soon({service: ask(service) for service in self.urls})
        return {name: found.get(name, silence(name, "TimeoutError")) for name in self.urls}

    def file(self, service: str, path: str, actor: Actor = READER, params: Any = None) -> httpx.Response:
        """The bytes at a path, with what is said about them; Refusal when the service says no."""
        return self._ask(service, "GET", path, self.headers(actor), params=params)

    def text(self, service: str, path: str) -> bytes:
        """What stands at a public path."""
        return self._ask(service, "GET", path, {}).content

    def post(self, service: str, path: str, body: Json, actor: Actor, command_id: str) -> Json:
        """One command's answer; Refusal when the service says no."""
        headers = {**self.headers(actor), "Idempotency-Key": command_id}
        return self._ask(service, "POST", path, headers, json=body).json()

    def put(self, service: str, path: str, body: Json, actor: Actor) -> Json:
        """Have something be so; Refusal when the service says no."""
        return self._ask(service, "PUT", path, self.headers(actor), json=body).json()

    def delete(self, service: str, path: str, actor: Actor) -> Json:
        """Have something be no more; Refusal when the service says no."""
        return self._ask(service, "DELETE", path, self.headers(actor)).json()

    def call(self, service: str, path: str, actor: Actor, params: Any = None) -> Json:
        """Ask a service to do something that is no command; Refusal when it says no."""
        return self._ask(service, "POST", path, self.headers(actor), params=params).json()

    def batch(self, service: str, commands: Sequence[Json], actor: Actor) -> list[Json]:
        """The answers to many commands, in their order; those that could not be answered now are asked again.

        So is what was refused after one of these, for it may rest on it: a unit on the one above it.
        """
        answers: dict[int, Json] = {}
        left = list(range(len(commands)))
        until = time.monotonic() + PATIENCE_SECONDS
        while left:
            again: list[int] = []
            for start in range(0, len(left), MOST_BATCH):
                part = left[start : start + MOST_BATCH]
                body = [commands[index] for index in part]
                found = self._ask(service, "POST", "/batch", self.headers(actor), json=body).json()
                for index, answer in zip(part, found, strict=True):
                    answers[index] = answer
                    if answer["status"] == 503 or (again and answer["status"] != 200):
                        again.append(index)
            if again and time.monotonic() > until:
                break
            if again:
                time.sleep(1)
            left = again
        return [answers[index] for index in range(len(commands))]

    def _ask(
        self, service: str, method: str, path: str, headers: Mapping[str, str], **more: Any
    ) -> httpx.Response:
        url = f"{self.url(service)}{path}"
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.http.request(method, url, headers=dict(headers), **more)
            except httpx.TransportError as away:
                if time.monotonic() > until:
                    raise Failure(
                        f"{service} không trả lời ({url})", f"{service} does not answer: {away!r}"
                    ) from away
                time.sleep(0.3)
                continue
            if answer.status_code < 400:
                return answer
            if answer.status_code in (429, 503) and time.monotonic() < until:
                time.sleep(min(float(answer.headers.get("Retry-After", 1)), 2.0))
                continue
            raise Refusal(service, problem_of(answer))


def problem_of(answer: httpx.Response) -> Json:
    """The problem document of an answer, or what stands in its place when a proxy answered."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict) and "code" in problem:
        return cast("Json", problem)
    return {
        "code": f"http.{answer.status_code}",
        "detail": answer.reason_phrase,
        "detail_en": answer.text[:200],
    }


def local(place: DataDir, urls: Mapping[str, str]) -> System:
    """The system of a data directory: tokens are made with its own key."""
    return System(
        urls,
        lambda actor: tokens.make(place, actor.sub, actor.role, actor.unit),
        verify=believed_at(place, urls),
    )


def believed_at(place: DataDir, urls: Mapping[str, str]) -> ssl.SSLContext:
    """Whose certificates are believed where this directory's system runs: its own authority's, if it has one."""
    authority = place.authority
    return believed(*urls.values()) if authority is None else ssl.create_default_context(cafile=authority)


def remote(urls: Mapping[str, str], token_file: Path) -> System:
    """A system elsewhere: one token that its operator gave us, whoever is to speak."""
    try:
        token = token_file.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise Failure(f"Không đọc được {token_file}", f"Cannot read {token_file}: {error}") from error
    return System(urls, lambda _actor: token, verify=believed(*urls.values()))
