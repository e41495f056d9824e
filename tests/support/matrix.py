"""A city with one thing of every kind, of a ward and of the city, and everybody who might want to read it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from importlib import import_module
from threading import Thread
from typing import Any

import httpx
import orjson

from services.cli.docs import extension
from services.cli.tokens import make
from shared import SERVICES
from shared.contracts.catalog import written
from shared.eventlog.port import Recorded
from shared.process.running import application, assemble
from shared.reference.access import SEATS, Relation, Seat
from shared.store import mongo
from tests.support.every import golden
from tests.support.lives import City
from tests.support.papers import pdf
from tests.support.processes import NothingSeen
from tests.support.service import Doors, Site, until

WARD, BELOW, ELSEWHERE, NOWHERE = "20209", "pn-20209", "20194", "khong-ai-biet"
COMMITTEE, CITY_UNIT = "thanh-uy", "btgdv"


def _id(number: int) -> str:
    return f"0190b4f0-7f3c-7cc2-9d57-{number:012x}"


(
    MODEL, STANDING, PROPOSAL, ADOPTION, DOCUMENT, ACTIVITY, PLAN, CRITERIA, DOSSIER, DOSSIER_TOO, RECOGNISED, LISTED,
    ROUND, CITY_ROUND, COMMENDATION, CITY_COMMENDATION, PUBLISHED, CITY_PUBLISHED,
) = (_id(number) for number in range(101, 119))  # fmt: skip
LISTING = _id(130)
REVOCATION = _id(131)
REPORT = f"{WARD}:2026"
PAPER = pdf()
OFFICER = "the-officer"
GROUP = {"kind": "collective", "type": "residential_area", "name": "Tổ 5"}
"""The account that brought the ward's file and named the ward's person."""


@dataclass(frozen=True)
class Reader:
    """Somebody: a role, the unit of the token, and what a thing of the ward is to them."""

    role: str
    unit: str | None
    of_ward: Relation

    @property
    def seat(self) -> Seat:
        """From where they read."""
        return next(s for s in SEATS if s.role == self.role and (s.level == "city") is self.is_of_the_city)

    @property
    def is_of_the_city(self) -> bool:
        """True for the city's bodies, and for roles that are had for no unit."""
        return self.unit in (None, CITY_UNIT, COMMITTEE)

    @property
    def judges_for_the_city(self) -> bool:
        """True for who appraises or decides for the city, and so reads everything."""
        return self.unit == CITY_UNIT and self.role != "unit_officer"

    def __str__(self) -> str:
        return f"{self.role} of {self.unit or 'no unit'}"


PLACES: tuple[tuple[str, Relation], ...] = (
    (WARD, "own"), (BELOW, "other"), (ELSEWHERE, "other"), (CITY_UNIT, "other"), (COMMITTEE, "own"),
)  # fmt: skip
READERS = (
    *(
        Reader(role, unit, near)
        for role in ("unit_officer", "appraiser", "approver")
        for unit, near in PLACES
    ),
    *(Reader(role, None, "other") for role in ("auditor", "operator", "subscriber", "service")),
)


def events() -> City:
    """The things that are on record when the services start: one event each, as its golden file has it."""
    town = City(3)

    def told(service: str, name: str, stream: str, **says: Any) -> None:
        said = orjson.loads(golden(written(service, name)))["data"]
        town.tell(getattr(town, service), stream, name, {**said, "on": "2026-02-01", **says})

    def unit(code: str, kind: str, parent: str | None) -> None:
        said = {"unit": code, "name": f"Đơn vị {code}", "kind": kind, "parent": parent, "on": "2026-01-05"}
        town.tell(town.registry, f"unit/{code}", "UnitRegistered", said)

    unit(COMMITTEE, "city_committee", None)
    unit(CITY_UNIT, "commission", COMMITTEE)
    unit(WARD, "commune_committee", COMMITTEE)
    unit(ELSEWHERE, "commune_committee", COMMITTEE)
    unit(BELOW, "organisation", WARD)
    told(
        "registry",
        "PolicyPublished",
        "policy/scheme",
        effective_from="2026-01-01",
        reporting_unit_kinds=["commune_committee"],
    )
    told("registry", "LegalBasisRecorded", "legal-basis/cu", code="cu", replaced_by=None)
    for model in (MODEL, STANDING):
        said = {"model": model, "unit": WARD, "adopted_from": None, "subjects": [GROUP]}
        told("registry", "ModelRegistered", f"model/{model}", **said)
    told(
        "registry",
        "InspectionRecorded",
        f"model/{MODEL}",
        model=MODEL,
        evidence=None,
        by={"office": "Ban Dân vận"},
    )
    told("registry", "ReplicationProposed", f"replication/{PROPOSAL}", replication=PROPOSAL, model=MODEL, unit=WARD,
         adoptions=None, scope="own_unit")  # fmt: skip
    told("registry", "ReplicationAdopted", f"adoption/{ADOPTION}", adoption=ADOPTION, model=MODEL, unit=WARD,
         responsible={"office": "Bí thư"})  # fmt: skip
    told(
        "registry",
        "UnitReportSubmitted",
        f"unit-report/{REPORT}",
        unit_report=REPORT,
        unit=WARD,
        period="2026",
    )
    told(
        "registry",
        "UnitDocumentRecorded",
        f"unit-document/{DOCUMENT}",
        document=DOCUMENT,
        unit=WARD,
        evidence=None,
    )
    told("registry", "ActivityRecorded", f"activity/{ACTIVITY}", activity=ACTIVITY, unit=WARD, models=[MODEL],
         evidence=None)  # fmt: skip
    told("registry", "TokensRevoked", f"revocation/{REVOCATION}", revocation=REVOCATION)
    told("registry", "InspectionsPlanned", f"inspection-plan/{PLAN}", plan=PLAN, unit=WARD)
    told("appraisal", "CriteriaPublished", f"criteria-set/{CRITERIA}", criteria_set=CRITERIA)
    for dossier in (DOSSIER, DOSSIER_TOO):
        told("appraisal", "DossierSubmitted", f"appraisal/{dossier}", appraisal=dossier, model=MODEL, unit=WARD,
             model_unit=WARD, replication=None, criteria_set=CRITERIA)  # fmt: skip
    about = {"model": MODEL, "model_unit": WARD, "unit": WARD}
    told(
        "awards",
        "RecognitionOpened",
        f"recognition/{DOSSIER}",
        recognition=DOSSIER,
        appraisal=DOSSIER,
        **about,
    )
    standing = {**about, "model": STANDING}
    told("awards", "RecognitionOpened", f"recognition/{RECOGNISED}", recognition=RECOGNISED, appraisal=RECOGNISED,
         **standing)  # fmt: skip
    told("awards", "ModelRecognised", f"recognition/{RECOGNISED}", recognition=RECOGNISED, appraisal=RECOGNISED,
         **standing)  # fmt: skip
    told("awards", "ListingOpened", f"listing/{LISTING}", listing=LISTING, appraisal=DOSSIER, **about)
    told("awards", "ListingOpened", f"listing/{LISTED}", listing=LISTED, appraisal=RECOGNISED, **standing)
    told("awards", "ModelListed", f"listing/{LISTED}", listing=LISTED, appraisal=RECOGNISED, **standing)
    told("awards", "FormsPublished", "forms/scheme")
    rounds = (ROUND, WARD, "grassroots", COMMENDATION), (CITY_ROUND, None, "city", CITY_COMMENDATION)
    for round, of, level, commendation in rounds:
        told("awards", "RoundOpened", f"round/{round}", round=round, unit=of, level=level, model=None)
        told("awards", "CommendationProposed", f"round/{round}", round=round, commendation=commendation, level=level,
             models=None, model=None, unit=of, achievement=f"Thành tích {commendation}", held_before=None,
             recipient={**GROUP, "unit": of or CITY_UNIT})  # fmt: skip
    for publication, scope in ((PUBLISHED, f"unit/{WARD}"), (CITY_PUBLISHED, "city")):
        told("reporting", "SummaryPublished", f"publication/{publication}", publication=publication, scope=scope,
             ledger_size=1, period="2026", cut_off="2026-12-14")  # fmt: skip
    told("reporting", "HeadsRecorded", "witnessed-log/all")
    return town


async def fill(site: Site, town: City) -> None:
    """Put each service's events into its log, as they would lie there."""
    client = mongo.connect(site.mongo_url, "pymongo")
    for source in town.sources:
        log = mongo.database(client, f"{site.prefix}_{source.service}")["log"]
        await log.insert_many([_document(event) for event in source.events])
    await mongo.close(client)


def _document(event: Recorded) -> dict[str, Any]:
    return {
        "_id": event.position, "stream": event.stream, "version": event.version, "type": event.type, "time": event.time,
        "command": event.envelope["commandid"], "request": b"", "event": event.raw.decode(), "leaf": event.leaf,
    }  # fmt: skip


@dataclass
class Everybody:
    """The four services of the city, and the means to knock at them."""

    site: Site
    doors: dict[str, Doors]
    person: str = ""
    files: dict[str, str] = field(default_factory=dict[str, str])
    assignment: str = ""
    _tokens: dict[Reader, str] = field(default_factory=dict[Reader, str])

    def headers(self, reader: Reader) -> Mapping[str, str]:
        """The reader's authorisation; only an officer of the ward itself is the account of the ward's acts."""
        if reader not in self._tokens:
            sub = OFFICER if reader == READERS[0] else f"{reader.role}-{reader.unit}"
            sub = "service:appraisal" if reader.role == "service" else sub
            self._tokens[reader] = make(self.site.place, sub, reader.role, reader.unit)
        return {"Authorization": f"Bearer {self._tokens[reader]}"}

    async def ask(self, service: str, reader: Reader, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request."""
        http = self.doors[service].http
        return await http.request(method, path, headers=self.headers(reader), **sent)


@asynccontextmanager
async def everybody(site: Site) -> AsyncGenerator[Everybody]:
    """The city, from its services' start to their end."""
    await fill(site, events())
    nothing = ThreadingHTTPServer(("127.0.0.1", 0), NothingSeen)
    Thread(target=nothing.serve_forever, daemon=True).start()
    try:
        async with AsyncExitStack() as stack:
            url = f"http://127.0.0.1:{nothing.server_port}"
            doors = {name: await stack.enter_async_context(_serving(site, name, url)) for name in SERVICES}
            for one in doors.values():
                for name in one.running.peers:
                    one.hears(doors[name])
            found = Everybody(site, doors)
            await _play(found)
            yield found
    finally:
        nothing.shutdown()
        nothing.server_close()


@asynccontextmanager
async def _serving(site: Site, name: str, reporting: str) -> AsyncGenerator[Doors]:
    service = import_module(f"services.{name}.app").SERVICE
    settings = site.settings(name, DVK_REPORTING_URL=reporting)
    running = assemble(settings, service, extension(name))
    app = application(running)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{name}", timeout=60) as http,
    ):
        doors = Doors(site, running, http)

        async def ready() -> bool:
            return bool((await doors.get("/health/ready")).json()["commands"])

        await until(ready, 90)
        yield doors


async def _play(found: Everybody) -> None:
    """What only a running service makes: a person with a sealed name, files, and what is known of all of it."""
    officer = READERS[0]
    named = {"unit": WARD, "responsible": {"name": "Nguyễn Thị Bảy"}}
    answer = await found.ask("registry", officer, "POST", "/assignments", json=named)
    assert answer.status_code == 200, answer.text
    event = answer.json()["event"]
    found.assignment, found.person = event["data"]["assignment"], event["data"]["responsible"]["id"]
    for service in ("registry", "appraisal", "awards"):

        async def known(service: str = service) -> bool:
            sent = {"files": {"file": ("Biên bản.pdf", PAPER, "application/pdf")}}
            answer = await found.ask(service, officer, "POST", "/evidence", **sent)
            if answer.status_code == 200:
                found.files[service] = answer.json()["sha256"]
            return answer.status_code == 200

        await until(known, 60)  # a moment until the ward is known there
    document = {
        "unit": WARD, "kind": "plan", "number": "1-KH", "dated": "2026-02-01", "title": "Kế hoạch", "for": "2026",
        "evidence": {"sha256": found.files["registry"], "name": "a.pdf", "media_type": "application/pdf",
                     "size": len(PAPER)},
    }  # fmt: skip
    answer = await found.ask("registry", officer, "POST", "/unit-documents", json=document)
    assert answer.status_code == 200, answer.text
    ends = {name: await doors.running.log.head() for name, doors in found.doors.items()}
    after = "&".join(f"after={name}:{end}" for name, end in ends.items())

    async def told() -> bool:
        auditor = next(reader for reader in READERS if reader.role == "auditor")
        return (await found.ask("reporting", auditor, "GET", f"/models?{after}")).status_code == 200

    await until(told, 90)
