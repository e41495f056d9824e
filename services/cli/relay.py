"""`dvk relay reset`: what the broker holds is put in a file, then taken away, and the log is published anew."""

from __future__ import annotations

import argparse
import asyncio
import base64
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import nats.js.errors
import orjson

from services.cli.broker import Broker
from services.cli.connection import connection, system_of
from services.cli.places import data_dir
from services.cli.talking import OPERATOR, System
from services.cli.telling import Failure, note, out, progress
from shared import SERVICES

LOOK_SECONDS = 0.3
PATIENCE_SECONDS = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("what", choices=("reset",), help="phát lại từ đầu · publish anew")
    parser.add_argument("service", choices=SERVICES, metavar="SERVICE", help="dịch vụ nào · which service")
    parser.add_argument("--reason", required=True, help="lý do, được ghi vào nhật ký · goes on record")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="tệp lưu những gì JetStream đang giữ · what the broker held",
    )
    connection(parser)
    parser.add_argument("--nats", metavar="URL", help="JetStream của hệ thống · of the system")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the relay runs again and has published the whole log."""
    system, service = system_of(args), args.service
    place = data_dir(args.data_dir)
    url = args.nats or (place.addresses() or {}).get("nats")
    if url is None:
        raise Failure("Nêu --nats", "Name --nats")
    if (relay := relay_of(system, service))["state"] != "stopped":
        raise Failure(
            f"{service}: bộ phát đi không đứng yên ({relay['state']}); không có gì để lập lại",
            f"{service}: the relay does not stand still ({relay['state']}): nothing to reset",
        )
    note(f"✗ {service}: {relay.get('reason', '')}")
    file = args.export or Path(f"{service}-jetstream-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.ndjson")
    messages = asyncio.run(export(Broker(url, place.authority), service.upper(), file))
    digest = sha256(file.read_bytes()).hexdigest()
    out(f"{file}: {messages} thông điệp · messages · SHA-256 {digest}")
    body = {"reason": args.reason, "messages": messages, "sha256": digest}
    answer = system.post(service, f"/relays/{service}/reset", body, OPERATOR, str(uuid4()))
    out(f"{service}: đã ghi nhận ở vị trí {answer['position']}, đang phát lại · recorded, publishing anew")
    if not published(system, service, answer["position"]):
        return 1
    try_again(system, service)
    return 0


def relay_of(system: System, service: str) -> dict[str, Any]:
    """How the relay of a service is."""
    rows: list[dict[str, Any]] = system.get(service, "/followers")
    return next(row for row in rows if row["name"] == "relay")


async def export(broker: Broker, stream: str, file: Path) -> int:
    """Put every message that the broker holds in a new file, as it is found; the last sequence.

    One line each: sequence, subject, headers, and the bytes in base64, because they may be no event at all.
    Failure when the file is there already or there is nothing to put in it.
    """
    connected = await broker.connect()
    try:
        js = connected.jetstream(timeout=10)
        try:
            last = int((await js.stream_info(stream)).state.last_seq)
        except nats.js.errors.NotFoundError:
            raise Failure(
                f"JetStream không có luồng {stream}", f"The broker has no stream {stream}"
            ) from None
        with opened_anew(file) as lines, progress(stream, last) as step:
            async for line in held(js, stream, last):
                lines.write(line + b"\n")
                step()
        return last
    finally:
        await connected.close()


def opened_anew(file: Path) -> Any:
    """A file that was not there; what somebody exported before is never written over."""
    try:
        return file.open("xb")
    except OSError as error:
        raise Failure(f"Không ghi được {file}", f"Cannot write {file}: {error}") from error


async def held(js: Any, stream: str, last: int) -> AsyncIterator[bytes]:
    """The lines of an export; a sequence that was deleted has none, one that cannot be read says so."""
    for sequence in range(1, last + 1):
        try:
            found = await js.get_msg(stream, sequence)
        except nats.js.errors.NotFoundError:
            continue
        except nats.js.errors.APIError as unreadable:
            yield orjson.dumps({"sequence": sequence, "unreadable": str(unreadable)})
            continue
        yield orjson.dumps({
            "sequence": sequence,
            "subject": found.subject,
            "headers": dict(found.headers or {}),
            "data": base64.b64encode(found.data or b"").decode(),
        })  # fmt: skip


def published(system: System, service: str, position: int) -> bool:
    """Wait until the relay has published the log up to a position; False when it does not within a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    with progress(service, 1) as step:
        while (relay := relay_of(system, service))["state"] != "running" or relay["position"] < position:
            if time.monotonic() > until:
                note(f"✗ {service}: {relay['state']} {relay.get('reason', '')}")
                return False
            time.sleep(LOOK_SECONDS)
        step()
    return True


def try_again(system: System, source: str) -> None:
    """Followers that stopped at what the broker held of a service try again, with what it holds now."""
    for service in system.urls:
        rows: list[dict[str, Any]] = system.get(service, "/followers")
        for row in rows:
            if row["source"] == source and row["state"] == "stopped":
                system.call(service, f"/followers/{row['name']}/retry?source={source}", OPERATOR)
                note(f"{service} {row['name']} ← {source}: thử lại · tries again")
