"""Services that are killed and begin anew over databases that were changed while nobody looked."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from time import monotonic, sleep

import httpx

from services.cli.places import DataDir
from services.cli.talking import OPERATOR, System
from shared import SERVICES
from tests.journeys.outside import system as outside

AGAIN_SECONDS = 60.0
OTHER_KEY = "is not this database's"


def restarted(
    stack: outside.System,
    told: System,
    change: Callable[[], Collection[str]],
    stopping: Collection[str] = (),
) -> None:
    """Change something while all services stand still, kill those whose databases it was in, and wait for those that
    are started in their place; of those that are `stopping`, until they say that the key is another."""
    before, place = stack.pids(), DataDir(stack.data_dir)
    said = {service: times_said(place, service) for service in stopping}
    there = {service: before[service] for service in SERVICES if service in before}
    for pid in there.values():
        stack.signal_pid(pid, signal.SIGSTOP)
    touched = change()
    for service, pid in there.items():
        stack.signal_pid(pid, signal.SIGKILL if service in touched else signal.SIGCONT)
    until = monotonic() + AGAIN_SECONDS
    for service in touched:
        while not (
            times_said(place, service) > said[service]
            if service in said
            else stack.pids().get(service) not in (None, there.get(service)) and has_begun(told, service)
        ):
            assert monotonic() < until, f"{service} did not begin again, or said nothing"
            sleep(0.2)


def times_said(place: DataDir, service: str) -> int:
    """How often it has said that a key is not the one of its database."""
    return place.service_log(service).read_text("utf-8").count(OTHER_KEY)


def has_begun(told: System, service: str) -> bool:
    """Whether it has read its log: it takes commands, or says what keeps it from that."""
    with suppress(httpx.HTTPError, ValueError):
        answer = httpx.get(f"{told.url(service)}/health/ready", headers=told.headers(OPERATOR)).json()
        return answer.get("commands_reason") != "starting"
    return False
