"""Backups in an object store, from a running city to one that was put back elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.backing.bucket import bucket_at
from services.cli.backing.pieces import Backups
from tests.support.backed_up import PDF, City, Yesterday, begin, dvk, told, yesterday_in
from tests.support.objects import (
    ACCESS_KEY,
    PLACE,
    SECRET_KEY,
    Fault,
    Wire,
    environment,
    object_store,
    wire_to,
)
from tests.support.people import OANH

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(420)]


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with object_store() as url, wire_to(url) as wire:
        for name, value in environment(wire.url).items():
            monkeypatch.setenv(name, value)
        yield wire


@pytest.fixture
def yesterday(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Yesterday:
    return yesterday_in(tmp_path / "yesterday", tmp_path_factory.getbasetemp())


def test_a_city_is_backed_up_into_a_bucket_and_comes_back_elsewhere(
    wire: Wire, yesterday: Yesterday, tmp_path: Path
) -> None:
    key, copy = tmp_path / "key.txt", tmp_path / "keys-copy"
    city = begin(yesterday.place.path)
    try:
        at = ("--data-dir", yesterday.place.path)
        nowhere = dvk("backup", PLACE, "--new-key", key, *at)
        assert nowhere.returncode == 1 and "backup.keys-to-missing" in nowhere.stderr and not key.exists()
        first = told("backup", PLACE, "--new-key", key, "--keys-to", copy, *at)
        new = city.register()
        wire.faults = [Fault("PUT", "registry.log.0001.age", 507, "XMinioStorageFull")]
        full = dvk("backup", PLACE, *at)
        wire.faults = []
        second = told("backup", PLACE, *at)
        asked = city.ask("GET", "/metrics", "auditor").text
    finally:
        city.end()

    assert first["directory"] == PLACE and first["keys_copy"] == str(copy)
    assert full.returncode == 1 and "backup.store-full" in full.stderr
    assert second["previous"] == first["backup"] and second["new"]["registry.log"] == 1
    assert "registry.evidence" in first["new"] and "registry.evidence" not in second["new"]
    assert second["keys"] > 0 and "dvk_backup_age_seconds" in asked
    in_store = Backups(bucket_at(PLACE))
    assert [each.name for each in in_store.all()] == [first["backup"], second["backup"]]
    assert in_store.shelf.rooms() == [first["backup"], second["backup"]], "what was not finished is gone"

    shutil.rmtree(yesterday.place.path)
    found = told("restore", PLACE, "--identity", key, "--data-dir", tmp_path / "elsewhere")
    assert found["intact"] is True and found["missing"] == 0 and found["names"] == 4
    drilled = told("drill", PLACE, "--identity", key)
    assert drilled["intact"] is True
    assert json.loads(in_store.shelf.get("drill.json"))["backup"] == second["backup"]
    _goes_on(begin(tmp_path / "elsewhere"), yesterday, new["subject"], tmp_path / "elsewhere")


def _goes_on(city: City, yesterday: Yesterday, subject: str, place: Path) -> None:
    """What was put back reads as it was, and takes commands when an operator says so."""
    at = ("--data-dir", place)
    try:
        assert dvk("restore", "--accept", "--reason", "đã xem, đủ", *at).returncode == 0
        assert city.ask("GET", f"/{subject.replace('model', 'models')}", "auditor").status_code == 200
        for person in yesterday.persons:
            assert city.ask("GET", f"/people/{person}", "auditor").json()["name"] == OANH
        assert city.ask("GET", f"/evidence/{yesterday.sha256}", "auditor").content == PDF
        city.register()
        verified = dvk("verify", "log", "--all", *at)
        assert verified.returncode == 0, verified.stdout + verified.stderr
    finally:
        city.end()


def test_what_was_damaged_in_the_store_is_named_before_anything_is_put_back(
    wire: Wire, yesterday: Yesterday, tmp_path: Path
) -> None:
    shelf = bucket_at(PLACE)
    for file in sorted(yesterday.backups.rglob("*")):
        if file.is_file():
            shelf.put(file.relative_to(yesterday.backups).as_posix(), file.read_bytes())
    name = f"{yesterday.taken[0]['backup']}/registry.log.0001.age"
    shelf.put(name, shelf.get(name)[:-1])

    said = dvk("restore", PLACE, "--identity", yesterday.key, "--data-dir", tmp_path / "elsewhere")

    assert said.returncode == 1 and f"{name}: sha256" in said.stderr
    assert not (tmp_path / "elsewhere").exists()
    assert not {ACCESS_KEY, SECRET_KEY} & set(said.stderr.split())

    wire.cut = True
    away = dvk("drill", PLACE, "--identity", yesterday.key)
    assert away.returncode == 1 and "backup.store-away" in away.stderr and "Traceback" not in away.stderr
