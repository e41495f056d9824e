"""`dvk clock`: how far the system's clock is from the real one, so that five years can be played in an hour.

Embedded default only. The clock governs when things are recorded, business dates and deadlines; tokens, signatures
and time-outs keep to the real one. It is moved forward, never back: recorded times would contradict it.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from datetime import date, datetime

from services.cli.places import DataDir, data_dir
from services.cli.telling import Failure, note, out
from services.cli.wanting import members
from services.cli.writing import whole
from shared.process.clock import CITY

MORNING = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "when", nargs="?", help="2026-03-20, 2026-03-20T08:00:00+07:00; bỏ trống: xem · none: show"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    place = data_dir(args.data_dir)
    if not place.clock.exists():
        raise Failure(f"Chưa có hệ thống nào ở {place.path}", f"There is no system in {place.path} yet")
    if args.when is not None:
        move(place, moment(args.when))
    out(now(place).isoformat(timespec="seconds"))
    return 0


def moment(text: str) -> datetime:
    """A day (its morning, in the city) or an RFC 3339 time."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, MORNING, tzinfo=CITY)
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise Failure(f"“{text}” không phải một ngày hay giờ", f"{text!r} is not a date or a time") from error
    if given.tzinfo is None:
        raise Failure(f"“{text}”: thiếu múi giờ, ví dụ +07:00", f"{text!r} has no offset such as +07:00")
    return given.astimezone(CITY)


def offset(place: DataDir) -> int:
    """Seconds that the system's clock is ahead of the real one; 0 where it was never set."""
    try:
        return members(
            place.clock, {"offset_seconds": int}, "hãy đặt lại bản sao của nó", "put its copy back"
        )["offset_seconds"]
    except FileNotFoundError:
        return 0


def now(place: DataDir) -> datetime:
    """What time it is in the system."""
    return datetime.fromtimestamp(time.time() + offset(place), CITY)


def move(place: DataDir, to: datetime) -> None:
    """Move forward to a time; Failure when that lies in the system's past (but the same day is already reached)."""
    present = now(place)
    if to > present:
        keep(place, to)
    elif to.date() != present.date():
        raise Failure(
            f"Đồng hồ đang ở {present:%H:%M %d/%m/%Y}; không lùi lại {to:%H:%M %d/%m/%Y}",
            f"The clock is at {present:%Y-%m-%d %H:%M} and does not go back to {to:%Y-%m-%d %H:%M}",
        )


def fix(place: DataDir, to: datetime | None) -> None:
    """At a start: begin at this time (or the real one) in a new directory; later only move forward."""
    if not place.clock.exists() or (to is not None and to > now(place)):
        keep(place, to)
    elif to is not None:
        note(
            f"Đồng hồ đã ở {now(place):%H:%M %d/%m/%Y} và không lùi lại · "
            f"the clock is past {to.isoformat()} and stays where it is"
        )


def keep(place: DataDir, to: datetime | None) -> None:
    """Write the offset down; the services read it again when the file changes."""
    ahead = 0 if to is None else math.ceil(to.timestamp() - time.time())  # never a moment before it
    whole(place.clock, json.dumps({"offset_seconds": ahead}))
