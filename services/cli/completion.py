"""`dvk completion`: what a shell needs to complete verbs, options and their choices.

dvk completion bash > /etc/bash_completion.d/dvk
"""

from __future__ import annotations

import argparse
from importlib import import_module

import shtab

from services.cli.telling import out


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("shell", choices=shtab.SUPPORTED_SHELLS, help="cho shell nào · for which shell")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    out(shtab.complete(whole(), shell=args.shell))
    return 0


def whole() -> argparse.ArgumentParser:
    """One parser of all verbs; only here are all of them read at once."""
    from services.cli.main import VERBS

    parser = argparse.ArgumentParser(prog="dvk")
    parser.add_argument("--version", action="store_true")
    verbs = parser.add_subparsers()
    for row in VERBS:
        import_module(row.module).arguments(verbs.add_parser(row.name, help=f"{row.vi} · {row.en}"))
    return parser
