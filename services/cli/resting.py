"""That a service rests: its processes say in its database that they are here (`shared/eventlog/company.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic, sleep
from typing import Any

import pymongo

from services.cli.telling import Failure
from shared.eventlog.company import HEARTBEAT_SECONDS, MISSED

LOOK_SECONDS = 0.2

Client = pymongo.MongoClient[dict[str, Any]]
Beats = Mapping[Any, Mapping[str, Any]]


def must_rest(client: Client, prefix: str, services: Iterable[str]) -> None:
    """Failure while a process of one of these services is alive. Who was killed is waited for: a few heartbeats."""
    for service in services:
        database = client[f"{prefix}_{service}"]
        first = _beats(database)
        until = monotonic() + max((MISSED * _every(beat) for beat in first.values()), default=0.0)
        while alive := _alive(client, beats := _beats(database)):
            if _beaten(first, beats) or monotonic() > until:
                raise Failure(
                    f"{service} đang chạy ({len(alive)} tiến trình): hãy dừng rồi gọi lại; tiến trình giữ khóa mà nó "
                    "khởi động cùng, nên sẽ ký tiếp bằng khóa cũ",
                    f"{service} runs ({len(alive)} processes): stop it and call again; a process keeps the key it "
                    "started with, and would sign on with the old one",
                )
            sleep(LOOK_SECONDS)


def _beats(database: Any) -> Beats:
    return {beat["_id"]: beat for beat in database["writers"].find({})}


def _every(beat: Mapping[str, Any]) -> float:
    return float(beat.get("every", HEARTBEAT_SECONDS))


def _alive(client: Client, beats: Beats) -> list[Any]:
    now = client.admin.command("hello")["localTime"]
    return [name for name, one in beats.items() if (now - one["at"]).total_seconds() < MISSED * _every(one)]


def _beaten(first: Beats, beats: Beats) -> bool:
    return any(one["at"] != first[name]["at"] if name in first else True for name, one in beats.items())
