"""`dvk restore`: a backup into an empty place, all of it looked at; it goes on when an operator says so."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pymongo.errors import PyMongoError

from services.cli.backing.age import identity_in
from services.cli.backing.keycopy import put_back
from services.cli.backing.pieces import Backups
from services.cli.backing.putting import OWNERS, Putting, client_of
from services.cli.backing.report import Report, examined
from services.cli.backing.shelf import shelf_at
from services.cli.connection import connection, system_of
from services.cli.embedded import EmbeddedServerFailed, EmbeddedServers
from services.cli.holding import Held, held
from services.cli.places import DataDir, data_dir
from services.cli.restoring.letting_go import let_go
from services.cli.talking import OPERATOR
from services.cli.telling import Failure, note, out, progress
from services.cli.writing import whole
from shared.tlog.note import NoteRefused

REPORT = "restored.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "directory", nargs="?", metavar="DIR|s3://…", help="nơi có bản sao lưu · with backups"
    )
    connection(parser)
    parser.add_argument("--identity", type=Path, metavar="FILE", help="khóa riêng age · the private key")
    parser.add_argument(
        "--backup", metavar="NAME", help="bản nào; mặc định mới nhất · which one (the newest)"
    )
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE",
        help="checkpoint ai đó đã giữ: cho biết còn thiếu gì · one that somebody kept says what is missing",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", choices=OWNERS, metavar="WHAT",
        help=f"chỉ phần bị mất · only what was lost: {', '.join(OWNERS)}",
    )  # fmt: skip
    parser.add_argument("--mongo", metavar="URL", help="kho trống ở nơi khác · an empty store elsewhere")
    parser.add_argument(
        "--keys-mongo", metavar="URL", help="MongoDB của khóa tên người · of the keys to names"
    )
    parser.add_argument(
        "--secrets", type=Path, metavar="DIR", help="nơi đặt secrets, khi dùng --mongo · with --mongo"
    )
    parser.add_argument(
        "--key-store", type=Path, metavar="DIR",
        help="kho tệp khóa, khi dùng --mongo · the key file store, with --mongo",
    )  # fmt: skip
    parser.add_argument(
        "--keys-from", type=Path, metavar="DIR",
        help="bản sao kho tệp khóa · the copy of the key file store (as dvk backup wrote it)",
    )  # fmt: skip
    parser.add_argument(
        "--accept", action="store_true",
        help="đã xem: cho nhận lệnh và ký trở lại · looked at: take commands and sign again",
    )  # fmt: skip
    parser.add_argument("--reason", metavar="TEXT", help="vì sao, khi dùng --accept · why, with --accept")
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when all that was put back is intact and nobody is known to have seen more."""
    if args.accept:
        return accept(args)
    if args.directory is None or args.identity is None:
        raise Failure("Nêu nơi có bản sao lưu và --identity", "Name the place of backups, and --identity")
    report = reported(args)
    if args.json:
        out(json.dumps(report.json(), ensure_ascii=False))
    else:
        report.tell()
        _next(args, report)
    return 0 if report.is_intact and not report.missing else 1


def reported(args: argparse.Namespace) -> Report:
    """Put it back; Failure for whatever is in the way."""
    try:
        return restored(args)
    except PyMongoError as away:
        raise Failure("MongoDB không trả lời", f"MongoDB does not answer: {away}") from away
    except EmbeddedServerFailed as failed:
        raise Failure(failed.vi or "Máy chủ không khởi động được.", str(failed)) from failed
    except (NoteRefused, OSError) as wrong:
        raise Failure(f"Không đọc được: {wrong}", f"Not readable: {wrong}") from wrong


def restored(args: argparse.Namespace) -> Report:
    """Put it back where the arguments say; what was found there."""
    backups = Backups(shelf_at(args.directory))
    identity = identity_in(args.identity.expanduser())
    chain = backups.chain(args.backup)
    pieces = sum(len(each.pieces) for each in chain)
    with progress("đọc bản sao lưu · reading the backup", pieces) as step:
        damaged = backups.damaged(chain, step)
    if damaged:
        raise Failure(
            f"Bản sao lưu hỏng: {', '.join(damaged[:5])}; thử bản trước bằng --backup",
            f"The backup is damaged ({', '.join(damaged[:5])}): try an earlier one with --backup",
        )
    putting = Putting(backups, chain, identity, tuple(args.only or OWNERS))
    copy = args.keys_from or backups.keys_copy
    if args.mongo is None:
        return into_directory(putting, data_dir(args.data_dir), copy, args.checkpoint)
    if args.secrets is not None:
        putting.secrets(args.secrets)
    if args.key_store is not None:
        put_back(copy, args.key_store)
    beside = Beside(args.secrets, args.key_store)
    return into_store(putting, args.mongo, args.keys_mongo or args.mongo, beside, args.checkpoint)


@dataclass(frozen=True)
class Beside:
    """What opens that which is sealed in the store, where it was put."""

    secrets: Path | None
    key_store: Path | None


def into_directory(putting: Putting, place: DataDir, copy: Path | None, checkpoints: list[Path]) -> Report:
    """A new data directory for `dvk up`; Failure when there is one already, unless only a part is put back."""
    part = putting.only != OWNERS
    if (place.path / "mongo").exists() and not part:
        raise Failure(
            f"{place.path} đã có dữ liệu: nêu một thư mục mới bằng --data-dir",
            f"{place.path} holds data already: name a new directory with --data-dir",
        )
    place.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with held(place.lock):
            return _into_mine(putting, place, copy, checkpoints)
    except Held as holder:
        raise Failure(
            f"{place.path} đang được một dvk khác dùng (tiến trình {holder}): dừng nó trước",
            f"{place.path} is in use by another dvk (process {holder}): stop it first",
        ) from None


def _into_mine(putting: Putting, place: DataDir, copy: Path | None, checkpoints: list[Path]) -> Report:
    part = putting.only != OWNERS
    if not putting.secrets(place.secrets) and not part:
        raise Failure(
            "Bản sao lưu không kèm secrets: đặt chúng vào secrets/ rồi dùng --mongo",
            "This backup has no secrets with it: put them in their place yourself, and use --mongo",
        )
    if "keys" in putting.only:
        put_back(copy, place.key_store)
    if not place.clock.exists():
        putting.clock(place.path)
    servers, beside = EmbeddedServers(place.path), Beside(place.secrets, place.key_store)
    try:
        servers.mongo.start()
        report = into_store(putting, servers.mongo.url, servers.mongo.url, beside, checkpoints)
    finally:
        servers.stop()
    place.published.touch()  # what the scheme says is among what was put back
    whole(place.path / REPORT, json.dumps(report.json(), indent=2, ensure_ascii=False))
    return report


def into_store(
    putting: Putting, mongo: str, keys_mongo: str, beside: Beside, checkpoints: list[Path]
) -> Report:
    """Into an empty MongoDB; what was found there afterwards."""
    with client_of(mongo) as client, client_of(keys_mongo) as keys:
        with progress("khôi phục · restore", putting.count()) as step:
            putting.documents(client, keys, datetime.now(UTC), step)
        return examined(client, keys, putting, beside.secrets, beside.key_store, checkpoints)


def accept(args: argparse.Namespace, said: Callable[[str], None] = out) -> int:
    """Say to every service that what was restored may go on."""
    if not args.reason:
        raise Failure("--accept cần --reason", "--accept needs a --reason")
    system = system_of(args)
    for service in system.urls:
        answer = system.call(service, "/restored/accept", OPERATOR, {"reason": args.reason})
        said(
            f"{service}: "
            + ("nhận lệnh và ký trở lại · goes on" if answer["accepted"] else "không chờ gì · was not held")
        )
        if service == "reporting" and answer["accepted"]:
            let_go(system, args.reason, said)
    return 0


def _next(args: argparse.Namespace, report: Report) -> None:
    where = f"--data-dir {args.data_dir or './data'}" if args.mongo is None else "--url … --token-file …"
    if report.missing:
        note(
            f"! còn thiếu {report.missing} sự kiện người khác đã thấy · events are missing that others have seen"
        )
    note("Chưa nhận lệnh, chưa ký. Tiếp theo · no commands, no signatures yet. Next:")
    if args.mongo is None:
        note(f"  dvk up {where}")
    note(
        f"  dvk restore-log {where} --checkpoint …   đưa lại phần còn thiếu mà checkpoint bảo đảm · what is vouched for"
    )
    note(f"  dvk verify log --all {where}")
    note(f'  dvk restore --accept --reason "…" {where}')
