"""Files over HTTP: who may send and fetch them, what is not taken, and what commands may name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.cli.tokens import make
from services.registry.app import SERVICE as REGISTRY
from shared.doors.evidence import AROUND
from shared.evidence.naming import EXTENSIONS
from shared.evidence.sealing import sealed_name
from shared.reference.authority import ROLES
from shared.reference.media_types import PDF, PNG
from tests.support.counters import DOORS, Counters, Who, open_counters
from tests.support.papers import PAPERS, pdf, png
from tests.support.service import Site, until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

LIMIT = 300_000
NAME = "Ảnh chụp tại tổ dân phố số 5.pdf"
SERVICES = {service.name: service for service in (REGISTRY, APPRAISAL, AWARDS)}
RECEIVED, OTHERS = (str(uuid4()) for _ in range(2))
GROUP = {"kind": "collective", "type": "residential_area", "name": "Tổ 5"}
CITY = Who("unit_officer", "thanh-uy", "thanh-uy")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def counters(site: Site) -> AsyncIterator[Counters]:
    async with open_counters(site, list(SERVICES.values()), evidence_limit=LIMIT) as found:
        await populate(found)
        yield found


async def populate(counters: Counters) -> None:
    """Two communes, a model of each."""
    registry = counters.doors["registry"]
    units = [("thanh-uy", "city_committee"), ("20242", "commune_committee"), ("20194", "commune_committee")]
    for unit, kind in units:
        parent = {} if kind == "city_committee" else {"parent": "thanh-uy"}
        answer = await registry.post(
            "/units", {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind, **parent}
        )
        assert answer.status_code == 200, answer.text
    for model, unit in ((RECEIVED, "20242"), (OTHERS, "20194")):
        body = {"model": model, "unit": unit, "name": f"Mô hình của {unit}", "scope": "Tổ 5", "content": "Tiết kiệm",
                "beneficiaries": "Hộ nghèo", "year": 2026, "basis": "new", "subjects": [GROUP]}  # fmt: skip
        answer = await registry.post("/models", body, "unit_officer", unit)
        assert answer.status_code == 200, answer.text


async def upload(
    counters: Counters,
    data: bytes,
    kind: str = PDF,
    name: str = NAME,
    who: Who = CITY,
    service: str = "registry",
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {make(counters.site.place, who.sub, who.role, who.unit)}"}
    http = counters.doors[service].http
    return await http.post("/evidence", files={"file": (name, data, kind)}, headers=headers)


def inspection(evidence: dict[str, Any], model: str = RECEIVED) -> dict[str, Any]:
    return {"model": model, "kind": "self_inspection", "by": {"office": "Ban Dân vận"}, "findings": "Tốt",
            "conclusion": "on_course", "evidence": [evidence]}  # fmt: skip


INSPECT = next(row for row in REGISTRY.commands if row.path.endswith("/inspect"))


@pytest.mark.parametrize("kind", PAPERS)
async def test_every_kind_that_is_taken_comes_back_as_it_was(counters: Counters, kind: str) -> None:
    data = PAPERS[kind]()
    answer = await upload(counters, data, kind)
    assert answer.status_code == 200, answer.text
    kept = answer.json()
    assert kept.keys() == {"sha256", "name", "media_type", "size"}
    extension = EXTENSIONS[kind][0]
    assert kept["name"] == NAME.replace(".pdf", f".{extension}")
    assert (kept["media_type"], kept["size"]) == (kind, len(data))

    back = await counters.doors["registry"].get(f"/evidence/{kept['sha256']}")
    assert back.content == data
    assert back.headers["content-type"] == kind
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-disposition"].startswith(
        f'attachment; filename="anh-chup-tai-to-dan-pho-so-5.{extension}"; '
    )
    assert "filename*=UTF-8''%E1%BA%A2nh%20ch%E1%BB%A5p" in back.headers["content-disposition"]


async def test_a_file_is_handed_back_under_the_extension_of_what_it_is(counters: Counters) -> None:
    kept = (await upload(counters, pdf(), name="Biên bản: mới.hta")).json()
    assert kept["name"] == "Biên bản: mới.pdf"
    registry = counters.doors["registry"]
    told = (await registry.get(f"/evidence/{kept['sha256']}")).headers
    assert told["content-disposition"] == (
        "attachment; filename=\"bien-ban-moi.pdf\"; filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n-%20m%E1%BB%9Bi.pdf"
    )
    assert (told["content-type"], told["x-content-type-options"]) == (PDF, "nosniff")

    # What was kept before names had to say what they are.
    files = registry.running.database["evidence.files"]
    key = registry.running.files.keys.read(kept["sha256"]).key
    name = sealed_name(key, kept["sha256"], "Biên bản.PDF.hta")
    await files.update_one({"_id": kept["sha256"]}, {"$set": {"metadata.name": name}})
    told = (await registry.get(f"/evidence/{kept['sha256']}")).headers
    assert "bien-ban.pdf" in told["content-disposition"] and "hta" not in told["content-disposition"]


@dataclass(frozen=True)
class Bad:
    """A file that is not taken, and how that is said."""

    what: str
    status: int
    code: str
    data: bytes = b""
    kind: str = PDF
    name: str = NAME


BAD = [
    Bad("too large", 413, "evidence.too-large", pdf(LIMIT + 1)),
    Bad("much too large", 413, "evidence.too-large", pdf(LIMIT + AROUND + 100_000)),
    Bad("empty", 422, "evidence.empty"),
    Bad("of another type", 422, "evidence.not-of-its-type", png()),
    Bad("a type that is not taken", 422, "evidence.type-not-taken", b"<html>", "text/html"),
    Bad("of no type", 422, "evidence.type-not-taken", pdf(), "application/octet-stream"),
    Bad("a name of 600 characters", 422, "text.too-long", pdf(), name="ă" * 600),
    Bad("a name of blanks", 422, "text.empty", pdf(), name="   "),
    Bad("a name in a folder", 422, "evidence.name-not-taken", pdf(), name="../../etc/passwd"),
    Bad("a name that reads backwards", 422, "text.invisible-character", pdf(), name="a\u202efdp.exe"),
    Bad("a name of dots", 422, "evidence.name-not-taken", pdf(), name=".."),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.what)
async def test_what_is_not_taken_is_said_and_not_kept(counters: Counters, bad: Bad) -> None:
    files = counters.doors["registry"].running.database["evidence.files"]
    before = await files.count_documents({})
    answer = await upload(counters, bad.data, bad.kind, bad.name)
    assert (answer.status_code, answer.json()["code"]) == (bad.status, bad.code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] != bad.code and answer.json()["detail_en"] != bad.code
    assert await files.count_documents({}) == before


NOT_MULTIPART: dict[str, dict[str, Any]] = {
    "JSON": {"json": {"file": "x"}},
    "nothing": {},
    "a form without a file": {"data": {"file": "x"}},
    "two files": {"files": [("file", ("a", pdf(), PDF)), ("file", ("b", pdf(), PDF))]},
    "another part": {"files": {"tep": ("a", pdf(), PDF)}},
    "no boundary": {"content": b"--x", "headers": {"content-type": "multipart/form-data"}},
    "cut off": {"content": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n%PDF',
                "headers": {"content-type": "multipart/form-data; boundary=x"}},
}  # fmt: skip


@pytest.mark.parametrize("sent", NOT_MULTIPART.values(), ids=NOT_MULTIPART.keys())
async def test_a_body_that_is_no_form_with_one_file(counters: Counters, sent: dict[str, Any]) -> None:
    token = {"Authorization": f"Bearer {make(counters.site.place, 'x', 'unit_officer', '20242')}"}
    sent = {**sent, "headers": {**token, **sent.get("headers", {})}}
    answer = await counters.doors["registry"].http.post("/evidence", **sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence.not-multipart")


@pytest.mark.parametrize("service", SERVICES)
async def test_who_may_send_a_command_may_send_a_file(counters: Counters, service: str) -> None:
    senders = {role for row in SERVICES[service].commands for role in row.roles}
    for role in sorted(ROLES):
        answer = await upload(counters, png(), PNG, who=Who.of(role), service=service)
        assert answer.status_code == (200 if role in senders else 403), f"{role}: {answer.text}"


@pytest.mark.parametrize("door", [*DOORS, "batch"])
async def test_a_command_names_only_what_is_held(counters: Counters, door: str) -> None:
    kept = (await upload(counters, pdf())).json()
    registry = counters.doors["registry"]

    async def send(evidence: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body = inspection(evidence)
        if door != "batch":
            return await counters.ask(door, "registry", INSPECT, body, CITY)
        answer = await registry.post(
            "/batch", [{"command": "record-inspection", **body}], CITY.role, CITY.unit
        )
        [item] = answer.json()
        return item["status"], item

    head = await counters.head("registry")
    for wrong in ({"sha256": "0" * 64}, {"size": kept["size"] + 1}, {"media_type": PNG}):
        status, answer = await send({**kept, **wrong})
        assert (status, answer["code"]) == (404, "evidence.unknown"), wrong
    assert await counters.head("registry") == head

    status, answer = await send({**kept, "name": "tên khác.pdf"})
    assert status == 200, answer


async def test_a_document_of_a_registration_is_evidence_too(counters: Counters) -> None:
    nowhere = {"sha256": "1" * 64, "name": "a.pdf", "media_type": PDF, "size": 5}
    body = {"plan_document": {"number": "1", "evidence": nowhere}, "reason": "Bổ sung"}
    answer = await counters.doors["registry"].post(f"/models/{RECEIVED}/amend", body, "unit_officer", "20242")
    assert (answer.status_code, answer.json()["code"]) == (404, "evidence.unknown")


async def test_who_may_read_the_thing_may_have_the_file_and_nobody_else(counters: Counters) -> None:
    kept = (await upload(counters, pdf())).json()
    registry, path = counters.doors["registry"], f"/evidence/{kept['sha256']}"
    assert (await registry.get(path, "unit_officer", "20242")).status_code == 403, "nothing names it yet"

    answer = await registry.post(f"/models/{RECEIVED}/inspect", inspection(kept), CITY.role, CITY.unit)
    assert answer.status_code == 200, answer.text

    async def own() -> bool:
        return (await registry.get(path, "unit_officer", "20242")).status_code == 200

    await until(own)
    may = {
        ("auditor", None),
        ("operator", None),
        ("approver", "thanh-uy"),
        ("appraiser", "20242"),
        ("unit_officer", "thanh-uy"),
    }
    may_not = {("unit_officer", "20194"), ("appraiser", "20194"), ("subscriber", None)}
    for role, unit in may | may_not:
        answer = await registry.get(path, role, unit)
        assert answer.status_code == (200 if (role, unit) in may else 403), (role, unit)
    for unknown in ("0" * 64, "x", kept["sha256"].upper()):
        answer = await registry.get(f"/evidence/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "evidence.unknown")


async def test_the_same_file_twice_at_once_is_one_file(counters: Counters) -> None:
    data = pdf(250_000)
    answers = await asyncio.gather(*(upload(counters, data, name=f"{n}.pdf") for n in range(4)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.json()["sha256"] for a in answers}) == 1
    database = counters.doors["registry"].running.database
    found = {"_id": answers[0].json()["sha256"]}
    assert await database["evidence.files"].count_documents(found) == 1
