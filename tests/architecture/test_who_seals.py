"""The key that wraps names and files is held by who seals, keeps files, or opens names for papers; by nobody else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import yaml

from services.reporting.queries.papers import Desk
from shared import SERVICES
from shared.evidence.named import takes_files
from shared.people.places import can_name
from shared.wiring import Service

ROOT = Path(__file__).parents[2]
SECRET = "key-encryption-keys"


def needs(name: str) -> bool:
    service: Service = import_module(f"services.{name}.app").SERVICE
    opens = "persons" in Desk.__dataclass_fields__ and name == "reporting"
    return opens or any(can_name(row.command) or takes_files(row.command) for row in service.commands)


def test_exactly_those_who_need_it_are_handed_the_key() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    holders = {
        name
        for name, each in compose["services"].items()
        if any((one if isinstance(one, str) else one["source"]) == SECRET for one in each.get("secrets", ()))
    }
    assert holders == {name for name in SERVICES if needs(name)}


def test_only_reporting_holds_it_without_recording_a_person() -> None:
    recording = {
        name
        for name in SERVICES
        if any(can_name(row.command) for row in import_module(f"services.{name}.app").SERVICE.commands)
    }
    assert recording == {*SERVICES} - {"reporting"}
