"""That a service rests: its processes say in its database that they are here (`shared/eventlog/company.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic, sleep
from typing import Any

from services.cli.replacing import Client
from services.cli.telling import Failure
from shared.eventlog.company import Beat, alive, patience

LOOK_SECONDS = 0.2

Beats = Mapping[Any, Beat]


def must_rest(client: Client, prefix: str, services: Iterable[str]) -> None:
    """Failure while a process of one of these services is alive. Who was killed is waited for: a few heartbeats."""
    for service in services:
        database = client[f"{prefix}_{service}"]
        first = _beats(database)
        until = monotonic() + max((patience(beat) for beat in first.values()), default=0.0)
        while there := alive(beats := _beats(database), client.admin.command("hello")["localTime"]):
            if _beaten(first, beats) or monotonic() > until:
                raise Failure(
                    f"{service} đang chạy ({len(there)} tiến trình): hãy dừng rồi gọi lại; tiến trình giữ khóa mà nó "
                    "khởi động cùng, nên sẽ ký tiếp bằng khóa cũ",
                    f"{service} runs ({len(there)} processes): stop it and call again; a process keeps the key it "
                    "started with, and would sign on with the old one",
                )
            sleep(LOOK_SECONDS)


def _beats(database: Any) -> Beats:
    return {beat["_id"]: beat for beat in database["writers"].find({})}


def _beaten(first: Beats, beats: Beats) -> bool:
    return any(name not in first or one["at"] != first[name]["at"] for name, one in beats.items())
