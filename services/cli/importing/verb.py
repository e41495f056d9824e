"""`dvk import`: units, models, the baseline and the scheme from files, as often as one likes."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.cli.importing import baseline, models, scheme, units
from services.cli.importing.sending import send
from services.cli.places import data_dir, services_of
from services.cli.talking import System, local, remote

WHAT = {"units": units.wishes, "models": models.wishes, "scheme": scheme.wishes}
NAMES = {"units": "Đơn vị", "models": "Mô hình", "scheme": "Đề án"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("what", choices=(*WHAT, "baseline"), help="nhập gì · what")
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="CSV, XLSX; scheme, baseline: JSON"
    )
    connection(parser)
    parser.add_argument("--check", action="store_true", help="chỉ kiểm tra tệp, không gửi · check only")
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


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


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if args.what == "baseline":
        return baseline.run(args.files, None if args.check else system_of(args), args.json)
    if args.what != "scheme" and not args.files:
        raise scheme.Failure(f"import {args.what}: nêu tệp cần nhập", f"import {args.what}: name a file")
    wishes = WHAT[args.what](args.files)
    if args.check:
        print(f"{len(wishes)} lệnh hợp lệ · commands, all of them valid")
        return 0
    return send(system_of(args), wishes, NAMES[args.what]).tell(args.json)
