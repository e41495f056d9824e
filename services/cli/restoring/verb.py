"""`dvk restore-log`: put back the events that a restored database lacks, from JetStream."""

from __future__ import annotations

import argparse
import asyncio
from importlib import import_module

from services.cli.broker import Broker
from services.cli.connection import connection
from services.cli.places import data_dir
from services.cli.restoring.missing import Restoring
from services.cli.telling import Failure, out
from shared.process.settings import SERVICES


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "services", nargs="*", metavar="SERVICE", help="dịch vụ nào; bỏ trống: cả bốn · none: all"
    )
    connection(parser)
    parser.add_argument("--nats", metavar="URL", help="JetStream có các sự kiện · that has the events")
    parser.add_argument("--mongo", metavar="URL", help="MongoDB cần khôi phục · to restore")
    parser.add_argument(
        "--database-prefix", default="dvk", metavar="NAME", help="tiền tố cơ sở dữ liệu (dvk)"
    )


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if unknown := [name for name in args.services if name not in SERVICES]:
        raise Failure(f"Không có dịch vụ {unknown[0]}", f"There is no service {unknown[0]}")
    place = data_dir(args.data_dir)
    local = place.copies()
    nats, mongo = args.nats or local.get("nats"), args.mongo or local.get("mongo")
    if nats is None or mongo is None:
        raise Failure("Nêu --nats và --mongo", "Name --nats and --mongo")
    broker = Broker(nats, place.authority)
    for name in args.services or SERVICES:
        service = import_module(f"services.{name}.app").SERVICE
        restoring = Restoring(service, mongo, f"{args.database_prefix}_{name}", broker)
        before, after = asyncio.run(restoring.run())
        if before == after:
            out(f"{name}: không thiếu gì, vị trí {after} · nothing is missing")
        else:
            out(f"{name}: đã đưa lại {before + 1}–{after} · put back, byte for byte")
    return 0
