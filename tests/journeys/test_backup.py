"""A backup as it is needed on the worst day: taken while all runs, put back elsewhere, told what is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.cli.backing.pieces import Backups
from services.cli.backing.shelf import Directory
from services.cli.places import DataDir
from tests.support.backed_up import PDF, Client, Yesterday, begin, dvk, store_of, told, yesterday_in
from tests.support.people import OANH, WARD, declaration, individual

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]


def verified(*at: object) -> None:
    done = dvk("verify", "log", "--all", *at)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Yesterday:
    return yesterday_in(tmp_path_factory.mktemp("backup"), tmp_path_factory.getbasetemp())


def test_the_second_backup_holds_what_was_new(yesterday: Yesterday) -> None:
    first, second = yesterday.taken

    assert second["previous"] == first["backup"]
    assert second["new"]["registry.log"] == 1 and second["new"]["reporting.ledger"] == 1
    assert first["new"]["registry.evidence"] == 1 and "registry.evidence" not in second["new"]


def test_nobody_reads_anything_without_the_key(yesterday: Yesterday, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    dvk("backup", tmp_path / "b", "--new-key", other, "--mongo", "mongodb://127.0.0.1:9")
    opened = dvk("restore", yesterday.backups, "--identity", other, "--data-dir", tmp_path / "data")

    sealed = b"".join(path.read_bytes() for path in yesterday.backups.rglob("*.age"))
    assert OANH.encode() not in sealed and b"RegisterModel" not in sealed
    assert opened.returncode == 1 and "does not open with this key" in opened.stderr


def test_a_drill_finds_the_newest_backup_whole(yesterday: Yesterday) -> None:
    found = told("drill", yesterday.backups, "--identity", yesterday.key)

    assert found["intact"] is True and found["missing"] == 0
    assert (found["names"], found["files"]) == (2, 1)
    assert json.loads((yesterday.backups / "drill.json").read_text())["backup"] == found["backup"]


def test_yesterdays_database_with_todays_broker(yesterday: Yesterday, tmp_path: Path) -> None:
    at = ("--data-dir", tmp_path / "data")
    found = told(
        "restore", yesterday.backups, "--identity", yesterday.key, "--checkpoint", yesterday.checkpoint, *at
    )
    assert found["intact"] is True
    assert found["missing"] == 1
    shutil.copytree(yesterday.place.path / "nats", tmp_path / "data" / "nats")

    city = begin(tmp_path / "data")
    try:
        assert set(city.ready["troubles"].values()) <= {"log.restored", "log.behind"}
        refused = city.ask("POST", "/models", "unit_officer", WARD, json=declaration(individual(name=OANH)))
        unsigned = httpx.get(f"{city.ready['registry']}/log/checkpoint")
        too_soon = dvk("restore", "--accept", "--reason", "chưa xem", *at)
        unvouched = dvk("restore-log", *at)
        put_back = dvk("restore-log", "--checkpoint", yesterday.checkpoint.parent, *at)
        accepted = dvk("restore", "--accept", "--reason", "đã xem, đủ", *at)

        assert refused.status_code == unsigned.status_code == 503
        assert unsigned.json()["code"] == "log.restored"
        assert too_soon.returncode == 1 and "log.behind" in too_soon.stderr
        assert unvouched.returncode == 1 and "bring a newer checkpoint" in unvouched.stderr
        assert put_back.returncode == 0 and accepted.returncode == 0, put_back.stderr + accepted.stderr
        assert city.ask("GET", f"/{yesterday.after.replace('model', 'models')}", "auditor").status_code == 200
        for person in yesterday.persons:
            assert city.ask("GET", f"/people/{person}", "auditor").json()["name"] == OANH
        assert city.ask("GET", f"/evidence/{yesterday.sha256}", "auditor").content == PDF
        city.register()
        verified(*at)
    finally:
        city.end()


def test_yesterdays_database_with_an_empty_broker(yesterday: Yesterday, tmp_path: Path) -> None:
    at = ("--data-dir", tmp_path / "data")
    known = ("--checkpoint", yesterday.checkpoint)
    said = dvk("restore", yesterday.backups, "--identity", yesterday.key, *known, *at)
    assert said.returncode == 1 and "1 sự kiện người khác đã thấy" in said.stderr

    city = begin(tmp_path / "data")
    try:
        assert set(city.ready["troubles"].values()) == {"log.restored"}
        accepted = dvk("restore", "--accept", "--reason", "mất cả hai, một mô hình gửi lại", *at)
        assert accepted.returncode == 0, accepted.stderr
        city.register()
        verified(*at)
    finally:
        city.end()


def test_yesterdays_broker_with_todays_database_heals_itself(yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.place.path, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "nats" / "jetstream")

    city = begin(tmp_path / "data")
    try:
        assert city.ready["ready"] is True
        city.register()
        verified("--data-dir", tmp_path / "data")
    finally:
        city.end()


@pytest.mark.parametrize("lost", ["registry", "reporting", "keys"])
def test_a_lost_database_alone_comes_back(lost: str, yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.place.path, tmp_path / "data")
    with store_of(tmp_path / "data") as url, Client(url) as client:
        client.drop_database(f"dvk_{lost}")

    found = told(
        "restore",
        yesterday.backups,
        "--identity",
        yesterday.key,
        "--only",
        lost,
        "--data-dir",
        tmp_path / "data",
    )

    assert found["intact"] is True
    assert found["names"] == (2 if lost == "keys" else 3)
    assert found["missing"] == (1 if lost == "registry" else 0)  # the ledger knows the registry's last event


def test_lost_keys_come_back_and_what_is_there_stays(yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.place.path, tmp_path / "data")
    place = DataDir(tmp_path / "data")
    before = place.log_key("registry").read_text()
    place.log_key("registry").unlink()

    told(
        "restore",
        yesterday.backups,
        "--identity",
        yesterday.key,
        "--only",
        "secrets",
        "--data-dir",
        place.path,
    )

    assert place.log_key("registry").read_text() == before


def test_a_store_that_holds_something_is_left_alone(yesterday: Yesterday) -> None:
    again = dvk("restore", yesterday.backups, "--identity", yesterday.key, "--data-dir", yesterday.place.path)

    assert again.returncode == 1 and "holds data already" in again.stderr


def test_a_damaged_piece_is_named(yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.backups, tmp_path / "b")
    [piece] = (tmp_path / "b" / yesterday.taken[0]["backup"]).glob("registry.log.0001.age")
    piece.write_bytes(piece.read_bytes()[:-1] + b"x")

    found = dvk("drill", tmp_path / "b", "--identity", yesterday.key)

    assert found.returncode == 1 and "registry.log.0001.age" in found.stderr


def test_a_log_that_is_not_the_one_of_before_is_not_backed_up(yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.place.path, tmp_path / "data")
    shutil.copytree(yesterday.backups, tmp_path / "b")
    manifest = Backups(Directory(tmp_path / "b")).all()[-1]

    with store_of(tmp_path / "data") as url:
        with Client(url) as client:
            client["dvk_registry"]["log"].update_one(
                {"_id": manifest.heads["registry.log"]}, {"$set": {"leaf": uuid4().bytes * 2}}
            )
        said = dvk("backup", tmp_path / "b", "--mongo", url, "--no-secrets")

    assert said.returncode == 1 and "is not the one that was backed up before" in said.stderr
