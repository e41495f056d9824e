"""Which system a verb speaks to: the arguments every such verb has, and what they mean."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.cli.places import data_dir, services_of
from services.cli.talking import System, local, remote


def connection(parser: argparse.ArgumentParser) -> None:
    """Which system is meant: one that runs here, or one elsewhere."""
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")
    parser.add_argument(
        "--url", action="append", metavar="SERVICE=URL", help="địa chỉ dịch vụ · of a remote system"
    )
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="mã truy cập · token for a remote system"
    )


def system_of(args: argparse.Namespace) -> System:
    """The system that the arguments of `connection` mean."""
    place = data_dir(args.data_dir)
    urls = services_of(place, args.url)
    return remote(urls, args.token_file) if args.token_file else local(place, urls)
