"""Odd messages at the NATS door, as bytes on the wire: each is answered or dropped, and the service hears the next."""

# Tokens are made by the doors of a test.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from services.registry.app import SERVICE as REGISTRY
from tests.support.service import Doors, Site, serving, until
from tests.support.wires import wire as bare_wire

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

SUBJECT = b"cmd.registry.register-unit"
INBOX = b"_INBOX.odd.1"


class Wire:
    """A client that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, raw: bytes) -> None:
        self._writer.write(raw)

    def publish(
        self, headers: bytes | None, body: bytes, reply: bytes = INBOX, subject: bytes = SUBJECT
    ) -> None:
        to = subject + (b" " + reply if reply else b"")
        if headers is None:
            self.say(b"PUB %s %d\r\n%s\r\n" % (to, len(body), body))
        else:
            size = len(headers)
            self.say(b"HPUB %s %d %d\r\n%s%s\r\n" % (to, size, size + len(body), headers, body))

    async def hears(self, seconds: float, until: bytes = b"") -> bytes:
        """Everything that comes, until this came or nothing comes for so long."""
        heard = b""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(seconds):
                    if not (more := await self._reader.read(65536)):
                        break
                    heard += more
                    if b"PING\r\n" in more:
                        self.say(b"PONG\r\n")
                    if until and until in heard:
                        break
        return heard


@asynccontextmanager
async def wire(url: str) -> AsyncGenerator[Wire, None]:
    where = urlsplit(url)
    async with bare_wire(where.port or 0, where.hostname or "") as (reader, writer):
        one = Wire(reader, writer)
        one.say(b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n')
        one.say(b"SUB %s 1\r\nPING\r\n" % INBOX)
        await one.hears(0.3)
        yield one


def headers(*lines: bytes, first: bytes = b"NATS/1.0") -> bytes:
    return first + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


async def is_heard(doors: Doors, one: Wire) -> None:
    """A plain request is answered, over the connection that the service had all the time."""
    unit = f"u-{uuid4().hex[:12]}"
    token = doors._headers("operator", None, "")["Authorization"].encode()
    body = json.dumps({"unit": unit, "name": "Tổ dân phố 1", "kind": "other"}).encode()
    one.publish(headers(b"Authorization: " + token), body)
    assert b"Http-Status: 200" in (heard := await one.hears(5, b"Http-Status: 200")), heard[-500:]
    answer = await doors.get(f"/units/{unit}", role="operator")
    assert answer.status_code == 200


ODD_HEADERS = {
    "none at all": b"",
    "one byte": b"N",
    "the first line alone": b"NATS/1.0",
    "the first line, ended once": b"NATS/1.0\r\n",
    "a status that is no number": headers(first=b"NATS/1.0 abc"),
    "a status in other digits": headers(first="NATS/1.0 ４０１".encode()),
    "a status in no encoding": headers(first=b"NATS/1.0 \xff\xfe\xfd"),
    "a description in no encoding": headers(first=b"NATS/1.0 503 \xff\xfe"),
    "another protocol": headers(b"a: b", first=b"HTTP/1.1"),
    "a line without a colon": headers(b"Authorization"),
    "a name in no encoding": headers(b"\xff\xfe: x"),
    "a value in no encoding": headers(b"Authorization: Bearer \xff\xfe\xed\xa0\x80"),
    "a control in a value": headers(b"Idempotency-Key: \x00\x07\x1b"),
    "the same twice": headers(b"Idempotency-Key: 1", b"idempotency-key: 2", b"Idempotency-Key: 3"),
    "an empty name": headers(b": x"),
    "a folded line": headers(b"X-Correlation-Id: a", b" b: c"),
    "ten thousand": headers(*(b"x-%d: y" % n for n in range(10_000))),
    "one of 200 KB": headers(b"Authorization: Bearer " + b"x" * 200_000),
    "zeros": b"\x00" * 64,
}


async def test_whatever_a_message_says_before_its_body_the_next_is_heard(site: Site) -> None:
    async with serving(site, REGISTRY) as doors, wire(site.nats_url) as one:
        await until(lambda: doors.running.broker.opened == 1)
        await is_heard(doors, one)
        for odd in ODD_HEADERS.values():
            one.publish(odd, b"{}")
            await is_heard(doors, one)
        for reply in (b"\xff\xfe", b"", b"a.b", "ừ".encode(), b"x" * 3000, SUBJECT, b">"):
            one.publish(None, b"{}", reply)
            await is_heard(doors, one)
        for subject in (
            SUBJECT + b".x",
            b"cmd.registry",
            b"cmd.registry.",
            b"cmd.nobody.register-unit",
            b"cmd.registry.no-such",
        ):
            one.publish(None, b"{}", subject=subject)
            await is_heard(doors, one)
        assert doors.running.broker.opened == 1, "the connection was not lost meanwhile"


async def test_every_odd_body_is_answered_and_leaves_nothing(site: Site) -> None:
    chance = random.Random(20_261_129)
    bodies = [b"", b"\xff", b"[]", b"null", b'"\\ud800"', b"{", b"[" * 5000, b'{"a":1,"a":2}', b"1e999",
              b'{"unit":"\xed\xa0\x80"}', b'{"unit":"u-\\u0000"}', b" " * 300_000, b"{" + b" " * 900_000 + b"}",
              *(chance.randbytes(chance.randrange(1, 400)) for _ in range(40))]  # fmt: skip
    async with serving(site, REGISTRY) as doors, wire(site.nats_url) as one:
        await is_heard(doors, one)
        before = doors.running.log.known_head
        token = headers(b"Authorization: " + doors._headers("operator", None, "")["Authorization"].encode())
        for body in bodies:
            one.publish(token, body)
        heard = b""
        while more := await one.hears(2.0):
            heard += more
        assert heard.count(b"Http-Status: 4") == len(bodies), heard.count(b"Http-Status:")
        assert doors.running.log.known_head == before
        await is_heard(doors, one)


async def test_who_wants_no_answer_is_heard_all_the_same(site: Site) -> None:
    async with serving(site, REGISTRY) as doors, wire(site.nats_url) as one:
        await is_heard(doors, one)
        unit = f"u-{uuid4().hex[:12]}"
        token = doors._headers("operator", None, "")["Authorization"].encode()
        body = json.dumps({"unit": unit, "name": "Tổ 1", "kind": "other"}).encode()
        one.publish(headers(b"Authorization: " + token), body, reply=b"")

        async def known() -> bool:
            return (await doors.get(f"/units/{unit}", role="operator")).status_code == 200

        await until(known)


async def test_what_comes_over_the_broker_is_counted_by_its_subject(site: Site) -> None:
    async with serving(site, REGISTRY) as doors, wire(site.nats_url) as one:
        await is_heard(doors, one)
        lines = (await doors.get("/metrics", role="operator")).text.splitlines()
        subject = f'handler="{SUBJECT.decode()}"'
        of_it = [line for line in lines if subject in line]
        [handled] = [line for line in of_it if line.startswith("faststream_received_messages_total")]
        assert float(handled.rpartition(" ")[2]) >= 1
