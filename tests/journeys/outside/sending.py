"""Commands sent over HTTP, over NATS and in bulk, every answer remembered; unanswered ones are settled by repeating."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import rfc8785
from nats.aio.client import Client as Nats
from nats.errors import Error as NatsError

from tests.journeys.outside.system import System

AT_ONCE = 8
AGAIN = {429, 503}
"""Not an answer: the same command id is to be sent again."""


@dataclass(frozen=True)
class Wish:
    """One command as somebody means it. `target` is the id in the path; None for what creates something."""

    service: str
    command: str
    path: str
    key: str
    body: dict[str, Any]
    who: str
    target: str | None = None
    raw: bytes | None = None
    """Bytes to be sent instead of the body."""
    token: str | None = None
    """A token to be shown instead of the actor's own."""
    bad: tuple[int, ...] = ()
    """The statuses that a wrong command may be answered with; empty when it is sensible."""

    def whole(self) -> dict[str, Any]:
        """The body with the id inside, as it stands outside HTTP."""
        return self.body if self.target is None else {**self.body, self.key: self.target}


@dataclass
class Answer:
    """What came back: status 0 when nothing did."""

    door: str
    status: int
    body: dict[str, Any]

    @property
    def conclusive(self) -> bool:
        return self.status not in AGAIN and self.status != 0

    @property
    def done(self) -> bool:
        return self.status == 200 and self.body.get("changed") is True

    def said(self) -> bytes:
        """The answer without what the doors add, to be compared with other answers."""
        return rfc8785.dumps(
            {k: v for k, v in self.body.items() if k not in ("status", "command_id", "command")}
        )


@dataclass
class Sent:
    """One command id and all that came of it."""

    id: str
    wish: Wish
    answers: list[Answer] = field(default_factory=list[Answer])

    @property
    def done(self) -> Answer | None:
        """The first answer that acknowledged an event."""
        return next((answer for answer in self.answers if answer.done), None)

    @property
    def open(self) -> bool:
        """True while nobody can say what became of it."""
        return not self.answers or not self.answers[-1].conclusive


class Memory:
    """Everything that was sent, and what was wrong with the answers."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.wrong: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.told: Callable[[Sent, Answer], None] = lambda sent, answer: None
        """Who is to hear of each event that is acknowledged."""

        self.noted: Callable[[str], None] = lambda wrong: None
        """Who is to hear of whatever is wrong."""

    def accuse(self, wrong: str) -> None:
        """Something is wrong with what was answered."""
        self.wrong.append(wrong)
        self.noted(wrong)

    def keep(self, sent: Sent, answer: Answer) -> None:
        """One more answer; whatever can be judged at once is."""
        known = self.sent.setdefault(sent.id, sent)
        same = known.wish == sent.wish
        first = known.done if same else None
        sent.answers.append(answer)
        if first is None and same and answer.done:
            self.told(sent, answer)
        if same and known is not sent:
            known.answers.append(answer)
        self.statuses[f"{answer.door} {answer.status} {answer.body.get('code', '')}".strip()] += 1
        where = f"{sent.wish.command} {sent.id} over {answer.door}"
        if answer.status >= 500 and answer.status != 503:
            self.accuse(f"{where}: {answer.status} {answer.body}")
        if answer.status == 200 and sent.wish.bad:
            self.accuse(
                f"{where}: taken, should be {sent.wish.bad}: {sent.wish.body or sent.wish.raw!r:.200}"
            )
        if sent.wish.bad and answer.conclusive and answer.status not in sent.wish.bad:
            self.accuse(f"{where}: {answer.status} {answer.body.get('code')}, should be {sent.wish.bad}")
        if answer.status >= 400:
            if missing := {"code", "title", "status", "detail", "detail_en"} - answer.body.keys():
                self.accuse(f"{where}: a problem without {sorted(missing)}: {answer.body}")
            if "Traceback" in json.dumps(answer.body):
                self.accuse(f"{where}: a stack trace")
        if first is not None and answer.conclusive and answer.said() != first.said():
            self.accuse(f"{where}: answered {answer.status} {answer.body}, before: {first.body}")


class Client:
    """One sender with connections of its own to every door."""

    def __init__(self, system: System, memory: Memory, http: httpx.AsyncClient, bus: Nats) -> None:
        self.system = system
        self.memory = memory
        self._http = http
        self._bus = bus

    async def send(self, sent: Sent, door: str) -> Answer:
        """Send it over one door; whatever goes wrong is an answer too."""
        answer = await (self._over_nats(sent) if door == "nats" else self._over_http(sent))
        self.memory.keep(sent, answer)
        return answer

    async def send_batch(self, several: Sequence[Sent]) -> list[Answer]:
        """Send commands of one service and one actor in one request."""
        first = several[0].wish
        items = [{"command": s.wish.command, "command_id": s.id, **s.wish.whole()} for s in several]
        answers = [Answer("batch", 0, {})] * len(several)
        try:
            reply = await self._http.post(
                f"{self.system.reached(first.service)}/batch",
                content=json.dumps(items),
                headers=self._headers(first),
            )
            said = reply.json()
            if isinstance(said, list):
                answers = [Answer("batch", one.get("status", 200), one) for one in said]
            else:  # refused as a whole: nothing was decided, each is still to be answered
                answers = [Answer("batch", 0, {"code": f"whole {said.get('code')}"})] * len(several)
        except (httpx.HTTPError, ValueError):
            pass
        for sent, answer in zip(several, answers, strict=True):
            self.memory.keep(sent, answer)
        return answers

    def _headers(self, wish: Wish) -> dict[str, str]:
        token = self.system.token(wish.who) if wish.token is None else wish.token
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        return {**shown, "Content-Type": "application/json"}

    async def _over_http(self, sent: Sent) -> Answer:
        wish = sent.wish
        url = f"{self.system.reached(wish.service)}{wish.path}"
        content = json.dumps(wish.body).encode() if wish.raw is None else wish.raw
        try:
            reply = await self._http.post(
                url, content=content, headers={**self._headers(wish), "Idempotency-Key": sent.id}
            )
            return Answer("http", reply.status_code, reply.json())
        except (httpx.HTTPError, ValueError):
            return Answer("http", 0, {})

    async def _over_nats(self, sent: Sent) -> Answer:
        wish = sent.wish
        content = json.dumps(wish.whole()).encode() if wish.raw is None else wish.raw
        headers = {**self._headers(wish), "Idempotency-Key": sent.id}
        try:
            subject = f"cmd.{wish.service}.{wish.command}"
            reply = await self._bus.request(subject, content, timeout=15, headers=headers)
            return Answer("nats", int((reply.headers or {}).get("Http-Status", 0)), json.loads(reply.data))
        except (NatsError, ValueError, OSError):
            return Answer("nats", 0, {})

    async def settle(self, seconds: float) -> None:
        """Repeat every command that nobody has answered yet, some at once, until each is."""
        until = asyncio.get_running_loop().time() + seconds
        waiting = [sent for sent in self.memory.sent.values() if sent.open]
        while waiting and asyncio.get_running_loop().time() < until:
            for at in range(0, len(waiting), AT_ONCE):
                await asyncio.gather(*(self.send(sent, "http") for sent in waiting[at : at + AT_ONCE]))
            waiting = [sent for sent in waiting if sent.open]
            await asyncio.sleep(0.5 if waiting else 0)
        for sent in waiting:
            self.memory.accuse(f"{sent.wish.command} {sent.id} is never answered: {sent.answers[-3:]}")


def against_the_logs(memory: Memory, logs: dict[str, list[bytes]]) -> list[str]:
    """Every acknowledged command stands in the log once, with that event; every other one does not."""
    found: list[str] = []
    places: dict[tuple[str, str], list[int]] = {}
    for service, log in logs.items():
        for place, line in enumerate(log, 1):
            event = json.loads(line)
            places.setdefault((service, event["commandid"]), []).append(place)
            own = event["actor"].startswith(("policy:", "dvk:", "service:")) or service == "reporting"
            own = own or ".RelayReset." in event["type"]
            if not own and event["commandid"] not in memory.sent:
                found.append(f"{service} {place}: command {event['commandid']} was never sent")
    for sent in memory.sent.values():
        where = f"{sent.wish.command} {sent.id}"
        stands = places.get((sent.wish.service, sent.id), [])
        if len(stands) > 1:
            found.append(f"{where} stands at {stands}")
        if (done := sent.done) is not None:
            line = logs[sent.wish.service][stands[0] - 1] if stands else b""
            if rfc8785.dumps(done.body["event"]) != line or done.body["position"] != (stands or [0])[0]:
                found.append(f"{where} was acknowledged at {done.body['position']}, stands at {stands}")
        elif stands and not sent.open:
            found.append(f"{where} stands at {stands}, but was answered {sent.answers[-1]}")
    return found
