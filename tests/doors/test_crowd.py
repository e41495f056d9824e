"""Many who ask the same at one moment, while commands come, are answered as one who asks alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from shared import SERVICES
from tests.doors.test_access_matrix import address, probes_of, routes
from tests.support import matrix
from tests.support.matrix import READERS, WARD, Everybody
from tests.support.service import Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

MANY = 12
OFFICER, AUDITOR = READERS[0], next(reader for reader in READERS if reader.role == "auditor")
ENDLESS = "GET /feed/live"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found(site: Site) -> AsyncIterator[Everybody]:
    async with matrix.everybody(site) as everybody:
        yield everybody


def questions(found: Everybody, service: str) -> Iterator[str]:
    """An address of every route that answers."""
    probes = probes_of(found)[service]
    for name, _ in routes(service):
        if name.startswith("GET ") and name != ENDLESS:
            yield address(name, probes)


async def something_happens(found: Everybody) -> None:
    """So that there is more to sign, to follow and to show."""
    assignment = {"unit": WARD, "responsible": {"office": "Bí thư"}}
    answer = await found.ask("registry", OFFICER, "POST", "/assignments", json=assignment)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("service", SERVICES)
async def test_a_dozen_who_ask_the_same_at_once_are_told_what_one_is(found: Everybody, service: str) -> None:
    wrong: list[str] = []
    for path in questions(found, service):
        await something_happens(found)
        crowd = await asyncio.gather(*(found.ask(service, AUDITOR, "GET", path) for _ in range(MANY)))
        alone = await found.ask(service, AUDITOR, "GET", path)
        if strange := [each for each in crowd if each.status_code != alone.status_code]:
            wrong.append(
                f"{path}: {alone.status_code}, in a crowd {len(strange)} times {strange[0].text[:200]}"
            )
    assert not wrong, "\n".join(wrong)
