"""`dvk demo`: the whole system here, a year of the scheme played through it, and what it says about that year."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from services.cli import clock
from services.cli.broker import Broker
from services.cli.children import is_free
from services.cli.demo import showing
from services.cli.demo.acts import Chapter
from services.cli.demo.cast import SPREADING, Model, cast, named
from services.cli.demo.playing import Player
from services.cli.demo.story import story
from services.cli.environment import Ports
from services.cli.importing import units
from services.cli.importing.sample import UNITS_FILE
from services.cli.importing.scheme import publish_scheme
from services.cli.importing.sending import Outcome, send
from services.cli.places import DataDir, services_of
from services.cli.stack import Stack
from services.cli.talking import READER, System, local
from services.cli.telling import Failure, heading, note, on_terminal, out
from services.cli.up import ending_on_signals
from services.cli.verifying.verb import Copies, tell, verify
from shared import SERVICES

YEAR = 2026
BEGIN, END = f"{YEAR}-01-05", f"{YEAR}-12-15"
DATA_DIR = ".demo"
Work = Callable[[Stack, System, threading.Event], bool]
"""What is done with a system that runs; True when all of it went well."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "--data-dir", metavar="DIR", default=DATA_DIR, help="thư mục dữ liệu · data directory (./.demo)"
    )
    parser.add_argument(
        "--base-port", type=int, metavar="P", help="cổng P+1 … P+7; mặc định: tự tìm · ports (free ones)"
    )
    parser.add_argument(
        "--driver", choices=("motor", "pymongo"), default="motor", help="MongoDB driver (motor)"
    )
    parser.add_argument("--once", action="store_true", help="xong thì dừng · end when it is done")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    title = ("Dân vận khéo Đà Nẵng – chạy thử", "the system, and a sample year")
    return lived(args, title, play_and_show, stays=on_terminal() and not args.once)


def lived(args: argparse.Namespace, title: tuple[str, str], work: Work, *, stays: bool) -> int:
    """Do this with the whole system, started for it and ended after it; `stays`: once somebody says so."""
    began = monotonic()
    place = DataDir(Path(args.data_dir).expanduser().resolve())
    stack = Stack(place, Ports(args.base_port or free_base(), tls=place.authority is not None), args.driver)
    with ending_on_signals() as ending:
        keeping = threading.Thread(target=stack.keep, args=(ending,), name="keep", daemon=True)
        try:
            heading(*title)
            if not stack.start(
                ending, None if place.clock.exists() else clock.moment(BEGIN), lambda what: out(f"  … {what}")
            ):
                return 130
            keeping.start()
            system = local(place, services_of(place, None))
            right = work(stack, system, ending)
            if ending.is_set():
                return 130
            out("")
            out(f"Xong sau {monotonic() - began:.0f} s · done")
            if stays:
                out("Hệ thống vẫn chạy; Ctrl-C để dừng · it goes on running until Ctrl-C")
                ending.wait()
        finally:
            ending.set()
            if keeping.ident is not None:
                keeping.join()  # or it might start again what is just being ended
            stack.stop()
    return 0 if right else 1


def play_and_show(stack: Stack, system: System, ending: threading.Event) -> bool:
    """The year, then what there is to say of it. True when every log is as it should be."""
    models = cast()
    if (player := year_played(stack, system, models, ending)) is None:
        return False
    names = unit_names(system)
    [model] = named(models, SPREADING)
    after = {"after": ",".join(f"{service}:{position}" for service, position in player.positions().items())}
    document = system.get("reporting", f"/summaries/{YEAR}", READER, after)
    showing.summary(document, names)
    showing.baseline(system.get("reporting", "/baseline"), document)
    showing.history(system.get("reporting", f"/histories/model/{model.id}"), names)
    addresses = stack.addresses()
    copies = stack.place.copies()
    found = verify(
        system, SERVICES, {}, Copies(Broker(copies["nats"], stack.place.authority), copies["mongo"])
    )
    tell(found, keys_brought=True)
    showing.where(addresses, shown_path(stack.place.path), dvk(), model.id)
    return not any(each.wrongs for each in found)


def year_played(
    stack: Stack, system: System, models: Sequence[Model], ending: threading.Event
) -> Player | None:
    """The year is on record; None when it was ended on the way."""
    if stack.fresh:
        publish_scheme(stack.place)
    outcome = send(system, units.wishes([UNITS_FILE]), "Đơn vị")
    if outcome.refused:
        raise Failure(*outcome.refused[0].sentences())
    if stack.fresh:  # what the scheme itself brought a moment ago is no earlier run's
        outcome = Outcome(outcome.sent + outcome.unchanged)
    player = Player(system, stack.place)
    if not play(player, story(models), outcome, ending):
        return None
    clock_at_the_end(stack.place)
    return player


def play(player: Player, chapters: Sequence[Chapter], units: Outcome, ending: threading.Event) -> bool:
    """Play the chapters, saying of each how it went; False when it was ended on the way."""
    heading(f"Năm mẫu {YEAR}", "a sample year, day by day")
    out(
        "  Đề án chỉ nêu tên và lĩnh vực của 70 mô hình; mọi điều khác ở đây là dữ liệu mẫu và ghi “(dữ liệu mẫu)”"
    )
    out("  The scheme gives the names and fields of 70 models; all else here is sample data and says so")
    told(
        BEGIN,
        f"{units.sent + units.unchanged} đơn vị, bộ tiêu chí, chính sách",
        "units, criteria, policy",
        units.sent,
        units.unchanged,
    )
    new, before = units.sent, units.unchanged
    for played in player.play(chapters):
        chapter = played.chapter
        told(chapter.on.isoformat(), chapter.vi, chapter.en, played.new, played.before)
        new, before = new + played.new, before + played.before
        if ending.is_set():
            return False
    if before and not new:
        note(
            "Mọi việc đã có từ lần chạy trước; không ghi gì thêm · all of it was on record already, nothing was added"
        )
    elif before:
        note(f"{before} sự kiện đã có từ lần chạy trước · events were on record already")
    return True


def told(on: str, vi: str, en: str, new: int, before: int) -> None:
    """A chapter in one line."""
    count = f"+{new}" if new or not before else "đã có"
    out(f"  {showing.date(on):<10}  {count:>5}  {vi} · {en}")


def clock_at_the_end(place: DataDir) -> None:
    """The day after the year's cut-off."""
    if clock.moment(END) > clock.now(place):
        clock.move(place, clock.moment(END))


def unit_names(system: System) -> dict[str, str]:
    """What the units are called."""
    found = system.get("reporting", "/units", READER, {"limit": 500})
    return {each["unit"]: each["name"] for each in found.get("items", found.get("units", []))}


def free_base() -> int:
    """A row of six ports that nobody listens on."""
    for base in range(8000, 9900, 100):
        if all(is_free(port) for port in Ports(base).all().values()):
            return base
    raise Failure("Không còn cổng trống từ 8000 đến 9900; nêu --base-port", "No free ports: give --base-port")


def shown_path(path: Path) -> str:
    """A path as it is typed from here."""
    try:
        return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
    except OSError:
        return str(path)


def dvk() -> str:
    """How this program is called."""
    return shown_path(Path(sys.argv[0]).absolute()) if Path(sys.argv[0]).name == "dvk" else "dvk"
