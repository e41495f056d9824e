"""`dvk agency`: agencies on NATS and those told by webhook. Add one, try it, give it another key, take it away."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Collection
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from services.cli.agencies import hooks
from services.cli.agencies.consumers import Standing
from services.cli.agencies.guide import AUTHORITY, guide
from services.cli.agencies.nkey import Key, new_key
from services.cli.agencies.place import Place, place_of
from services.cli.agencies.register import Agency, agencies_of
from services.cli.agencies.trying import what_it_may, what_it_may_not
from services.cli.connection import connection, system_of
from services.cli.places import data_dir
from services.cli.telling import Failure, note, out, table
from services.cli.writing import write_secret
from services.reporting.facts.spelling import city_day, instant
from services.reporting.feed.public import FACTS, FIELDS, LEVELS
from shared.errors import Malformed

MOST_SUBJECTS = 500
UNIT = re.compile(r"[a-z0-9][a-z0-9-]{1,34}")
ACTS = ("add", "list", "test", "rotate", "rewind", "resume", "move", "remove", "provide")
STANDING = ("đã giao · delivered", "đã nhận · acknowledged", "còn · pending", "giao lại · redelivered")
"""As in `Standing`."""
OF_WEBHOOKS = ("resume", "move")
CHOICES = ("events", "fields", "units", "levels")


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("what", choices=ACTS)
    parser.add_argument("name", nargs="?", help="tên cơ quan, a-z, 0-9, - · of the agency")
    for choice in CHOICES:
        parser.add_argument(
            f"--{choice}", default="", metavar="A,B", help="chỉ những loại này · only these (all)"
        )
    parser.add_argument("--from", dest="begins", default="start", metavar="start|DATE|POSITION",
                        help="nhận từ đâu · where it begins (start)")  # fmt: skip
    parser.add_argument(
        "--address", metavar="URL", help="NATS như cơ quan gọi tới · as the agency reaches it"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="nơi ghi khóa và hướng dẫn · for key and guide"
    )
    parser.add_argument(
        "--webhook", metavar="URL", help="gửi tới địa chỉ này thay cho NATS · sent there, in place of NATS"
    )
    parser.add_argument("--nats", metavar="URL", help="NATS, người dùng operator · as user operator")
    connection(parser)


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when it was done; of `test`, when the key opens what it is to open and nothing else."""
    name: str = args.name or ""
    if args.webhook and args.what == "add":
        _must_be_new(name, agencies_of(data_dir(args.data_dir).secrets))
        return hooks.added(system_of(args), _described(args), args, data_dir(args.data_dir))
    if args.what == "list":
        return _listed(args)
    if args.what in OF_WEBHOOKS or args.url:
        return _of_a_webhook(name, args)
    place = place_of(args.data_dir, args.nats)
    known = place.agencies()
    if args.what == "provide":
        asyncio.run(place.provide(list(known.values()), _today()))
        note(f"{len(known)} consumer · consumers")
        return 0
    if args.what == "add":
        _must_be_new(name, known)
        _must_be_new(name, _told_by_webhook(args))
        return added(place, _described(args), args)
    return _of_a_webhook(name, args) if name not in known else _acted(place, known, name, args)


def _told_by_webhook(args: argparse.Namespace) -> Collection[str]:
    try:
        return hooks.hooks_of(system_of(args))
    except Failure:  # NATS may run without reporting
        return ()


def _must_be_new(name: str, known: Collection[str]) -> None:
    if name in known:
        raise Failure(f"Đã có cơ quan {name}", f"There is an agency {name} already")


def _of_a_webhook(name: str, args: argparse.Namespace) -> int:
    system = system_of(args)
    if (hook := hooks.hooks_of(system).get(name)) is None:
        raise Failure(f"Không có cơ quan “{name}”", f"There is no agency {name!r}")
    return hooks.acted(system, hook, args, data_dir(args.data_dir))


def _acted(place: Place, known: dict[str, Agency], name: str, args: argparse.Namespace) -> int:
    agency = known[name]
    match args.what:
        case "test":
            return _tried(place, agency, _key(place, agency, args.out))
        case "rotate":
            return _rotated(place, agency, args)
        case "rewind":
            again = agency.model_copy(update={"begins": _beginning(args.begins)})
            asyncio.run(place.take_away(name))
            place.write({**known, name: again})
            asyncio.run(place.provide([again], _today()))
            note(f"{name}: nhận lại từ {again.begins} · begins again there")
            return 0
        case _:
            place.write({other: one for other, one in known.items() if other != name})
            place.renew()
            asyncio.run(place.take_away(name))
            note(f"{name}: đã gỡ, khóa không còn mở được gì · removed, its key opens nothing any more")
            return 0


def _described(args: argparse.Namespace) -> Agency:
    """The agency that is asked for; Failure for what it cannot be."""
    given: dict[str, str] = vars(args)
    chosen = {choice: tuple(filter(None, given[choice].split(","))) for choice in CHOICES}
    for choice, allowed in (("events", FACTS), ("fields", FIELDS), ("levels", LEVELS)):
        if strange := [value for value in chosen[choice] if value not in allowed]:
            raise Failure(
                f"--{choice}: không có {', '.join(strange)}; hãy chọn trong {', '.join(allowed)}",
                f"--{choice}: there is no {', '.join(strange)}; choose among {', '.join(allowed)}",
            )
    if strange := [unit for unit in chosen["units"] if not UNIT.fullmatch(unit)]:
        raise Failure(
            f"--units: {', '.join(strange)} không phải mã đơn vị", f"--units: {', '.join(strange)}: no unit"
        )
    try:
        agency = Agency(name=args.name or "", key="", begins=_beginning(args.begins), **chosen)
    except ValidationError as wrong:
        raise Failure("Tên chỉ gồm a-z, 0-9, - (2–31 ký tự)", "A name is a-z, 0-9, - (2 to 31)") from wrong
    if (count := len(agency.subjects)) > MOST_SUBJECTS:
        raise Failure(
            f"Quá nhiều tổ hợp ({count}, tối đa {MOST_SUBJECTS}); hãy bỏ bớt bộ lọc",
            f"Too many combinations ({count}, at most {MOST_SUBJECTS}): filter by less",
        )
    return agency


def _beginning(text: str) -> str:
    if text != "start" and not re.fullmatch(r"[1-9]\d{0,14}", text, re.ASCII):
        try:
            instant(text, "from", _today())
        except Malformed as wrong:
            raise Failure(
                f"--from {text}: viết start, ngày (2026-09-01) đã qua, hoặc vị trí (120)",
                f"--from {text}: write start, a day that has come (2026-09-01), or a position (120)",
            ) from wrong
    return text


def added(place: Place, agency: Agency, args: argparse.Namespace) -> int:
    """Make it a key, an account, a consumer and a guide."""
    key = new_key()
    agency = agency.model_copy(update={"key": key.public})
    asyncio.run(place.provide([agency], _today()))  # a consumer that nobody can reach yet harms nobody
    where = _kept(place, agency, key, args)
    place.write({**place.agencies(), agency.name: agency})
    place.renew()
    out(f"{where}/{agency.name}.nk, guide.vi.md, guide.en.md")
    return 0


def _rotated(place: Place, agency: Agency, args: argparse.Namespace) -> int:
    key = new_key()
    agency = agency.model_copy(update={"key": key.public})
    where = _kept(place, agency, key, args)
    place.write({**place.agencies(), agency.name: agency})
    place.renew()
    out(
        f"{where}/{agency.name}.nk: khóa mới; khóa cũ không còn dùng được · the old key is not let in any more"
    )
    return 0


def _kept(place: Place, agency: Agency, key: Key, args: argparse.Namespace) -> Path:
    where = _directory(place, agency, args.out)
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_secret(where / f"{agency.name}.nk", key.seed)
    address = args.address or place.address
    if own := place.authority if address.startswith("tls://") else None:
        (where / AUTHORITY).write_bytes(own.read_bytes())
    for lang in ("vi", "en"):
        (where / f"guide.{lang}.md").write_text(guide(agency, address, lang, own is not None), "utf-8")
    return where


def _directory(place: Place, agency: Agency, given: Path | None) -> Path:
    return given or place.data.path / "agencies" / agency.name


def _key(place: Place, agency: Agency, given: Path | None) -> Key:
    file = _directory(place, agency, given) / f"{agency.name}.nk"
    try:
        return Key.parse(file.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise Failure(f"{file}: không đọc được khóa", f"{file}: no key to be read there") from error


def _tried(place: Place, agency: Agency, key: Key) -> int:
    wrong = asyncio.run(what_it_may(place.as_visited, agency, key))
    if (lost := asyncio.run(place.lost())) is not None:
        wrong = [*wrong, lost]
    for one in wrong:
        note(f"✗ {one}")
    refused, open_ = asyncio.run(what_it_may_not(place.as_visited, agency, key))
    for one in open_:
        note(f"✗ mở được, lẽ ra phải bị từ chối · open, and should not be: {one}")
    read = "đọc được phần của mình" if not wrong else "KHÔNG đọc được phần của mình"
    told = "it reads its own" if not wrong else "it does NOT read its own"
    out(
        f"{agency.name}: {read}, bị từ chối {refused} việc khác · {told}, and is refused {refused} other things"
    )
    return 1 if wrong or open_ else 0


def _listed(args: argparse.Namespace) -> int:
    if not args.url:
        _listed_on_nats(place_of(args.data_dir, args.nats))
    try:
        hooks.listed(hooks.hooks_of(system_of(args)))
    except Failure as silent:
        note(f"webhook: {silent.vi} · {silent.en}")
    return 0


def _listed_on_nats(place: Place) -> None:
    """What each gets, and how far it is; without the latter while NATS does not answer."""
    if not (agencies := place.agencies()):
        return
    try:
        standing = asyncio.run(place.standing())
    except Failure as silent:
        standing = {}
        note(f"{silent.vi} · {silent.en}")
    rows = [
        [
            name,
            *(", ".join(getattr(one, choice)) or "*" for choice in CHOICES),
            one.begins,
            *_shown(standing.get(name)),
        ]
        for name, one in agencies.items()
    ]
    table(("NATS", *CHOICES, "từ · from", *STANDING), rows)
    if lacking := [name for name, found in standing.items() if found is None]:
        note(
            f"✗ {', '.join(lacking)}: NATS không còn consumer, hãy chạy dvk agency provide · "
            "NATS has no consumer of theirs: dvk agency provide makes it"
        )


def _shown(place: Standing | None) -> list[str]:
    if place is None:
        return ["—"] * len(STANDING)
    return [f"{number:,}" for number in astuple(place)]


def _today() -> str:
    return city_day(datetime.now(UTC).isoformat())
