"""One backup at a time in a bucket: an object that says who takes it, written anew every few seconds while it is taken.

No clock is compared with another one. Who finds the object watches it: when it changes, its writer lives; when it does
not for a while, its writer died, and its place is taken. Every write says which one it replaces (`If-Match`,
`If-None-Match`), so of two that come at once one succeeds.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Protocol

from services.cli.backing.shelf import NotThere
from services.cli.holding import Held
from services.cli.telling import Failure, note

AT_REST = 5.0
"""Seconds for a write that is on its way."""


class Beaten(Exception):
    """Another one wrote it first."""


class Marks(Protocol):
    """The one object of a bucket that says who takes a backup."""

    def read(self) -> tuple[str, bytes]:
        """Its version, and what it says; NotThere."""
        ...

    def write(self, text: bytes, replaces: str | None) -> str:
        """Its new version; Beaten when it is not `replaces` that is there (None: nothing)."""
        ...

    def erase(self) -> None:
        """Take it away."""
        ...


@dataclass(frozen=True)
class Pace:
    """How often the mark is written anew, and how long somebody who does not write it is waited for, in seconds."""

    every: float = 10.0
    patience: float = 60.0


class Lease:
    """The right to take a backup, held from `take` until `let_go`."""

    def __init__(self, marks: Marks, pace: Pace) -> None:
        self._marks = marks
        self._pace = pace
        self._version = ""
        self._lost = False
        self._away = False
        """The store did not answer when it was written to last."""
        self._beats = 0
        self._once = secrets.token_hex(8)
        self._turn = Lock()
        self._over = Event()
        self._thread = Thread(target=self._beat, name="dvk backup lease", daemon=True)

    def take(self) -> None:
        """Held while somebody else takes a backup; waits for as long as it takes to know that nobody does."""
        replaces = self._abandoned()
        try:
            self._version = self._marks.write(self._said(), replaces)
        except Beaten:
            if not self._is_mine():
                raise Held(self._holder()) from None
        self._thread.start()

    def _abandoned(self) -> str | None:
        """The version of a mark that nobody writes any more; None where there is none."""
        try:
            version, text = self._marks.read()
        except NotThere:
            return None
        note(
            f"! {_who(text)} đã bắt đầu sao lưu ở đây; chờ tối đa {self._pace.patience:.0f} giây xem còn chạy không"
        )
        note("  began a backup here before: waiting to see whether it still runs")
        until = monotonic() + self._pace.patience
        while monotonic() < until:
            sleep(self._pace.every / 4)
            try:
                now, text = self._marks.read()
            except NotThere:
                return None
            if now != version:
                raise Held(_who(text))
        return version

    def confirm(self) -> None:
        """Failure when another one took the place, as one may who saw nothing of us for a while."""
        self._renew()
        if self._lost:
            raise Failure(
                "Một dvk backup khác đã chen vào khi nơi lưu không trả lời: bản này bị bỏ, hãy chạy lại "
                "(backup.overtaken)",
                "Another dvk backup took the place while the store did not answer: this one is given up, run it again "
                "(backup.overtaken)",
            )

    def let_go(self) -> None:
        """The next one need not wait. Where the store is away, it waits: nothing is wrong with that."""
        self._over.set()
        self._thread.join(AT_REST)
        if self._away or self._thread.is_alive():
            return
        with suppress(Failure):
            self._renew()
            if not self._lost:
                self._marks.erase()

    def _beat(self) -> None:
        while not self._over.wait(self._pace.every):
            with suppress(Failure):  # the store is away: whoever puts something next is told
                self._renew()

    def _renew(self) -> None:
        with self._turn:
            if self._lost:
                return
            self._away = True
            try:
                self._version = self._marks.write(self._said(), self._version)
            except Beaten:
                self._lost = not self._is_mine()
            self._away = False

    def _is_mine(self) -> bool:
        """Whether it was our own write that came first: its answer was lost, and it was sent again."""
        try:
            version, text = self._marks.read()
        except NotThere:
            return False
        if self._once.encode() not in text:
            return False
        self._version = version
        return True

    def _said(self) -> bytes:
        self._beats += 1
        said = {"host": socket.gethostname(), "process": os.getpid(), "once": self._once, "beat": self._beats}
        return json.dumps(said).encode()

    def _holder(self) -> str:
        try:
            return _who(self._marks.read()[1])
        except NotThere:
            return "?"


def _who(text: bytes) -> str:
    try:
        said = json.loads(text)
        return f"{said['process']}, {said['host']}"
    except (ValueError, KeyError, TypeError):
        return "?"
