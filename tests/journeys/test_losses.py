"""What was lost, and how it comes back: the rows of the runbook's table that `test_backup` does not try."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.cli.backing.pieces import Backups
from services.cli.backing.shelf import Directory
from services.cli.places import DataDir
from services.cli.used_by import PARTS
from services.cli.writing import whole
from tests.support.backed_up import City, Yesterday, begin, dvk, store_of, told, yesterday_in
from tests.support.people import OANH
from tests.support.ports import free_base

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Yesterday:
    return yesterday_in(tmp_path_factory.mktemp("losses"), tmp_path_factory.getbasetemp())


def refused(place: Path) -> str:
    """What `dvk up` says when it does not start here."""
    found = dvk("up", "--data-dir", place, "--base-port", free_base(), "--json")
    assert found.returncode == 1 and not found.stdout
    assert "Traceback" not in found.stderr
    return found.stderr


def copied(yesterday: Yesterday, place: Path) -> DataDir:
    shutil.copytree(yesterday.place.path, place)
    return DataDir(place)


def test_a_backup_while_another_is_taken_is_refused_and_harms_nothing(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    shutil.copytree(yesterday.backups, tmp_path / "b")
    backups = Backups(Directory(tmp_path / "b"))
    backups.shelf.put("20200101T000000Z/registry.log.0001.age", b"half")

    with backups.alone():
        second = dvk("backup", tmp_path / "b", "--mongo", "mongodb://127.0.0.1:9", "--no-secrets")

    assert second.returncode == 1
    assert "Another dvk backup" in second.stderr and "Đang có một dvk backup khác" in second.stderr
    assert backups.shelf.get("20200101T000000Z/registry.log.0001.age") == b"half"


def test_backups_begun_at_once_and_under_load_are_each_whole_or_refused(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    backups = tmp_path / "b"
    shutil.copytree(yesterday.backups, backups)
    city = begin(copied(yesterday, tmp_path / "data").path)
    try:
        before = city.register()["position"]
        with Loaded(city) as acknowledged, ThreadPoolExecutor(3) as several:
            asked = [several.submit(dvk, "backup", backups, "--data-dir", city.place.path) for _ in range(3)]
            said = [each.result() for each in asked]
        assert acknowledged, "nothing was taken meanwhile"
    finally:
        city.end()

    assert 0 in [each.returncode for each in said]
    assert all(each.returncode == 0 or "Another dvk backup" in each.stderr for each in said)
    found = told("drill", backups, "--identity", yesterday.key)
    assert found["intact"] is True and found["missing"] == 0
    assert Backups(Directory(backups)).all()[-1].heads["registry.log"] >= before


class Loaded:
    """Models are registered meanwhile; the positions that were acknowledged."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._over = threading.Event()
        self._acknowledged: list[int] = []
        self._thread = threading.Thread(target=self._register)

    def _register(self) -> None:
        while not self._over.is_set():
            self._acknowledged.append(self._city.register()["position"])

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self._acknowledged

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_a_backup_onto_a_full_disk_is_none_and_the_next_one_is_whole(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    place, backups = copied(yesterday, tmp_path / "data").path, tmp_path / "b"
    shutil.copytree(yesterday.backups, backups)
    before = [each.name for each in Backups(Directory(backups)).all()]

    with store_of(place) as url:
        words = ("backup", backups, "--mongo", url, "--no-secrets")
        full, whole_again = dvk(*words, most_bytes=2048), dvk(*words)

    assert full.returncode == 1 and "File too large" in full.stderr
    assert whole_again.returncode == 0, whole_again.stderr
    assert len(Backups(Directory(backups)).all()) == len(before) + 1
    assert told("drill", backups, "--identity", yesterday.key, "--backup", before[-1])["intact"] is True


@pytest.mark.parametrize("part", PARTS)
def test_a_directory_copied_half_is_refused_with_what_it_lacks(
    part: str, yesterday: Yesterday, tmp_path: Path
) -> None:
    place = copied(yesterday, tmp_path / "data").path
    lost = place / part
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()

    said = refused(place)

    assert f"lacks {part}" in said and "dvk restore" in said
    assert not lost.exists(), "nothing is begun anew in its place"


def test_files_of_the_store_copied_half_are_said_to_be_and_a_restore_elsewhere_goes_on(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    place = copied(yesterday, tmp_path / "half").path
    largest = max((place / "mongo" / "db").glob("collection-*"), key=lambda file: file.stat().st_size)
    largest.unlink()

    said = refused(place)
    assert "missing or damaged" in said and "dvk restore into a new directory" in said

    at = ("--data-dir", tmp_path / "data")
    dvk("restore", yesterday.backups, "--identity", yesterday.key, *at)
    shutil.copytree(place / "nats", tmp_path / "data" / "nats")
    city = begin(tmp_path / "data")
    try:
        kept = ("--checkpoint", yesterday.checkpoint.parent)
        assert dvk("restore-log", *kept, *at).returncode == 0
        assert dvk("verify", "log", "--all", *at).returncode == 0
        assert dvk("restore", "--accept", "--reason", "đã xem, đủ", *at).returncode == 0
        city.register()
    finally:
        city.end()


def test_the_key_file_store_comes_back_from_its_copy(yesterday: Yesterday, tmp_path: Path) -> None:
    place = copied(yesterday, tmp_path / "data")
    shutil.rmtree(place.key_store)
    assert "lacks keys" in refused(place.path)

    shutil.copytree(Backups(Directory(yesterday.backups)).keys_copy, place.key_store)
    city = begin(place.path)
    try:
        assert city.ask("GET", f"/people/{yesterday.persons[0]}", "auditor").json()["name"] == OANH
    finally:
        city.end()


def test_all_secrets_that_were_lost_come_back_and_open_what_is_there(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    place = copied(yesterday, tmp_path / "data")
    kept = {file.name: file.read_bytes() for file in place.secrets.iterdir() if file.is_file()}
    for file in kept:
        (place.secrets / file).unlink()
    assert "dvk restore" in refused(place.path)
    shutil.rmtree(place.secrets)

    dvk(
        "restore", yesterday.backups, "--identity", yesterday.key, "--only", "secrets",
        "--data-dir", place.path,
    )  # fmt: skip

    assert {file.name: file.read_bytes() for file in place.secrets.iterdir() if file.is_file()} == kept
    city = begin(place.path)
    try:
        assert city.ready["ready"] is True
        assert city.ask("GET", f"/people/{yesterday.persons[0]}", "auditor").json()["name"] == OANH
    finally:
        city.end()


def test_whoever_loses_the_private_key_of_the_backups_takes_a_whole_one_for_another(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    place, backups, other = (
        copied(yesterday, tmp_path / "data").path,
        tmp_path / "b",
        tmp_path / "other.txt",
    )
    shutil.copytree(yesterday.backups, backups)

    with store_of(place) as url:
        again = dvk(
            "backup", backups, "--whole", "--new-key", other, "--mongo", url,
            "--secrets", place / "secrets", "--key-store", place / "keys",
        )  # fmt: skip

    assert again.returncode == 0, again.stderr
    found = told("drill", backups, "--identity", other)
    assert found["intact"] is True and found["names"] == 3


def test_what_a_newer_version_used_is_left_alone(yesterday: Yesterday, tmp_path: Path) -> None:
    place = copied(yesterday, tmp_path / "data")
    whole(place.used_by, '{"version": "0.10.0"}')

    said = refused(place.path)

    assert "was used by dvk 0.10.0" in said and "đã được dvk 0.10.0 dùng" in said
    assert place.used_by.read_text() == '{"version": "0.10.0"}'


def test_a_backup_of_a_newer_version_is_not_put_back(yesterday: Yesterday, tmp_path: Path) -> None:
    shutil.copytree(yesterday.backups, tmp_path / "b")
    newest = Backups(Directory(tmp_path / "b")).all()[-1]
    newest.version = "0.2.0"
    (tmp_path / "b" / newest.name / "manifest.json").write_text(newest.text())

    said = dvk("drill", tmp_path / "b", "--identity", yesterday.key)

    assert said.returncode == 1 and "was used by dvk 0.2.0" in said.stderr


def test_a_restore_where_a_dvk_is_at_work_is_refused(yesterday: Yesterday, tmp_path: Path) -> None:
    place = copied(yesterday, tmp_path / "data")
    city = begin(place.path)
    try:
        said = dvk(
            "restore", yesterday.backups, "--identity", yesterday.key, "--only", "registry",
            "--data-dir", place.path,
        )  # fmt: skip
    finally:
        city.end()

    assert said.returncode == 1 and f"process {city.process.pid}" in said.stderr
