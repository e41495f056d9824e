"""Every cell of every route of the four OpenAPI documents: what the table says is what somebody at the door gets."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import pytest_asyncio

from services.cli.access import operations
from services.reporting.documents.rule_views import RULE_VIEWS
from services.reporting.documents.views import VIEWS, View
from services.reporting.figures.lists import BY_PATH
from shared import SERVICES
from shared.doors.openapi import ACCESS
from shared.reference import access
from shared.reference.access import Relation, Sees
from tests.support import matrix
from tests.support.matrix import (
    ACTIVITY,
    ADOPTION,
    CITY_COMMENDATION,
    CITY_PUBLISHED,
    CITY_ROUND,
    COMMENDATION,
    COMMITTEE,
    CRITERIA,
    DOCUMENT,
    DOSSIER,
    DOSSIER_TOO,
    ELSEWHERE,
    LISTED,
    LISTING,
    MODEL,
    NOWHERE,
    OFFICER,
    PLAN,
    PROPOSAL,
    PUBLISHED,
    READERS,
    RECOGNISED,
    REPORT,
    REVOCATION,
    ROUND,
    STANDING,
    WARD,
    Everybody,
    Reader,
)  # fmt: skip
from tests.support.promised import openapi
from tests.support.service import Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

ALL_VIEWS = (*VIEWS, *RULE_VIEWS)
OF_LISTS = {f"GET {path}.{{suffix}}" for path in (*BY_PATH, *(view.path for view in ALL_VIEWS))}
BARE = str.maketrans("", "", "{}")
OF_WARD, OF_CITY = "of the ward", "of the city"
OF_STANDING = "of the ward, and stands"
OF_OFFICER = "of the officer"
NAMED = "named by a thing of the ward"
"""A file is to a reader what the nearest of those things is that name it: who reads one has it as an own one."""


@dataclass(frozen=True)
class Probe:
    """One request to a route: for a thing that is whose, and in a list the text by which the thing shows."""

    path: str
    whose: str
    shows: str | None = None
    kind: str | None = None
    """The kind of thing, where the route has things of several."""

    def near(self, reader: Reader) -> Relation:
        """What the thing is to the reader, said by hand."""
        if self.whose == OF_OFFICER and reader == READERS[0]:
            return "self"
        if reader.unit == COMMITTEE:
            return "own"
        if self.whose == OF_CITY:
            return "city"
        if reader.of_ward == "own" or (self.whose == NAMED and reader.judges_for_the_city):
            return "own"
        return "standing" if self.whose == OF_STANDING else "other"


def ward(path: str, shows: str | None = None) -> Probe:
    return Probe(path, OF_WARD, shows)


def city(path: str, shows: str | None = None) -> Probe:
    return Probe(path, OF_CITY, shows)


def standing(path: str) -> Probe:
    return Probe(path, OF_STANDING)


def history(kind: str, ident: str, whose: str = OF_WARD) -> Probe:
    return Probe(f"/histories/{kind}/{ident}", whose, kind=kind)


def paper(kind: str, ident: str, of: str) -> Probe:
    return Probe(f"/papers/{kind}/{ident}.docx", OF_WARD, kind=of)


def of_things(collection: str, *probes: tuple[str, str]) -> dict[str, list[Probe]]:
    """The two routes of an aggregate; its events are never public in part."""
    return {
        f"GET {collection}/{{key}}": [Probe(f"{collection}/{key}", whose) for key, whose in probes],
        f"GET {collection}/{{key}}/events": [
            Probe(f"{collection}/{key}/events", OF_WARD if whose == OF_STANDING else whose)
            for key, whose in probes
        ],
    }


OF_EVERY_LOG = {
    "GET /log/entries": [city("/log/entries")],
    "GET /log/tile/entries/{name}": [city("/log/tile/entries/000.p/1")],
    "GET /followers": [city("/followers")],
    "POST /followers/{name}/retry": [city("/followers/nobody/retry")],
    "POST /restored/accept": [city("/restored/accept?reason=")],
    "GET /health/ready": [city("/health/ready")],
    "GET /metrics": [city("/metrics")],
}


def probes_of(found: Everybody) -> dict[str, dict[str, list[Probe]]]:
    """By service and route: what is asked there."""
    whose = {"registry": NAMED}
    file = {
        name: {"GET /evidence/{sha256}": [Probe(f"/evidence/{sha}", whose.get(name, OF_WARD))]}
        for name, sha in found.files.items()
    }
    person = f"/people/{found.person}"
    return {
        "registry": {
            **OF_EVERY_LOG, **file["registry"],
            **of_things("/units", (WARD, OF_WARD)), **of_things("/policies", ("scheme", OF_CITY)),
            **of_things("/legal-bases", ("cu", OF_CITY)),
            **of_things("/models", (MODEL, OF_WARD), (STANDING, OF_STANDING)),
            **of_things("/replications", (PROPOSAL, OF_WARD)), **of_things("/adoptions", (ADOPTION, OF_WARD)),
            **of_things("/unit-reports", (REPORT, OF_WARD)), **of_things("/unit-documents", (DOCUMENT, OF_WARD)),
            **of_things("/activities", (ACTIVITY, OF_WARD)), **of_things("/inspection-plans", (PLAN, OF_WARD)),
            **of_things("/revocations", (REVOCATION, OF_CITY)),
            **of_things("/assignments", (found.assignment, OF_WARD)),
            "GET /people": [ward("/people?name=nguyen%20thi%20bay", found.person)],
            "GET /people/{person}": [ward(person)],
            "GET /people/{person}/receipt": [city(f"{person}/receipt")],
            "GET /people/{person}/events": [city(f"{person}/events")],
        },
        "appraisal": {
            **OF_EVERY_LOG, **file["appraisal"], **of_things("/criteria-sets", (CRITERIA, OF_WARD)),
            **of_things("/appraisals", (DOSSIER, OF_WARD)),
        },
        "awards": {
            **OF_EVERY_LOG, **file["awards"], **of_things("/forms", ("scheme", OF_CITY)),
            **of_things("/recognitions", (DOSSIER, OF_WARD), (RECOGNISED, OF_STANDING)),
            **of_things("/listings", (LISTING, OF_WARD), (LISTED, OF_STANDING)),
            **of_things("/rounds", (ROUND, OF_WARD), (CITY_ROUND, OF_CITY)),
            "POST /witness/forget": [city("/witness/forget?log=ledger&reason=")],
        },
        "reporting": {**OF_EVERY_LOG, **of_reporting()},
    }  # fmt: skip


def of_reporting() -> dict[str, list[Probe]]:
    unit = f"?unit={WARD}"
    return {
        **of_things("/publications", (PUBLISHED, OF_WARD), (CITY_PUBLISHED, OF_CITY)),
        **of_things("/witnessed-logs", ("all", OF_CITY)),
        "GET /ledger/entries": [city("/ledger/entries")],
        "GET /ledger/tile/entries/{name}": [city("/ledger/tile/entries/000.p/1")],
        "POST /rebuild": [city("/rebuild")],
        "GET /rebuild": [city("/rebuild")],
        "GET /readmodels": [city("/readmodels")],
        "GET /baseline": [city("/baseline")],
        "GET /summaries/{period}": [ward(f"/summaries/2026{unit}"), city("/summaries/2026")],
        "GET /figures/{period}/{key}": [
            ward(f"/figures/2026/models.registered_new{unit}"), city("/figures/2026/models.registered_new")],
        "GET /series/{period}": [ward(f"/series/2026{unit}"), city("/series/2026")],
        "GET /scorecards/{year}": [ward("/scorecards/2026", f'"unit":"{WARD}"')],
        "GET /scorecards/{year}/{unit}": [ward(f"/scorecards/2026/{WARD}")],
        "GET /exceptions/{period}": [ward(f"/exceptions/2026{unit}"), city("/exceptions/2026")],
        "GET /published": [ward("/published", PUBLISHED), city("/published", CITY_PUBLISHED)],
        "GET /published/{publication}": [ward(f"/published/{PUBLISHED}"), city(f"/published/{CITY_PUBLISHED}")],
        "GET /published/{publication}.bundle": [city(f"/published/{CITY_PUBLISHED}.bundle")],
        "GET /histories/actors/{sub}": [Probe(f"/histories/actors/{OFFICER}", OF_OFFICER)],
        "GET /histories/{kind}/{ident}": [
            history("model", MODEL), history("model", f"{MODEL}.pdf"), history("model", f"{MODEL}.bundle"),
            history("unit", WARD), history("appraisal", DOSSIER), history("recognition", DOSSIER),
            history("listing", LISTING), history("replication", PROPOSAL), history("adoption", ADOPTION),
            history("unit-report", REPORT), history("round", ROUND), history("round", CITY_ROUND, OF_CITY),
            history("commendation", COMMENDATION), history("commendation", CITY_COMMENDATION, OF_CITY),
            history("criteria-set", CRITERIA), history("policy", "scheme", OF_CITY), 
            history("forms", "scheme", OF_CITY),
            history("legal-basis", "cu", OF_CITY), history("publication", PUBLISHED),
            history("publication", CITY_PUBLISHED, OF_CITY),
        ],
        "GET /compare": [ward(f"/compare?appraisals={DOSSIER},{DOSSIER_TOO}")],
        "GET /due": [ward("/due?limit=500", DOSSIER)],
        "GET /replications/{model}": [ward(f"/replications/{MODEL}")],
        "GET /inspections": [ward("/inspections", MODEL)],
        "GET /models": [ward("/models", MODEL)],
        "GET /models/{model}": [ward(f"/models/{MODEL}")],
        "GET /search": [ward("/search?q=đơn%20vị", f'"unit":"{WARD}"')],
        "GET /events": [ward(f"/events?kind=model&unit={WARD}", MODEL)],
        "GET /units": [ward("/units", f'"unit":"{WARD}"')],
        "GET /appraisals": [ward("/appraisals", DOSSIER)],
        "GET /recognitions": [ward("/recognitions", DOSSIER)],
        "GET /listings": [ward("/listings", LISTING)],
        "GET /replications": [ward("/replications", PROPOSAL)],
        "GET /adoptions": [ward("/adoptions", ADOPTION)],
        "GET /unit-reports": [ward("/unit-reports", REPORT)],
        "GET /unit-reports/{ident}": [ward(f"/unit-reports/{REPORT}")],
        "GET /unit-documents": [ward("/unit-documents", DOCUMENT)],
        "GET /activities": [ward("/activities", ACTIVITY)],
        "GET /assignments": [ward("/assignments", f'"unit":"{WARD}"')],
        "GET /inspection-plans": [ward("/inspection-plans", PLAN)],
        "GET /obligations/{year}": [ward("/obligations/2026", f'"unit":"{WARD}"')],
        "GET /papers/{kind}/{ident}": [
            paper("registration", MODEL, "model"), paper("dossier", DOSSIER, "appraisal"),
            paper("recognition", DOSSIER, "recognition"), paper("submission", WARD, "recognition"),
            Probe("/papers/submission/city.docx", OF_CITY, kind="recognition"),
            paper("adoption", ADOPTION, "adoption"), paper("proposal", PROPOSAL, "replication"),
            paper("unit-report", REPORT, "unit-report"), paper("commendations", ROUND, "round"),
            Probe(f"/papers/commendations/{CITY_ROUND}.docx", OF_CITY, kind="round"),
            Probe(f"/papers/recognition/{RECOGNISED}.docx", OF_STANDING, kind="recognised"),
        ],
        "GET /rounds": [ward("/rounds", ROUND), city("/rounds", CITY_ROUND)],
        "GET /rounds/{ident}": [ward(f"/rounds/{ROUND}"), city(f"/rounds/{CITY_ROUND}")],
        "GET /commendations": [ward("/commendations", COMMENDATION), city("/commendations", CITY_COMMENDATION)],
        "GET /commendations/{ident}": [
            ward(f"/commendations/{COMMENDATION}"), city(f"/commendations/{CITY_COMMENDATION}")],
        "GET /recognised": [Probe("/recognised?on=2027-01-01", OF_STANDING, RECOGNISED)],
        "GET /catalogue": [Probe("/catalogue?on=2027-01-01", OF_STANDING, LISTED)],
        "GET /feed": [Probe("/feed", OF_STANDING, RECOGNISED)],
        "GET /webhooks": [city("/webhooks")],
        "POST /webhooks": [city("/webhooks")],
        "GET /webhooks/{agency}": [city("/webhooks/nobody")],
        "PUT /webhooks/{agency}": [city("/webhooks/nobody")],
        "DELETE /webhooks/{agency}": [city("/webhooks/nobody")],
        **{f"POST /webhooks/{{agency}}/{verb}": [city(f"/webhooks/nobody/{verb}")]
           for verb in ("rotate", "resume", "rewind", "test")},
        "GET /feed/live": [Probe("/feed/live?wait=0", OF_STANDING, RECOGNISED)],
        "GET /notices": [city("/notices")],
        "GET /notices/address": [city("/notices/address")],
        "GET /policies": [city("/policies")],
        "GET /criteria-sets": [ward("/criteria-sets", CRITERIA)],
        "GET /forms": [city("/forms")],
        "GET /legal-bases": [city("/legal-bases")],
    }  # fmt: skip


def address(name: str, probes: dict[str, list[Probe]]) -> str:
    """An address of a route: of a thing that is there, where one is tried."""
    if name in probes:
        return probes[name][0].path
    return name.split()[1].replace("{suffix}", "csv").translate(BARE)


def routes(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, operation in operations(openapi()[service]):
        yield name, dict(operation)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found(site: Site) -> AsyncIterator[Everybody]:
    async with matrix.everybody(site) as everybody:
        yield everybody


def seen(status: int, body: str, probe: Probe) -> Sees:
    """What somebody was shown, by what came back."""
    if status in (401, 403):
        return "nothing"
    if probe.shows is not None:
        return "whole" if probe.shows in body else "nothing"
    return "public" if '"public":true' in body else "whole"


@pytest.mark.parametrize("service", SERVICES)
async def test_every_cell_of_every_route_that_answers(found: Everybody, service: str) -> None:
    probes = probes_of(found)[service]
    wrong: list[str] = []
    for name, operation in routes(service):
        kind = operation[ACCESS]
        if kind in (access.OPEN, access.COMMAND) or name in OF_LISTS:
            continue
        assert name in probes, f"{service} {name}: nobody tries it"
        for probe in probes.pop(name):
            for reader in READERS:
                answer = await found.ask(service, reader, name.split()[0], probe.path)
                wanted = access.cell(probe.kind or kind, reader.seat, probe.near(reader))
                if name.endswith("/events") and wanted == "public":
                    wanted = "nothing"
                got = seen(answer.status_code, answer.text, probe)
                if got != wanted or answer.status_code == 500:
                    wrong.append(f"{reader} at {service} {probe.path} ({probe.whose}): {got} ({answer.status_code}), "
                                 f"the table says {wanted}")  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert not probes, "tried, but no route"


async def test_the_file_of_a_list_holds_what_its_list_shows(found: Everybody) -> None:
    probes = probes_of(found)["reporting"]
    for path in BY_PATH:
        asked = probes[f"GET {path}"][0].path
        filters = asked.partition("?")[2]
        for reader in READERS:
            shown = await found.ask("reporting", reader, "GET", asked)
            file = await found.ask("reporting", reader, "GET", f"{path}.csv?{filters}")
            assert file.status_code == shown.status_code, f"{reader} at {path}: {file.text[:300]}"
            if shown.status_code == 200:
                rows = list(csv.reader(StringIO(file.text)))
                assert len(shown.json()["items"]) == sum(len(row) > 1 for row in rows) - 1, (
                    f"{reader} at {path}"
                )


@pytest.mark.parametrize("view", ALL_VIEWS, ids=lambda view: view.path)
async def test_the_file_of_what_is_no_list_holds_what_its_question_answers(
    found: Everybody, view: View
) -> None:
    for probe in probes_of(found)["reporting"][f"GET {view.asked}"]:
        path, _, filters = probe.path.partition("?")
        if view.path == "/quota/{period}":
            path = "/quota/2026"
        for reader in READERS:
            shown = await found.ask("reporting", reader, "GET", probe.path)
            file = await found.ask("reporting", reader, "GET", f"{path}.csv?{filters}")
            assert file.status_code == shown.status_code, f"{reader} at {probe.path}: {file.text[:300]}"
            if shown.status_code != 200:
                assert file.json()["code"] == shown.json()["code"]
            elif view.path != "/quota/{period}":
                rows = list(csv.reader(StringIO(file.text)))
                answer = shown.json()
                items = [row for item in answer[view.holder(answer)] for row in view.flat(item, answer)]
                assert len(items) == len(rows) - 1, f"{reader} at {probe.path}"


@pytest.mark.parametrize("service", SERVICES)
async def test_every_role_at_every_route_that_takes_commands(found: Everybody, service: str) -> None:
    for name, operation in routes(service):
        if operation[ACCESS] != access.COMMAND:
            continue
        method, path = name.split()
        for reader in READERS:
            sent = path.replace("{period}", "2026").replace("{", "").replace("}", "")
            answer = await found.ask(service, reader, method, sent, json={"nichts": 1})
            refused = (answer.status_code, answer.json().get("code")) == (403, "not-allowed")
            assert refused is (reader.role not in operation["x-roles"]), (
                f"{reader} at {service} {name}: {answer.text}"
            )


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_open_is_open_and_nothing_else_is(found: Everybody, service: str) -> None:
    probes = probes_of(found)[service]
    for name, operation in routes(service):
        method = name.split()[0]
        if operation[ACCESS] == access.OPEN:
            assert not operation["security"]
            continue
        answer = await found.doors[service].http.request(method, address(name, probes))
        if operation["security"][0] == {}:
            assert answer.json().keys() == {"ready"}
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "token.missing"), f"{service} {name}"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_for_a_unit_that_nobody_registered_opens_nothing(
    found: Everybody, service: str
) -> None:
    stranger = Reader("unit_officer", NOWHERE, "other")
    for name, probes in probes_of(found)[service].items():
        for probe in probes:
            answer = await found.ask(service, stranger, name.split()[0], probe.path)
            code = answer.json()["code"]
            assert answer.status_code == 403 and code in ("unit.unknown", "not-allowed"), (
                f"{probe.path}: {answer.text}"
            )
            if "unit_officer" in access.readers(probe.kind or promised_kind(service, name)):
                assert code == "unit.unknown", probe.path


def promised_kind(service: str, name: str) -> str:
    return dict(routes(service))[name][ACCESS]


# --- naming is no way to come to read -------------------------------------------------------------------


async def test_who_may_not_know_a_person_may_not_name_that_person(found: Everybody) -> None:
    other = Reader("unit_officer", ELSEWHERE, "other")
    own = {"unit": ELSEWHERE, "responsible": {"id": found.person}}

    refused = await found.ask("registry", other, "POST", "/assignments", json=own)

    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed"), refused.text
    again = await found.ask("registry", READERS[0], "POST", "/assignments", json={**own, "unit": WARD})
    assert again.status_code == 200, again.text


async def test_who_may_not_have_a_file_may_not_name_it(found: Everybody) -> None:
    other = Reader("unit_officer", ELSEWHERE, "other")
    document = {
        "unit": ELSEWHERE, "kind": "plan", "number": "2-KH", "dated": "2026-02-01", "title": "Kế hoạch", "for": "2026",
        "evidence": {"sha256": found.files["registry"], "name": "b.pdf", "media_type": "application/pdf",
                     "size": len(matrix.PAPER)},
    }  # fmt: skip

    refused = await found.ask("registry", other, "POST", "/unit-documents", json=document)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed"), refused.text

    sent = {"files": {"file": ("b.pdf", matrix.PAPER, "application/pdf")}}
    assert (await found.ask("registry", other, "POST", "/evidence", **sent)).status_code == 200
    taken = await found.ask("registry", other, "POST", "/unit-documents", json=document)
    assert taken.status_code == 200, "who has the bytes needs nobody's leave to name them"
