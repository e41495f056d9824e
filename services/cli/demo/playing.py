"""Playing the story: the clock moves, commands are sent, and who decides on others' facts hears them out first."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from services.cli import clock
from services.cli.demo.acts import Act, Chapter
from services.cli.importing.sending import LANES
from services.cli.places import DataDir
from services.cli.talking import READER, System
from services.cli.telling import Failure
from shared.process.clock import LOOK_SECONDS

MORNING = "T08:00:00+07:00"
QUIET_SECONDS = 60.0
LOOK_AGAIN = 0.2
NEEDED = ("projection:", "policy:", "read-models", "readmodels", "ledger")
"""The followers whose work the next chapter rests on; relays and trees serve auditors, who come later."""


@dataclass
class Played:
    """How many commands of a chapter were new, and how many were on record already."""

    chapter: Chapter
    new: int = 0
    before: int = 0


@dataclass
class Player:
    """Sends acts to a system whose clock lies in a data directory."""

    system: System
    place: DataDir
    heads: dict[str, int] = field(default_factory=dict[str, int])
    """How far each log went when the story began: what lies there was on record before."""

    def play(self, chapters: Sequence[Chapter]) -> Iterator[Played]:
        """Chapter by chapter; Failure when a service refuses something that the story needs."""
        self.heads = self.positions()
        telling: set[str] = set()
        for chapter in chapters:
            self.turn_to(chapter)
            listening = {act.wish.service for act in chapter.acts}
            if telling and listening != telling:  # who decides on what others have told hears them out first
                self.wait_until_quiet()
            telling = listening
            yield self.through(chapter)

    def through(self, chapter: Chapter) -> Played:
        """One chapter: what concerns one thing in its order, different things at the same time."""
        lanes: dict[str, list[Act]] = {}
        for act in chapter.acts:
            lanes.setdefault(act.concerns, []).append(act)
        played = Played(chapter)
        with ThreadPoolExecutor(LANES) as pool:
            for new, before in pool.map(partial(self.along, chapter), lanes.values()):
                played.new += new
                played.before += before
        return played

    def along(self, chapter: Chapter, lane: Sequence[Act]) -> tuple[int, int]:
        """One lane; how many acts were new, and how many were on record."""
        new = before = 0
        for _, acts in groupby(lane, key=lambda act: act.actor):
            for position in self.send(chapter, list(acts)):
                if position > self.heads[lane[0].wish.service]:
                    new += 1
                else:
                    before += 1
        return new, before

    def turn_to(self, chapter: Chapter) -> None:
        """The morning of the chapter's day, unless the clock is past it."""
        to = clock.moment(f"{chapter.on.isoformat()}{MORNING}")
        if to > clock.now(self.place):
            clock.move(self.place, to)
            time.sleep(LOOK_SECONDS + 0.1)  # until the services have looked at their clock again

    def send(self, chapter: Chapter, acts: Sequence[Act]) -> list[int]:
        """The acts of one actor, in one batch; where their events stand."""
        service, actor = acts[0].wish.service, acts[0].actor
        answers = self.system.batch(service, [act.wish.batched() for act in acts], actor)
        for act, answer in zip(acts, answers, strict=True):
            if answer["status"] != 200:
                said = json.dumps(
                    {k: v for k, v in answer.items() if k not in ("type", "title")}, ensure_ascii=False
                )
                raise Failure(
                    f"{chapter.vi}: {act.wish.command} bị từ chối: {said}",
                    f"{act.wish.about} was refused. Was {self.place.path} made by another version? Take it away and "
                    "begin anew.",
                )
        return [answer["position"] for answer in answers]

    def positions(self) -> dict[str, int]:
        """The last position of every log."""
        return {
            service: int(json.loads(self.system.text(service, "/log/head"))["position"])
            for service in self.system.urls
        }

    def wait_until_quiet(self) -> None:
        """Until everybody has followed everything, and nobody recorded anything more because of it."""
        until = time.monotonic() + QUIET_SECONDS
        while True:
            heads = self.positions()
            behind = self.behind(heads)
            if not behind and self.positions() == heads:
                return
            if time.monotonic() > until:
                raise Failure(
                    f"Chưa theo kịp sau {QUIET_SECONDS:.0f} s: {', '.join(behind)}",
                    "Followers do not catch up",
                )
            time.sleep(LOOK_AGAIN)

    def behind(self, heads: dict[str, int]) -> list[str]:
        """Who has not come as far as these positions."""
        found: list[str] = []
        for service in self.system.urls:
            for each in self.system.get(service, "/followers", READER):
                name = f"{service} {each['name']} ← {each['source']}"
                if each["state"] == "stopped":
                    raise Failure(f"{name} đã dừng: {each.get('reason')}", f"{name} has stopped")
                if each["name"].startswith(NEEDED) and each["position"] < heads.get(each["source"], 0):
                    found.append(name)
        return found
