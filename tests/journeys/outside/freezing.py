"""A server that is away or freezes while somebody waits: 503, and the same command id settles it."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from uuid import uuid4

from tests.journeys.outside.refusals import MODEL
from tests.journeys.outside.sending import Answer, Client, Sent, Wish
from tests.journeys.outside.system import System

MOST_SECONDS = 18.0
"""Generous: how long a client may be left without an answer. A read gives up after 5 s, an append after 10 s."""


async def wrong_while_frozen(system: System, client: Client, server: str, several: int = 8) -> list[str]:
    """Commands in flight while a server stands still: each is answered in time, and done once or not at all."""
    wishes = [
        Wish("registry", "register-model", "/models", "model", {**MODEL, "name": f"Khi {server} đứng {n}"},
             "officer-20194")
        for n in range(several)
    ]  # fmt: skip
    sent = [Sent(str(uuid4()), wish) for wish in wishes]
    flying = [asyncio.create_task(_timed(client, one)) for one in sent[: several // 2]]
    await asyncio.sleep(0.02)
    pid = system.pids()[server]
    system.signal_pid(pid, signal.SIGSTOP)
    try:
        flying += [asyncio.create_task(_timed(client, one)) for one in sent[several // 2 :]]
        answers = await asyncio.gather(*flying)
    finally:
        system.signal_pid(pid, signal.SIGCONT)
    found = [
        f"{server} frozen: {answer.status} {answer.body} after {took:.1f} s"
        for answer, took in answers
        if answer.status not in (200, 503) or took > MOST_SECONDS
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


async def _timed(client: Client, sent: Sent) -> tuple[Answer, float]:
    began = time.monotonic()
    return await client.send(sent, "http"), time.monotonic() - began
