"""What happened, written down as it happens, so that a run that was cut off can be looked at (`chaos --look`)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.journeys.outside.sending import Answer, Sent

NAME = "journal.jsonl"


class Journal:
    """One line for each accident, each acknowledged event and each figure; an earlier run's lines stay."""

    def __init__(self, data_dir: Path) -> None:
        self.file = data_dir / NAME
        self._out = self.file.open("a", encoding="utf-8", buffering=1)

    def write(self, kind: str, **said: Any) -> None:
        """One line, out of our hands at once."""
        self._out.write(
            json.dumps({"at": round(time.time(), 1), "kind": kind, **said}, ensure_ascii=False) + "\n"
        )

    def acknowledged(self, sent: Sent, answer: Answer) -> None:
        """An event that somebody was told of."""
        event = answer.body["event"]
        self.write("acknowledged", service=sent.wish.service, command=sent.id, event=event["id"],
                   position=answer.body["position"])  # fmt: skip

    def wrong(self, what: str) -> None:
        """Something that was wrong, whoever found it."""
        self.write("wrong", what=what)

    def close(self) -> None:
        """No more comes."""
        self._out.close()


def told(data_dir: Path, kind: str) -> Iterator[dict[str, Any]]:
    """The lines of one kind; the last line of a run that was killed may be half a line."""
    with (data_dir / NAME).open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n") and (said := json.loads(line))["kind"] == kind:
                yield said


def accused(data_dir: Path) -> list[str]:
    """What was found wrong while it ran."""
    return [said["what"] for said in told(data_dir, "wrong")]


def lost(data_dir: Path, logs: dict[str, list[bytes]]) -> list[str]:
    """Whoever was told of an event finds it in the log, at its position, once."""
    found: list[str] = []
    for said in told(data_dir, "acknowledged"):
        log, position = logs[said["service"]], said["position"]
        event = json.loads(log[position - 1]) if position <= len(log) else {}
        if (event.get("id"), event.get("commandid")) != (said["event"], said["command"]):
            found.append(
                f"{said['service']} {position}: {said['event']} was acknowledged, stands there: {event}"
            )
    return found
