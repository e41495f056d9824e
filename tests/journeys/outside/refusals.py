"""Bad input over every door: each is answered clearly, nothing is half done, nothing stands in the log."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from tests.journeys.outside.acts import NONE_TOKEN
from tests.journeys.outside.sending import Answer, Client, Sent, Wish
from tests.journeys.outside.system import System

CLOCKS_APART_SECONDS = 10
"""So much may the clock of whoever makes tokens differ: a token that ran out just now is still taken."""

DOORS = ("http", "nats", "batch")
MODEL: dict[str, Any] = {
    "unit": "20194", "name": "Tổ tự quản", "scope": "Toàn phường", "beneficiaries": "Nhân dân", "content": "Vận động",
    "year": 2026, "basis": "new", "on": "2026-02-01",
    "subjects": [{"kind": "collective", "type": "residential_area", "name": "Tổ 5", "unit": "20194"}],
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One wrong thing: what is sent otherwise, and what the answer must be."""

    what: str
    status: int
    code: str
    body: dict[str, Any] | None = None
    raw: bytes | None = None
    who: str = "officer-20194"
    token: str | None = None
    doors: tuple[str, ...] = DOORS

    def wish(self) -> Wish:
        body = {k: v for k, v in {**MODEL, **(self.body or {})}.items() if v is not ...}
        return Wish(
            "registry", "register-model", "/models", "model", body, self.who, None, self.raw, self.token
        )


def rows(system: System) -> Iterator[Row]:
    """The issue's table, and a few more."""
    yield Row("an unknown field", 422, "field.unknown", {"colour": "red"})
    yield Row("a field that is missing", 422, "field.missing", {"scope": ...})
    yield Row("a wrong type", 422, "field.wrong-type", {"name": ["a"]})
    yield Row("a number as text", 422, "field.wrong-type", {"year": "2026"})
    yield Row("600 characters", 422, "text.too-long", {"name": "x" * 600})
    yield Row("nothing but spaces", 422, "text.empty", {"name": "   "})
    yield Row("a float", 422, "number.not-an-integer", {"year": 2026.5}, doors=("http", "nats"))
    yield Row("null", 422, "null.not-allowed", {"address": None}, doors=("http", "nats"))
    yield Row("a date in the future", 422, "date.in-future", {"on": "2099-01-01"})
    yield Row("a date too early", 422, "date.too-early", {"on": "2019-12-31"})
    yield Row("70 kB", 413, "event.too-large", {"content": "x" * 70_000})
    yield Row("not JSON", 400, "json.malformed", raw=b"{'a': 1}", doors=("http", "nats"))
    yield Row("not UTF-8", 400, "json.not-utf8", raw=b'{"name": "\xff"}', doors=("http", "nats"))
    yield Row("a list", 422, "body.not-an-object", raw=b"[]", doors=("http", "nats"))
    yield Row("a foreign unit's officer", 403, "not-allowed", who="officer-20197")
    yield Row("a role that may not", 403, "not-allowed", who="auditor-1")
    yield Row("an unknown unit", 404, "unit.unknown", {"unit": "khong-co"}, who="officer-thanh-uy")
    expired = system.make_token("officer-20194", "unit_officer", "20194", ttl="1s")
    time.sleep(1 + CLOCKS_APART_SECONDS + 2)
    for what, token in (("an expired token", expired), ("alg none", NONE_TOKEN), ("no token", "")):
        yield Row(what, 401, "", token=token)


async def wrong_answers(system: System, client: Client) -> list[str]:
    """Every row over every door; what was answered otherwise."""
    found: list[str] = []
    for row in rows(system):
        for door in row.doors:
            sent = Sent(str(uuid4()), row.wish())
            (answer,) = (
                await client.send_batch([sent]) if door == "batch" else [await client.send(sent, door)]
            )
            code = str(answer.body.get("code", ""))
            if answer.status == 0 and door == "batch" and (row.status == 401 or row.who == "auditor-1"):
                continue  # the whole request is refused, once
            if (
                answer.status != row.status
                or answer.body.get("status") != row.status
                or not code.startswith(row.code)
            ):
                found.append(f"{row.what} over {door}: {answer.status} {answer.body}")
    found += await _decomposed(client)
    found += await _reused(client)
    return found


async def _decomposed(client: Client) -> list[str]:
    """Letters taken apart are put together, over every door."""
    found: list[str] = []
    name = unicodedata.normalize("NFD", "Đường hoa phường Hải Vân")
    for door in DOORS:
        wish = Row("", 200, "", {"name": name}).wish()
        answer = await _over(client, Sent(str(uuid4()), wish), door)
        if not answer.done or answer.body["event"]["data"]["name"] != unicodedata.normalize("NFC", name):
            found.append(f"decomposed letters over {door}: {answer}")
    return found


async def _reused(client: Client) -> list[str]:
    """One id over all doors: the same answer for the same request, `command.reused` for another."""
    found: list[str] = []
    wish = Row("", 200, "").wish()
    ident = str(uuid4())
    first = await client.send(Sent(ident, wish), "http")
    for door in DOORS:
        again = await _over(client, Sent(ident, wish), door)
        if again.said() != first.said():
            found.append(f"the same again over {door}: {again}, first {first}")
        other = await _over(client, Sent(ident, replace(wish, body={**wish.body, "name": "Khác"})), door)
        if (other.status, other.body.get("code")) != (409, "command.reused") or "event" in other.body:
            found.append(f"the same id with another body over {door}: {other}")
        someone = await _over(client, Sent(ident, replace(wish, who="officer-thanh-uy")), door)
        if someone.status != 409 or "event" in someone.body or "Tổ tự quản" in json.dumps(someone.body):
            found.append(f"the same id from somebody else over {door}: {someone}")
    return found


async def _over(client: Client, sent: Sent, door: str) -> Answer:
    (answer,) = await client.send_batch([sent]) if door == "batch" else [await client.send(sent, door)]
    return answer
