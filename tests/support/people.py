"""A registry with two wards, and persons to be named in it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from prometheus_client import REGISTRY

from shared.store.mongo import Collection
from tests.support.service import Doors

OANH = "Nguyễn Thị Hoàng Oanh"
CITY, WARD, OTHER_WARD = "thanh-uy", "20242", "20333"


async def settle(doors: Doors) -> None:
    """The city committee and two wards are on record."""
    above: dict[str, str] = {}
    for unit, kind in (
        (CITY, "city_committee"),
        (WARD, "commune_committee"),
        (OTHER_WARD, "commune_committee"),
    ):
        wish = {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind, **above}
        above = {"parent": CITY}
        answer = await doors.post("/units", wish)
        assert answer.status_code == 200, answer.text


def individual(**person: str) -> dict[str, Any]:
    return {"kind": "individual", "type": "citizen", "person": person, "of": "Tổ dân phố 5"}


def declaration(*subjects: dict[str, Any], unit: str = WARD) -> dict[str, Any]:
    """The body of RegisterModel; no two are of one name."""
    return {
        "model": str(uuid4()), "unit": unit, "name": f"Ngõ xanh {uuid4().hex}", "scope": "phường", "year": 2026,
        "beneficiaries": "nhân dân", "content": "Trồng cây", "basis": "new", "subjects": list(subjects),
    }  # fmt: skip


def inspection(**by: str) -> dict[str, Any]:
    return {"kind": "inspection", "by": by, "findings": "Tốt", "conclusion": "on_course"}


async def registered(doors: Doors, *names: str, id: str | None = None) -> dict[str, Any]:
    """The event of a model whose subjects are these persons."""
    wish = declaration(*(individual(name=name) for name in names))
    answer = await doors.post("/models", wish, "unit_officer", WARD, id)
    assert answer.status_code == 200, answer.text
    return answer.json()["event"]


def persons_of(event: dict[str, Any]) -> list[str]:
    return [subject["person"]["id"] for subject in event["data"]["subjects"]]


async def person(doors: Doors, id: str, role: str = "auditor", unit: str | None = None) -> dict[str, Any]:
    """What is answered of a person."""
    answer = await doors.get(f"/people/{id}", role, unit)
    return answer.json()


def key_store(doors: Doors) -> Collection:
    """The key store itself, past everything that guards it."""
    return doors.running.client[doors.running.settings.keys_database]["keys"]


def alarms(why: str) -> float:
    """How often this alarm was raised."""
    return REGISTRY.get_sample_value("dvk_unopenable_names_total", {"why": why}) or 0.0
