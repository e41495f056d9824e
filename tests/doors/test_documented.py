"""What the services' own documents promise, tried with requests made from these documents: fitting ones and others."""

# The library types its cases and checks only in part.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, cast

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from tests.support.reporting import reporting
from tests.support.service import Doors, Site, serving

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(300)]

EXAMPLES = 3
"""Requests per address and kind (fitting, not fitting)."""
CHECKS: list[Any] = [status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = ("operator", "auditor")

Opened = Callable[[Site], AbstractAsyncContextManager[Doors]]
SERVICES: dict[str, Opened] = {
    "registry": lambda site: serving(site, REGISTRY),
    "appraisal": lambda site: serving(site, APPRAISAL),
    "awards": lambda site: serving(site, AWARDS),
    "reporting": reporting,
}


@pytest.fixture(params=SERVICES)
async def doors(request: pytest.FixtureRequest, site: Site) -> AsyncIterator[Doors]:
    async with SERVICES[request.param](site) as doors:
        yield doors


def drawn(operation: Any, mode: GenerationMode) -> list[Case[Any]]:
    """Some requests for one address, the same in every run."""
    cases: list[Case[Any]] = []

    @seed(20_261_129)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Case[Any]) -> None:
        cases.append(case)

    with suppress(Unsatisfiable):  # what takes nothing cannot be asked for wrongly
        draw()
    return cases


async def answered(doors: Doors, case: Case[Any], who: dict[str, str]) -> httpx.Response:
    """The answer of the running service, to the very bytes that `requests` would send."""
    said = requests.Request(**case.as_transport_kwargs(base_url="http://service", headers=who)).prepare()
    body = said.body.encode() if isinstance(said.body, str) else said.body or b""
    sent = [(name.encode(), value.encode("latin-1", "replace")) for name, value in as_text(said.headers)]
    answer = await doors.http.request(
        said.method or "", said.url or "", headers=sent, content=cast(bytes, body)
    )
    answer.request.read()
    return answer


def as_text(headers: Mapping[str, str | bytes]) -> Iterator[tuple[str, str]]:
    """Heads as text, whichever way they were made."""
    for name, value in headers.items():
        yield name, value.decode("latin-1") if isinstance(value, bytes) else value


def endless(item: dict[str, Any]) -> bool:
    """Whether the answer goes on for as long as somebody listens."""
    return "text/event-stream" in item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})


async def test_every_answer_is_one_that_the_document_names(doors: Doors) -> None:
    document: dict[str, Any] = (await doors.http.get("/openapi.json")).json()
    for path in [path for path, item in document["paths"].items() if endless(item)]:
        del document["paths"][path]
    schema = schemathesis.openapi.from_dict(document)
    wrong: list[str] = []
    tokens = [doors._headers(role, None, "") for role in ROLES]
    for number, found in enumerate(schema.get_all_operations()):
        operation: Any = found.ok()  # pyright: ignore[reportAttributeAccessIssue] - a document of ours is valid
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for case in await asyncio.to_thread(drawn, operation, mode):
                answer = await answered(doors, case, tokens[number % len(tokens)])
                told = f"{case.method} {case.formatted_path}: {answer.status_code}"
                if answer.status_code >= 500 and answer.status_code != 503:
                    wrong.append(f"{told} {answer.text[:200]}")
                try:
                    case.validate_response(Response.from_httpx(answer, verify=False), checks=CHECKS)
                except (Failure, FailureGroup) as failure:
                    wrong.append(f"{told} {failure}"[:600])
    assert not wrong, "\n".join(wrong)
