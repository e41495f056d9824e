"""Odd requests at a real service's door: never a 500, never a status that the service's own document does not name."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from services.reporting.app import SERVICE as REPORTING
from shared.doors.openapi import SHARED
from shared.wiring import Service
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, serving

ODD = [
    *(b"", b"0", b"-1", b"1", b"1001", b"9" * 40, b"1e9", b"a,b", b"null", b"true", b"[]"),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "²".encode(),
        "１".encode(),
        "\u202e".encode(),
        "Ă\u0306".encode(),
    ),
    *(b"x" * 3000, b"../..", b"%", b"' or 1=1", b"{{7*7}}", b"\r\nX: y"),
    *(b"registry:1", b"registry:" + b"9" * 30, b"2026-02-30", b"01900000-0000-7000-8000-000000000000"),
]
"""Values of parameters, parts of paths and headers."""
BODIES = [
    *(b"", b"\xff", b"[]", b"{}", b"null", b'{"a":1,"a":1}', b'"\\ud800"', b"1e999", b"[" * 3000, b"{" * 20),
    *(b'{"command":"x"}', b'[{"command":[]}]', b'[null,1,"x",{}]'),
]
METHODS = ("get", "post")
ENDLESS = "text/event-stream"
"""The answer goes on for as long as somebody listens."""


@pytest.fixture(params=[REGISTRY, APPRAISAL, AWARDS, REPORTING], ids=lambda service: service.name)
async def doors(request: pytest.FixtureRequest, site: Site) -> AsyncIterator[Doors]:
    service: Service = request.param
    async with reporting(site) if service is REPORTING else serving(site, service) as doors:
        yield doors


def asked(chance: random.Random, path: str, operation: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """An address, headers and a body with odd things in the places that the document names, and in others."""
    address = path
    for part in [p for p in path.split("/") if p.startswith("{")]:
        address = address.replace(part, quote_from_bytes(chance.choice(ODD) or b"-", safe=""))
    told = [
        SHARED[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in operation.get("parameters", ())
    ]
    named = [p["name"] for p in told if p["in"] == "query"]
    query = [f"{name}={quote_from_bytes(chance.choice(ODD))}" for name in named if chance.random() < 0.7]
    if chance.random() < 0.2:
        query.append(f"{quote_from_bytes(chance.choice(ODD))}=1")
    headers: dict[str, str] = {}
    if chance.random() < 0.3:
        headers["Idempotency-Key"] = (
            chance.choice(ODD).decode("latin-1").replace("\r\n", " ").replace("\x00", " ")
        )
    if chance.random() < 0.2:
        headers["X-Correlation-Id"] = (
            chance.choice(ODD).decode("latin-1").replace("\r\n", " ").replace("\x00", " ")
        )
    return address + ("?" + "&".join(query) if query else ""), headers, chance.choice(BODIES)


async def test_every_status_of_an_odd_request_is_documented_and_none_is_500(doors: Doors) -> None:
    document: dict[str, Any] = (await doors.http.get("/openapi.json")).json()
    chance = random.Random(20_261_129)
    wrong: list[str] = []
    token = doors._headers("operator", None, "")  # pyright: ignore[reportPrivateUsage]
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item or ENDLESS in item[method]["responses"]["200"]["content"]:
                continue
            for _ in range(3):
                address, headers, body = asked(chance, path, item[method])
                who = {} if chance.random() < 0.1 else token
                answer = await doors.http.request(
                    method, httpx.URL("http://service" + address),
                    headers=[(n.encode(), v.encode("latin-1")) for n, v in {**headers, **who}.items()],
                    content=body if method == "post" else None,
                )  # fmt: skip
                if answer.status_code >= 500 and answer.status_code != 503:
                    wrong.append(f"{method} {address}: {answer.status_code}")
                elif str(answer.status_code) not in item[method]["responses"] and not_elsewhere(answer):
                    wrong.append(
                        f"{method} {path}: {answer.status_code} {answer.text[:200]} is not documented"
                    )
    assert wrong == []


def not_elsewhere(answer: httpx.Response) -> bool:
    """An odd part of a path may lead to another address, or to none."""
    if answer.status_code not in (404, 405):
        return True
    return json.loads(answer.content)["code"] not in ("path.unknown", "method.not-allowed")


UNKNOWN = ["/log/entries?limit=1001", "/log/entries?limit=5&limit=6", "/log/head?x=1", "/health/live?x=1"]


@pytest.mark.parametrize("path", UNKNOWN)
async def test_what_a_query_does_not_have_is_refused(doors: Doors, path: str) -> None:
    answer = await doors.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "query.malformed")
