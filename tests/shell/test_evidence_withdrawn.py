"""Withdrawing a file is erasing it: the hash stays, the bytes open nowhere any more; and what nobody uses is swept."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.cli.tokens import make
from services.registry.app import SERVICE
from shared.evidence.namings import Namings
from shared.evidence.sealing import opened_chunk
from shared.evidence.tending import Tending
from shared.reference.media_types import PDF
from tests.support.papers import pdf
from tests.support.people import OTHER_WARD, WARD, declaration, settle
from tests.support.service import Doors, Site, serving, until

pytestmark = pytest.mark.timeout(180)

NAME = "Đơn của bà Nguyễn Thị Hoàng Oanh.pdf"
REASON = {"reason": "Gửi nhầm tệp có dữ liệu cá nhân"}


@pytest.fixture
async def registry(
    tmp_path: Path, mongo_url: str, fresh_nats_url: str, database: str
) -> AsyncIterator[Doors]:
    async with serving(Site(tmp_path / "site", mongo_url, fresh_nats_url, database), SERVICE) as doors:
        await settle(doors)
        yield doors


async def sent(doors: Doors, data: bytes, unit: str = WARD, name: str = NAME) -> httpx.Response:
    headers = {"Authorization": f"Bearer {make(doors.site.place, f'cb-{unit}', 'unit_officer', unit)}"}
    return await doors.http.post("/evidence", files={"file": (name, data, PDF)}, headers=headers)


async def used(doors: Doors, evidence: dict[str, Any]) -> httpx.Response:
    """The answer to an inspection that names the file."""
    model = declaration({"kind": "collective", "type": "residential_area", "name": "Tổ 5"})
    assert (await doors.post("/models", model, "unit_officer", WARD)).status_code == 200
    wish = {"kind": "self_inspection", "by": {"office": "Ban Dân vận"}, "findings": "Tốt", "conclusion": "on_course",
            "evidence": [evidence]}  # fmt: skip
    return await doors.post(f"/models/{model['model']}/inspect", wish, "unit_officer", WARD, sub=f"cb-{WARD}")


def tending(doors: Doors, **later: float) -> Tending:
    """The same service's files, some time from now."""
    running = doors.running
    now = datetime.now(UTC) + timedelta(**later)
    return Tending(running.files, Namings("registry", running.database), running.database, lambda: now)


async def raw(doors: Doors) -> bytes:
    """All that the database holds of files."""
    found = b""
    for name in ("evidence.files", "evidence.chunks", "evidence.brought"):
        for document in await doors.running.database[name].find({}).to_list(None):
            found += repr(document).encode() + bytes(document.get("data", b""))
    return found


async def test_neither_bytes_nor_name_of_a_file_stand_in_the_database_in_clear(registry: Doors) -> None:
    data = pdf(700_000)
    kept = (await sent(registry, data)).json()

    held = await raw(registry)

    assert kept["name"] == NAME
    assert data[1000:1100] not in held and "Oanh" not in held.decode("latin-1").encode("latin-1").decode(
        "utf-8", "ignore"
    )
    back = await registry.get(f"/evidence/{kept['sha256']}", "operator")
    assert back.content == data and "Oanh" in back.headers["content-disposition"]


async def test_after_withdrawing_no_copy_of_the_store_opens_the_file(registry: Doors) -> None:
    data = pdf(700_000)
    kept = (await sent(registry, data)).json()
    sha256 = kept["sha256"]
    event = (await used(registry, kept)).json()["event"]
    backup = await registry.running.database["evidence.chunks"].find({}).to_list(None)
    entry = await registry.running.database["evidence.files"].find_one({"_id": sha256})
    key = registry.running.files.keys.read(sha256).key
    assert opened_chunk(key, sha256, 0, backup[0]["data"]) == data[: len(backup[0]["data"]) - 16], "before"

    answer = await registry.post(
        f"/evidence/{sha256}/withdraw", REASON, "unit_officer", WARD, sub=f"cb-{WARD}"
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["event"]["data"] == {
        **REASON,
        "evidence": sha256,
        "on": answer.json()["event"]["data"]["on"],
    }
    assert not list(registry.running.settings.key_store.rglob(f"*{sha256}*"))

    gone = await registry.get(f"/evidence/{sha256}", "operator")
    assert (gone.status_code, gone.json()["code"]) == (404, "evidence.withdrawn")
    assert (await used(registry, kept)).json()["code"] == "evidence.withdrawn"
    again = await sent(registry, data)
    assert (again.status_code, again.json()["code"]) == (409, "evidence.withdrawn")
    line = (await registry.get(f"/log/entries?from={event['position']}&limit=1")).content
    assert sha256.encode() in line, "the hash stays"
    assert hashlib.sha256(data).hexdigest() == sha256

    await registry.running.database["evidence.chunks"].insert_many(backup)  # a backup is put back
    await registry.running.database["evidence.files"].insert_one(entry)
    assert (await registry.get(f"/evidence/{sha256}", "operator")).json()["code"] == "evidence.withdrawn"

    async def is_followed() -> bool:
        return await registry.running.files.withdrawn() == [sha256]

    await until(is_followed)
    assert await tending(registry).withdrawn() == 1
    assert not await registry.running.files.has_left(sha256)


async def test_only_operators_and_whose_it_is_withdraw_a_file(registry: Doors) -> None:
    kept = (await sent(registry, pdf(3000))).json()
    path = f"/evidence/{kept['sha256']}/withdraw"

    foreign = await registry.post(path, REASON, "unit_officer", OTHER_WARD)
    reader = await registry.post(path, REASON, "auditor")
    silent = await registry.post(path, {}, "operator")
    unknown = await registry.post(f"/evidence/{'0' * 64}/withdraw", REASON, "operator")
    crooked = await registry.post("/evidence/x/withdraw", REASON, "operator")

    assert [one.status_code for one in (foreign, reader, silent, unknown, crooked)] == [
        403,
        403,
        422,
        404,
        422,
    ]
    first = (await registry.post(path, REASON, "operator")).json()
    second = (await registry.post(path, {"reason": "lần nữa"}, "operator")).json()
    assert first["changed"] and not second["changed"] and first["event"] == second["event"]


async def test_what_nothing_names_is_put_out_of_use_after_a_day_and_then_taken_away(registry: Doors) -> None:
    data = pdf(3000)
    unused, named = (await sent(registry, data)).json(), (await sent(registry, pdf(4000))).json()
    assert (await used(registry, named)).status_code == 200

    async def is_named() -> bool:
        return bool(await Namings("registry", registry.running.database).things(named["sha256"], 1))

    await until(is_named)
    assert await tending(registry, hours=23).sweep() == 0
    assert await registry.running.files.find(unused["sha256"]) is not None

    assert await tending(registry, hours=25).sweep() == 0
    assert (await used(registry, unused)).json()["code"] == "evidence.unknown", "out of use, and still there"
    assert await registry.running.files.has_left(unused["sha256"])
    assert await tending(registry, hours=25, minutes=11).sweep() == 1

    assert not await registry.running.files.has_left(unused["sha256"])
    assert await registry.running.files.find(named["sha256"]) is not None
    assert (await sent(registry, data)).status_code == 200, "it may be sent again"
    assert await registry.running.files.find(unused["sha256"]) is not None


async def test_a_file_that_is_sent_again_is_in_use_again(registry: Doors) -> None:
    data = pdf(3000)
    kept = (await sent(registry, data)).json()
    await tending(registry, hours=25).sweep()

    assert (await sent(registry, data)).status_code == 200

    assert (await used(registry, kept)).status_code == 200
    assert await tending(registry, hours=1).sweep() == 0


async def test_what_a_broken_upload_left_is_taken_away_after_a_day(registry: Doors) -> None:
    kept = (await sent(registry, pdf(3000))).json()
    await registry.running.database["evidence.files"].delete_one({"_id": kept["sha256"]})

    assert await tending(registry, hours=23).sweep() == 0
    assert await tending(registry, hours=25).sweep() == 1
    assert not await registry.running.files.has_left(kept["sha256"])


async def test_a_file_of_before_files_had_keys_is_read_and_withdrawn(registry: Doors) -> None:
    data = pdf(3000)
    sha256 = hashlib.sha256(data).hexdigest()
    database = registry.running.database
    await database["evidence.chunks"].insert_one({"files_id": sha256, "n": 0, "data": data})
    await database["evidence.files"].insert_one(
        {"_id": sha256, "length": len(data), "chunkSize": 255 * 1024, "uploadDate": datetime.now(UTC),
         "filename": "cũ.pdf", "metadata": {"media_type": PDF}}
    )  # fmt: skip

    assert (await registry.get(f"/evidence/{sha256}", "operator")).content == data
    assert (await sent(registry, data)).json()["sha256"] == sha256
    assert (await registry.get(f"/evidence/{sha256}", "operator")).content == data
    path = f"/evidence/{sha256}/withdraw"
    assert (await registry.post(path, REASON, "operator", id=str(uuid4()))).status_code == 200
    assert not await registry.running.files.has_left(sha256)
