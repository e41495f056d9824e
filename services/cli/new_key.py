"""`dvk new-key`: take another key for one that is lost for good, with the reason on record.

A key that signs is replaced in two places: its file, and the database that says which key it belongs to
(`shared/process/own_keys.py`). The services have to be stopped. Afterwards verifiers have to be told the new key, since
for them it is another log; what the old key signed stays true.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import time

from pymongo.errors import PyMongoError

from services.cli.embedded import EmbeddedServerFailed, EmbeddedServers
from services.cli.keys import kept_keys, make_key
from services.cli.places import DataDir, data_dir
from services.cli.replacing import Act, Client, of_seeds, replace
from services.cli.resting import must_rest
from services.cli.telling import Failure, out
from shared import SERVICES
from shared.eventlog.signing import KeyUnreadable, key_from_file
from shared.tlog.note import LOG, WITNESS

DEFAULT_PREFIX = "dvk.danang.gov.vn"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("what", choices=("log", "witness", "names"), help="khóa nào · which key")
    parser.add_argument(
        "service", nargs="?", choices=SERVICES, metavar="SERVICE", help="của nhật ký nào · of log"
    )
    parser.add_argument("--reason", required=True, help="vì sao khóa cũ đã mất hẳn · why the old one is gone")
    place_and_store(parser)


def place_and_store(parser: argparse.ArgumentParser) -> None:
    """Where the keys and the databases are that they belong to."""
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")
    parser.add_argument(
        "--mongo", metavar="URL", help="MongoDB của hệ thống nơi khác · of a system elsewhere"
    )
    parser.add_argument(
        "--secrets", type=Path, metavar="DIR", help="thư mục secrets · its secrets, with --mongo"
    )
    parser.add_argument(
        "--database-prefix", default="dvk", metavar="NAME", help="tiền tố cơ sở dữ liệu (dvk)"
    )
    parser.add_argument("--log-prefix", default=DEFAULT_PREFIX, metavar="NAME", help="DVK_LOG_PREFIX")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if (args.what == "log") != (args.service is not None):
        raise Failure("Nêu dịch vụ với log, và chỉ với log", "Name a service with log, and only there")
    place = _place(args)
    path = kept_keys(place)[f"log {args.service}" if args.what == "log" else args.what]
    made = not path.exists()
    if made:
        make_key(path)
    if args.what != "names":
        with _store(args, place) as client:
            _record(args, client, path)
    out(f"{path}: {'khóa mới · a new key' if made else 'khóa này từ nay · this key from now on'}")
    if args.what == "log":
        out("Hãy báo khóa mới (/log/vkey) cho người kiểm chứng · tell verifiers the new key (/log/vkey)")
    return 0


def _record(args: argparse.Namespace, client: Client, path: Path) -> None:
    try:
        key = (
            key_from_file(f"{args.log_prefix}/{args.service}", LOG, path)
            if args.what == "log"
            else key_from_file(f"{args.log_prefix}/reporting-witness", WITNESS, path)
        )
    except KeyUnreadable as wrong:
        raise Failure(f"{path} không phải khóa", str(wrong)) from wrong
    act = Act(args.reason, int(time()), stolen=True)
    try:
        must_rest(client, args.database_prefix, [args.service or "reporting"])
        for each in of_seeds(args.what, None, key):
            replace(client, args.database_prefix, each, act)
    except PyMongoError as away:
        raise Failure("MongoDB không nhận", f"MongoDB does not take it: {away}") from away


@contextmanager
def store_of(args: argparse.Namespace) -> Generator[tuple[DataDir, Client]]:
    """Where the secrets are, and MongoDB: as named; or that of a data directory in which nothing runs."""
    place = _place(args)
    with _store(args, place) as client:
        yield place, client


def _place(args: argparse.Namespace) -> DataDir:
    """Whose keys are meant; Failure where nothing was ever recorded: in a directory that was mistyped a key would begin
    a system."""
    place = DataDir(args.secrets.resolve().parent) if args.secrets else data_dir(args.data_dir)
    if args.mongo is None and args.secrets is None and not place.store.exists():
        raise Failure(f"Chưa có hệ thống nào ở {place.path}", f"There is no system in {place.path} yet")
    return place


@contextmanager
def _store(args: argparse.Namespace, place: DataDir) -> Generator[Client]:
    """MongoDB as named; or that of a data directory in which nothing runs, for as long as it takes."""
    if args.mongo is not None:
        with Client(args.mongo, serverSelectionTimeoutMS=5000) as client:
            yield client
        return
    servers = EmbeddedServers(place.path)
    try:
        servers.mongo.start()
    except EmbeddedServerFailed as failed:
        raise Failure(failed.vi or f"Hãy dừng dvk up ở {place.path} trước", str(failed)) from failed
    try:
        with Client(servers.mongo.url) as client:
            yield client
    finally:
        servers.stop()
