"""A server that is away or freezes while somebody waits: 503, and the same command id settles it."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from uuid import uuid4

import httpx

from tests.journeys.outside.refusals import MODEL
from tests.journeys.outside.sending import Answer, Client, Sent, Wish
from tests.journeys.outside.system import System

MOST_SECONDS = 6.0
"""Beyond what the same takes while all is well. Generous: a silent store is noticed within two seconds, however many
wait for it; who waited for time-outs would be told after ten and more."""
READS = {
    "registry": ("/units/20194", "/units/20194/events", "/log/entries?from=1&limit=20", "/log/checkpoint"),
    "appraisal": ("/log/entries?from=1&limit=20", "/log/checkpoint"),
    "awards": ("/log/entries?from=1&limit=20", "/log/checkpoint"),
    "reporting": ("/summaries/2026", "/histories/unit/20194", "/models", "/ledger/entries?from=1&limit=20"),
}


async def wrong_while_frozen(system: System, client: Client, server: str, several: int = 8) -> list[str]:
    """Commands in flight while a server stands still: each is answered in time, and done once or not at all."""
    most = MOST_SECONDS + await _seconds_when_well(system, client, several)
    sent = _models(f"Khi {server} đứng", several)
    flying = [asyncio.create_task(_timed(client, one)) for one in sent[: several // 2]]
    await asyncio.sleep(0.02)
    pid = system.pids()[server]
    system.signal_pid(pid, signal.SIGSTOP)
    try:
        flying += [asyncio.create_task(_timed(client, one)) for one in sent[several // 2 :]]
        found = await _wrong_reads(system, server, most)
        answers = await asyncio.gather(*flying)
    finally:
        system.signal_pid(pid, signal.SIGCONT)
    found += [
        f"{server} frozen: {answer.status} {answer.body} after {took:.1f} s"
        for answer, took in answers
        if answer.status not in (200, 503) or took > most
        or (answer.status == 503 and not answer.body.get("code"))
    ]  # fmt: skip
    found += [f"{server} frozen: taken all the same" for answer, _ in answers[several // 2 :]
              if server == "mongo" and answer.status == 200]  # fmt: skip
    await client.settle(60)
    for one in sent:
        if one.done is None:
            found.append(f"{server} frozen: {one.id} was not done afterwards: {one.answers}")
        other = await client.send(
            Sent(one.id, replace(one.wish, body={**one.wish.body, "name": "Khác"})), "http"
        )
        if other.status != 409:
            found.append(f"{server} frozen: {one.id} with another body afterwards: {other}")
    return found


def _models(name: str, several: int) -> list[Sent]:
    return [
        Sent(str(uuid4()), Wish("registry", "register-model", "/models", "model", {**MODEL, "name": f"{name} {n}"},
                                "officer-20194"))
        for n in range(several)
    ]  # fmt: skip


async def _seconds_when_well(system: System, client: Client, several: int) -> float:
    """How long the last of the same questions and commands takes on this machine as busy as it is, nothing frozen."""
    began = time.monotonic()
    sent = asyncio.gather(*(client.send(one, "http") for one in _models("Khi mọi thứ chạy", several)))
    assert await _wrong_reads(system, "nothing", float("inf")) == []
    assert {answer.status for answer in await sent} == {200}
    return time.monotonic() - began


async def _wrong_reads(system: System, server: str, most: float, times: int = 10) -> list[str]:
    """Forty questions at once to each service: each is answered in time, from what is known or with 503."""
    headers = {"Authorization": f"Bearer {system.token('auditor-1')}"}

    async def wrong(http: httpx.AsyncClient, url: str) -> str | None:
        began = time.monotonic()
        answer = await http.get(url, headers=headers)
        took = time.monotonic() - began
        right = answer.status_code == 200 or (answer.status_code, answer.json()["code"]) == (
            503,
            "store-away",
        )
        if right and took <= most:
            return None
        return f"{server} frozen: GET {url}: {answer.status_code} {answer.text[:200]} after {took:.1f} s"

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200)) as http:
        urls = [system[service] + path for service, paths in READS.items() for path in paths] * times
        return [
            each for each in await asyncio.gather(*(wrong(http, url) for url in urls)) if each is not None
        ]


async def _timed(client: Client, sent: Sent) -> tuple[Answer, float]:
    began = time.monotonic()
    return await client.send(sent, "http"), time.monotonic() - began
