"""Every role on every command, over HTTP and over NATS: who may not is told so before anything else is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from shared.reference.authority import FOR_A_UNIT, ROLES
from shared.wiring import CommandRow
from tests.support.counters import DOORS, Counters, Who, assert_is_a_problem, open_counters
from tests.support.service import Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

SERVICES = {service.name: service for service in (REGISTRY, APPRAISAL, AWARDS)}

MAY = """
registry   /units /units/amend /units/close /policies /legal-bases /people/erase /revocations : operator
registry   /models : unit_officer operator
registry   /models/receive /models/return /models/rate /models/inspect /replications/endorse : unit_officer appraiser
registry   /people/link : operator appraiser
registry   /models/renew /adoptions/milestone /adoptions/amend-roadmap : unit_officer
registry   /unit-documents /activities /assignments /assignments/end /inspection-plans : unit_officer
registry   /unit-documents/correct /activities/correct /assignments/correct /inspection-plans/correct : appraiser
registry   /models/amend /models/reclassify /models/progress /models/confirm-maintenance : unit_officer
registry   /models/suspend /models/resume /models/end /models/guide : unit_officer
registry   /replications /replications/withdraw /adoptions /adoptions/outcome : unit_officer
registry   /unit-reports/amend : unit_officer
registry   /unit-reports : unit_officer operator
registry   /models/correct /replications/correct /adoptions/correct /unit-reports/correct : appraiser
appraisal  /criteria-sets : operator approver
appraisal  /criteria-sets/correct : approver
appraisal  /appraisals /appraisals/supplement /appraisals/withdraw : unit_officer
appraisal  /appraisals/accept /appraisals/return /appraisals/survey /appraisals/request-opinion : appraiser
appraisal  /appraisals/opinion /appraisals/assess /appraisals/complete /appraisals/reopen : appraiser
appraisal  /appraisals/correct : appraiser
appraisal  /appraisals/declare-conflict : appraiser approver
awards     /recognitions /listings /forms : operator
awards     /recognitions/recognise /recognitions/decline /recognitions/defer /recognitions/revoke : approver
awards     /recognitions/correct /listings/correct /listings/list /listings/refuse /listings/delist : approver
awards     /rounds : appraiser
awards     /rounds/allocate /rounds/grant /rounds/reject /rounds/cancel /rounds/close /rounds/reopen : approver
awards     /rounds/propose : unit_officer appraiser
awards     /rounds/correct : appraiser approver
"""
"""The catalogue's "Who", command by command."""


def told() -> dict[tuple[str, str], set[str]]:
    """The table by service and path without ids."""
    found: dict[tuple[str, str], set[str]] = {}
    for line in MAY.strip().splitlines():
        left, _, roles = line.partition(" : ")
        service, *paths = left.split()
        found |= {(service, path): set(roles.split()) for path in paths}
    return found


def short(row: CommandRow) -> str:
    return row.path.replace(f"/{{{row.placeholder}}}", "")


OPEN = {
    (name, short(row)): row
    for name, service in SERVICES.items()
    for row in service.commands
    if not row.internal
}
KEYS = {"unit": "khong-co", "unit_report": "khong-co:2027", "code": "khong-co"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counters(site: Site) -> AsyncIterator[Counters]:
    async with open_counters(site, list(SERVICES.values())) as found:
        yield found


async def test_the_table_has_every_command() -> None:
    assert OPEN.keys() - told().keys() == set(), "each has a line of the table in this file: who may"
    assert told().keys() - OPEN.keys() == set(), "the table has lines of no command"


@pytest.mark.parametrize(("service", "path"), [pytest.param(*key, id=" ".join(key)) for key in OPEN])
async def test_who_may_and_who_may_not(counters: Counters, service: str, path: str) -> None:
    row, may = OPEN[service, path], told()[service, path]
    key = row.aggregate.key
    body: dict[str, Any] = {key: KEYS.get(key, str(uuid4()))} if row.aggregate.fixed is None else {}
    if not row.creates or key == "unit_report":
        body |= {"surely": "unknown"}
    if key == "unit_report" and row.creates:
        body.pop(key)
    head = await counters.head(service)

    for role in sorted(ROLES):
        for door in DOORS:
            status, answer = await counters.ask(door, service, row, body, Who.of(role))
            assert_is_a_problem(answer, status)
            if role in may:
                assert status == 422, f"{role} over {door}: {answer}"
            else:
                assert (status, answer["code"]) == (403, "not-allowed"), f"{role} over {door}: {answer}"

    assert await counters.head(service) == head


@pytest.mark.parametrize("role", sorted(FOR_A_UNIT))
async def test_a_role_that_is_had_for_a_unit_is_nothing_without_one(counters: Counters, role: str) -> None:
    for name, service in SERVICES.items():
        row = next((one for one in service.commands if not one.internal and role in one.roles), None)
        if row is None:
            continue
        body = {row.placeholder: str(uuid4())} if row.placeholder else {}
        for door in DOORS:
            status, answer = await counters.ask(door, name, row, body, Who(role))
            assert (status, answer["code"]) == (401, "token.unit-missing"), f"{name} over {door}: {answer}"
            assert_is_a_problem(answer, status)
        shown = await counters.doors[name].get(f"{row.aggregate.collection}/{uuid4()}", role)
        assert (shown.status_code, shown.json()["code"]) == (401, "token.unit-missing")


FOLLOWERS = [
    ("/followers/relay/retry", {}),
    ("/followers/relay/skip", {"source": "registry", "position": 1, "reason": "x"}),
    ("/relays/nobody/reset", {"messages": 1, "sha256": "ab" * 32, "reason": "x"}),
]


@pytest.mark.parametrize("service", SERVICES)
async def test_only_operators_help_followers(counters: Counters, service: str) -> None:
    for path, body in FOLLOWERS:
        for role in sorted(ROLES - {"operator"}):
            answer = await counters.doors[service].post(path, body, role, Who.of(role).unit)
            assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed"), (path, role)
        assert (await counters.doors[service].post(path, body, "operator")).status_code == 404
