"""Odd texts in every place of every body that the services' own documents name: each is refused by its character."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from typing import Any

import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from services.reporting.app import SERVICE as REPORTING
from shared.reference.authority import FOR_A_UNIT, ROLES
from shared.wiring import Service
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, serving

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

ODD = [
    "a\u200bb", "a\uf0b7b", "a\ufffeb", "a\x01b", "a\x85b", "a\u202eb", "a\u2066b", "a\U000e0041b", "\ufeffa",
    "a\ufffdb", "a\u2028b", "a\u00adb", "a\u3164b", "a\U0010ffff", "a\ufff9b", "a\ufffcb", "a\u034fb", "a\u200eb",
    "\x00", "a\ue000",
]  # fmt: skip
DEEPEST = 5
JSON = "application/json"
ID = "01900000-0000-7000-8000-000000000000"
Place = tuple[str, ...]
ITEM = "[]"

Sent = tuple[str, str, Place, dict[str, Any]]
"""Method, path, the place of the odd text, and the body."""


@pytest.fixture(params=[REGISTRY, APPRAISAL, AWARDS, REPORTING], ids=lambda service: service.name)
async def doors(request: pytest.FixtureRequest, site: Site) -> AsyncIterator[Doors]:
    service: Service = request.param
    async with reporting(site) if service is REPORTING else serving(site, service) as doors:
        yield doors


def texts(schema: dict[str, Any], schemas: dict[str, Any], place: Place = ()) -> Iterator[Place]:
    """Where a text may stand in what a schema describes."""
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for kind in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(kind, ()):
            yield from texts(one, schemas, place)
    if schema.get("type") == "string":
        yield place
    if len(place) < DEEPEST:
        for name, member in schema.get("properties", {}).items():
            yield from texts(member, schemas, (*place, name))
        if schema.get("type") == "array":
            yield from texts(schema.get("items", {}), schemas, (*place, ITEM))


def holding(place: Place, text: str) -> Any:
    """A body with this text in this place and nothing else."""
    if not place:
        return text
    inside = holding(place[1:], text)
    return [inside] if place[0] == ITEM else {place[0]: inside}


def sent(document: dict[str, Any]) -> Iterator[Sent]:
    """A body for every place of a text of every body that is an object."""
    odd, schemas = cycle(ODD), document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method in ("post", "put"):
            content = item.get(method, {}).get("requestBody", {}).get("content", {})
            if JSON not in content or path == "/batch":
                continue
            for place in sorted(set(texts(content[JSON]["schema"], schemas))):
                yield method, re.sub(r"{\w+}", ID, path), place, holding(place, next(odd))


async def test_every_text_of_every_body_is_looked_at(doors: Doors) -> None:
    document: dict[str, Any] = (await doors.http.get("/openapi.json")).json()
    wrong: list[str] = []
    tried = 0
    for method, path, place, body in sent(document):
        answer = await asked(doors, method, path, body)
        said = answer.json()
        tried += 1
        if said["code"] in ("follower.unknown", "id.not-the-paths"):
            continue  # what it is about stands in the path, and is looked at first
        if answer.status_code != 422 or not said["code"].startswith("text.") or "character" not in said:
            wrong.append(f"{method} {path} {place}: {answer.status_code} {said['code']}")
    assert not wrong, "\n".join(wrong[:20])
    assert tried > (0 if doors.running.service is REPORTING else 100)


async def asked(doors: Doors, method: str, path: str, body: Any) -> Any:
    """The answer to the first role that may ask."""
    answer = None
    for role in ("operator", *sorted(ROLES - {"operator"})):
        unit = "20242" if role in FOR_A_UNIT else None
        headers = doors._headers(role, unit, "")  # pyright: ignore[reportPrivateUsage]
        answer = await doors.http.request(method, path, json=body, headers=headers)
        if answer.status_code not in (401, 403):
            return answer
    return answer
