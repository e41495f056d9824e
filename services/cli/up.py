"""`dvk up`: servers and services of one data directory on this machine, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from services.cli import clock
from services.cli.certificates import certify
from services.cli.environment import Ports
from services.cli.importing.scheme import publish_scheme
from services.cli.places import data_dir
from services.cli.stack import Stack
from services.cli.telling import Failure, note, on_terminal, out
from shared import SERVICES


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")
    parser.add_argument(
        "--base-port", type=int, default=8000, metavar="P", help="cổng P+1 … P+7 · ports (8000)"
    )
    parser.add_argument(
        "--json", action="store_true", help="một dòng JSON khi sẵn sàng · one JSON line when ready"
    )
    parser.add_argument(
        "--now", metavar="TIME", help="thời điểm bắt đầu, RFC 3339 · what time it is to be here"
    )
    parser.add_argument(
        "--tls", action="store_true", help="từ nay dùng TLS ở đây · TLS everywhere here, from now on"
    )
    parser.add_argument(
        "--driver", choices=("motor", "pymongo"), default="motor", help="MongoDB driver (motor)"
    )


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if not 0 < args.base_port < 65_529:
        raise Failure("--base-port: từ 1 đến 65528", "--base-port: 1 to 65528")
    place = data_dir(args.data_dir)
    begin = clock.moment(args.now) if args.now else None
    if args.tls or place.authority is not None:  # where it is on, what ends soon is made anew
        certify(place.tls, place.authority_key, datetime.now(UTC))
    stack = Stack(place, Ports(args.base_port, tls=place.authority is not None), args.driver)
    with ending_on_signals() as ending:
        try:
            if not stack.start(ending, begin, lambda what: None if args.json else note(f"… {what}")):
                return 0
            for service, reason in stack.troubles.items():
                note(f"✗ {service} cần người vận hành · needs an operator: {reason}")
            if "log.behind" in stack.troubles.values():
                note(
                    "  dvk restore-log --data-dir … đưa lại các sự kiện còn thiếu · puts back what is missing"
                )
            if "log.restored" in stack.troubles.values():
                note("  dvk restore --accept --reason … --data-dir … cho đi tiếp · lets it go on")
            if stack.fresh and not stack.troubles:
                publish_scheme(place)
            if args.json or not on_terminal():
                out(json.dumps(stack.addresses()))
            else:
                tell(stack)
            stack.keep(ending)
        finally:
            stack.stop()
    if not args.json:
        note("Đã dừng · ended")
    return 0


@contextmanager
def ending_on_signals() -> Generator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; as often as they come, nothing is torn down half."""
    ending = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda _number, _frame: ending.set()) for number in numbers}
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell(stack: Stack) -> None:
    """Where everything listens, for a person."""
    where = stack.addresses()
    out(f"Sẵn sàng · ready   {stack.place.path}")
    for name in (*SERVICES, "nats", "mongo"):
        out(f"  {name:<10} {where[name]}")
    if stack.servers.mongo.authorised:
        shown = stack.place.mongo_passwords
        out(f"  {'':<10} người dùng và mật khẩu · users and passwords: {shown}")
    out(f"  {'console':<10} {where['console']}/   (dvk token … để đăng nhập · to sign in)")
    out(f"  {'clock':<10} {clock.now(stack.place).isoformat(timespec='seconds')}")
    out("Ctrl-C để dừng · to end")
