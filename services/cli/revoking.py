"""`dvk revoke`: access tokens are taken back before their time, at every door within seconds."""

from __future__ import annotations

import argparse
import time
import uuid

from services.cli.clock import moment
from services.cli.connection import connection, system_of
from services.cli.talking import OPERATOR
from services.cli.telling import out


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    connection(parser)
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--jti", help="một mã truy cập, theo mã riêng của nó · one token, by its own id")
    whose.add_argument("--sub", help="mọi mã truy cập của tài khoản · all tokens of an account")
    parser.add_argument(
        "--before",
        metavar="TIME",
        help="chỉ những mã cấp trước lúc này (mặc định: bây giờ) · made before, with --sub (now)",
    )
    parser.add_argument("--reason", required=True, help="lý do, lưu mãi mãi · why; it is kept for ever")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    body: dict[str, object] = {"reason": args.reason}
    if args.sub is None:
        body["jti"] = args.jti
    else:  # what was made in this second too
        until = int(time.time()) + 1 if args.before is None else int(moment(args.before).timestamp())
        body |= {"sub": args.sub, "before": until}
    answer = system_of(args).post("registry", "/revocations", body, OPERATOR, str(uuid.uuid4()))
    out(f"Đã thu hồi · taken back: {answer['stream']}")
    return 0
