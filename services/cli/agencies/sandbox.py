"""`dvk sandbox`: all that an agency's developers need to try, on their own machine, in one command.

The whole system with the sample year of the demo in it, a NATS key with its guide, a token for the feed, the policy to
prove events with, and a webhook with a server of ours behind it that checks signatures and keeps what comes.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

from standardwebhooks import Webhook, WebhookVerificationError

from services.cli import tokens
from services.cli.agencies import hooks
from services.cli.agencies.place import place_of
from services.cli.agencies.register import Agency
from services.cli.agencies.verb import added
from services.cli.demo.cast import cast
from services.cli.demo.verb import arguments as of_the_demo
from services.cli.demo.verb import lived, shown_path, year_played
from services.cli.places import LOOPBACK, DataDir
from services.cli.stack import Stack
from services.cli.talking import OPERATOR, Actor, System
from services.cli.telling import Failure, heading, out
from services.cli.verifying.shown_keys import policy_lines
from services.cli.writing import write_secret
from services.reporting.feed.public import PREFIX

DATA_DIR = ".sandbox"
NATS, HOOK = "sandbox", "sandbox-webhook"
READER = Actor("dvk:sandbox", "subscriber")
PATIENCE_SECONDS = 120.0
RECEIVED = "received.ndjson"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    of_the_demo(parser)
    parser.set_defaults(data_dir=DATA_DIR)


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the webhook was told all that the feed has."""
    directory = Path(args.data_dir).expanduser().resolve() / "agencies"
    title = ("Sân thử cho cơ quan nhận sự kiện", "a sandbox for agencies that are told")
    with receiving(directory / HOOK) as url:
        return lived(args, title, partial(opened, url), stays=not args.once)


def opened(url: str, stack: Stack, system: System, ending: threading.Event) -> bool:
    """Everything is made and told where it is; True once the webhook was told all that the feed has."""
    if year_played(stack, system, cast(), ending) is None:
        return False
    place, given = stack.place, argparse.Namespace(out=None, address=None, webhook=url)
    told_on_the_broker(system)
    here = place_of(str(place.path), None)
    if NATS not in here.agencies():
        added(here, Agency(name=NATS, key=""), given)
    if (hook := hooks.hooks_of(system).get(HOOK)) is None:
        hooks.added(system, Agency(name=HOOK, key=""), given, place)
    else:
        given.what = "move"
        hooks.acted(system, hook, given, place)
    where = place.path / "agencies"
    write_secret(where / "token", tokens.make(place, READER.sub, READER.role, READER.unit))
    (where / "keys.policy").write_text("\n".join(policy_lines(system)) + "\n", "utf-8")
    tell(place, system)
    return arrived(system, where / HOOK / RECEIVED, ending)


def told_on_the_broker(system: System) -> None:
    """Wait until the public events are on the broker: there is no consumer before there is a stream."""
    until = monotonic() + PATIENCE_SECONDS
    while monotonic() < until:
        rows = system.get("reporting", "/followers", OPERATOR)
        if any(row["name"] == "public" and row["state"] == "running" and not row["lag"] for row in rows):
            return
        sleep(0.3)
    raise Failure(
        f"NATS chưa có sự kiện {PREFIX}", f"NATS has no events {PREFIX} yet: dvk followers says why"
    )


def arrived(system: System, received: Path, ending: threading.Event) -> bool:
    """True once what came to the webhook is what the feed has, byte for byte."""
    wanted = system.file("reporting", "/feed", READER).content
    until = monotonic() + PATIENCE_SECONDS
    while monotonic() < until and not ending.is_set():
        if received.exists() and received.read_bytes().endswith(wanted):
            out(
                f"webhook: {wanted.count(10)} sự kiện đã đến, chữ ký đúng · events came, signed as they should be"
            )
            return True
        sleep(0.3)
    return False


def tell(place: DataDir, system: System) -> None:
    """Where everything is, and what to type first."""
    where, feed = shown_path(place.path / "agencies"), f"{system.url('reporting')}/feed"
    heading("Thử", "try")
    for line in (
        f'curl -H "Authorization: Bearer $(cat {where}/token)" {feed}',
        f'curl -N -H "Authorization: Bearer $(cat {where}/token)" {feed}/live',
        f"NATS      {where}/{NATS}/guide.vi.md · guide.en.md: Python, Node, nats",
        f"webhook   {where}/{HOOK}/guide.vi.md · guide.en.md; {RECEIVED}: những gì đã đến · what came",
        f"dvk agency list|test {NATS}|test {HOOK}|rewind {HOOK} --from start --data-dir {shown_path(place.path)}",
        f"dvk agency move {HOOK} --webhook http://127.0.0.1:PORT/ --data-dir {shown_path(place.path)}",
        f"dvk verify event {where}/{HOOK}/{RECEIVED} --policy {where}/keys.policy --data-dir {shown_path(place.path)}",
        "docs/integrators.md, docs/agencies/asyncapi.json, docs/agencies/schemas/",
    ):
        out(f"  {line}")


@contextmanager
def receiving(directory: Path) -> Generator[str]:
    """A server on this machine that takes what is signed with the agency's secret and keeps it, a line each."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """One delivery: kept before it is answered."""
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                secret = (directory / f"{HOOK}.whsec").read_text("ascii")
                Webhook(secret).verify(body, dict(self.headers))
                if b'"position":' in body:  # `dvk agency test` sends what is no event of the log
                    with (directory / RECEIVED).open("ab") as file:
                        file.write(body + b"\n")
            except (OSError, ValueError, WebhookVerificationError):
                self.answered(401)
            else:
                self.answered(204)

        def answered(self, status: int) -> None:
            """Nothing but the status."""
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
            """The terminal is for other things."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Receiver)
    serving = threading.Thread(target=server.serve_forever, name="webhook", daemon=True)
    serving.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
