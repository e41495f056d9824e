"""`dvk restore-log`: put back what a restored database lacks, as far as the ledger or a checkpoint vouches for it."""

from __future__ import annotations

import argparse
import asyncio
from importlib import import_module
from pathlib import Path

import httpx

from services.cli.broker import Broker
from services.cli.connection import connection, system_of
from services.cli.places import data_dir
from services.cli.restoring.missing import Outcome, Restoring, Stores
from services.cli.restoring.vouching import Keys, kept
from services.cli.telling import Failure, note, out
from services.cli.verifying.believing import handovers_in, keys_of
from shared import SERVICES

ASK_SECONDS = 5.0


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
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], metavar="FILE|DIR",
        help="checkpoint ai đó đã giữ: bảo đảm cho sự kiện tới cỡ của nó · that somebody kept: it vouches for events",
    )  # fmt: skip
    parser.add_argument("--keys", type=Path, metavar="FILE", help="vkey đã biết · known vkeys, a line each")
    parser.add_argument(
        "--handovers", type=Path, action="append", default=[], metavar="FILE",
        help="khóa mới thay khóa cũ (/log/handovers) · keys that took the place of others",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if unknown := [name for name in args.services if name not in SERVICES]:
        raise Failure(f"Không có dịch vụ {unknown[0]}", f"There is no service {unknown[0]}")
    place = data_dir(args.data_dir)
    local = place.copies()
    nats, mongo = args.nats or local.get("nats"), args.mongo or local.get("mongo")
    if nats is None or mongo is None:
        raise Failure("Nêu --nats và --mongo", "Name --nats and --mongo")
    seeds = {service: place.log_key(service) for service in SERVICES}
    keys = Keys(keys_of(args.keys), seeds, handovers_in(args.handovers))
    broker = Broker(nats, place.authority)
    notes = [*kept(args.checkpoint), *signed_now(args)]
    stores = Stores(mongo, args.database_prefix, broker, keys, notes)
    return max([_restored(name, stores) for name in args.services or SERVICES])


def signed_now(args: argparse.Namespace) -> list[bytes]:
    """The ledger as reporting signs it now, where it answers: it held these events before they were lost."""
    try:
        system = system_of(args)
        answer = system.http.get(system.url("reporting") + "/ledger/checkpoint", timeout=ASK_SECONDS)
    except (Failure, httpx.HTTPError):
        return []
    return [answer.content] if answer.status_code == 200 else []


def _restored(name: str, stores: Stores) -> int:
    done: Outcome = asyncio.run(Restoring(import_module(f"services.{name}.app").SERVICE, stores).run())
    if done.before == done.after:
        out(f"{name}: vị trí {done.after}, không đưa lại gì · nothing was put back")
    else:
        out(f"{name}: đã đưa lại {done.before + 1}–{done.after} · put back, byte for byte")
    if done.unvouched:
        note(
            f"✗ {name}: sau vị trí {done.after} JetStream còn {done.unvouched} thông điệp mà sổ cái, checkpoint không "
            "bảo đảm: không đưa lại; hãy nêu checkpoint mới hơn (--checkpoint) · the broker has more that neither the "
            "ledger nor a checkpoint vouches for: left out; bring a newer checkpoint"
        )
    if done.known > done.after:
        note(
            f"✗ {name}: có checkpoint của {done.known} sự kiện, ở đây có {done.after} · a checkpoint speaks of "
            f"{done.known} events, here are {done.after}"
        )
    return 1 if done.unvouched or done.known > done.after else 0
