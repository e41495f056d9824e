"""A backup as it is needed on the worst day: taken while all runs, put back elsewhere, told what is missing."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any
from uuid import uuid4

import httpx
import pymongo
import pytest

from services.cli.backing.pieces import Backups
from services.cli.children import is_free
from services.cli.embedded import EmbeddedServers
from services.cli.environment import Ports
from services.cli.places import DataDir
from services.cli.tokens import make
from tests.support.people import OANH, WARD, declaration, individual

ROOT = Path(__file__).resolve().parents[2]
DVK = [sys.executable, "-m", "services.cli.main"]
UNITS = ROOT / "services" / "cli" / "data" / "units_da_nang.csv"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]


def dvk(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DVK, *map(str, args)], capture_output=True, text=True, cwd=ROOT, timeout=200)


def verified(*at: object) -> None:
    done = dvk("verify", "log", "--all", *at)
    assert done.returncode == 0, done.stdout + done.stderr


def told(*args: object) -> dict[str, Any]:
    done = dvk(*args, "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@dataclass
class City:
    """A system, and who speaks to it."""

    place: DataDir
    process: subprocess.Popen[str]
    ready: dict[str, Any]

    def ask(self, method: str, path: str, role: str, unit: str | None = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {make(self.place, f'the-{role}', role, unit)}"}
        return httpx.request(method, f"{self.ready['registry']}{path}", headers=headers, timeout=20, **more)

    def register(self) -> dict[str, Any]:
        """The event of a model of a person, with a file of evidence."""
        answer = self.ask(
            "POST", "/models", "unit_officer", WARD, json=declaration(individual(name=OANH), unit=WARD)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["event"]

    def record_heads(self, subject: str) -> None:
        """Have reporting put on record what everything's history is: a bundle says so of the newest."""
        headers = {"Authorization": f"Bearer {make(self.place, 'the-auditor', 'auditor', None)}"}
        for _ in range(100):
            bundle = httpx.get(
                f"{self.ready['reporting']}/histories/{subject}.bundle", headers=headers, timeout=20
            )
            if bundle.status_code == 200:
                return
            sleep(0.5)
        raise AssertionError(bundle.text)

    def keep(self, service: str, file: Path, size: int) -> None:
        """Keep the newest checkpoint of a log outside, as an auditor does, once it is of so many events."""
        for _ in range(100):
            file.write_bytes(httpx.get(f"{self.ready[service]}/log/checkpoint").content)
            if int(file.read_text().split("\n")[1]) >= size:
                return
            sleep(0.1)
        raise AssertionError(file.read_text())

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def begin(place: Path) -> City:
    base = next(
        base
        for base in random.sample(range(15_000, 31_000, 10), 500)
        if all(is_free(port) for port in Ports(base).all().values())
    )
    process = subprocess.Popen(
        [*DVK, "up", "--data-dir", str(place), "--base-port", str(base), "--json"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    return City(DataDir(place), process, json.loads(process.stdout.readline()))


@dataclass
class Yesterday:
    """Two backups, and what happened after the second."""

    place: DataDir
    backups: Path
    key: Path
    taken: list[dict[str, Any]]
    persons: list[str]
    sha256: str
    after: str
    checkpoint: Path


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yesterday]:
    root = tmp_path_factory.mktemp("backup")
    city = begin(root / "data")
    backups, key, at = root / "backups", root / "key.txt", ("--data-dir", root / "data")
    try:
        assert dvk("import", "units", UNITS, *at).returncode == 0
        first = city.register()
        sent = city.ask(
            "POST", "/evidence", "unit_officer", WARD, files={"file": ("bb.pdf", PDF, "application/pdf")}
        )
        taken = [told("backup", backups, "--new-key", key, *at)]
        second = city.register()
        taken.append(told("backup", backups, *at))
        after = city.register()
        position = after["position"]
        city.record_heads(after["subject"])
        (root / "kept").mkdir()
        kept = root / "kept" / "registry.checkpoint"
        city.keep("registry", kept, position)
        city.keep("reporting", root / "kept" / "reporting.checkpoint", 1)
    finally:
        city.end()
    persons = [event["data"]["subjects"][0]["person"]["id"] for event in (first, second)]
    yield Yesterday(
        DataDir(root / "data"), backups, key, taken, persons, sent.json()["sha256"], after["subject"], kept
    )


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
    with_store(tmp_path / "data", lambda client: client.drop_database(f"dvk_{lost}"))

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
    manifest = Backups(tmp_path / "b").all()[-1]

    def edit(client: Any) -> None:
        client["dvk_registry"]["log"].update_one(
            {"_id": manifest.heads["registry.log"]}, {"$set": {"leaf": uuid4().bytes * 2}}
        )

    said = with_store(
        tmp_path / "data", edit, lambda url: dvk("backup", tmp_path / "b", "--mongo", url, "--no-secrets")
    )

    assert said.returncode == 1 and "is not the one that was backed up before" in said.stderr


def with_store(place: Path, do: Any, then: Any = lambda url: None) -> Any:
    """Something done to the store of a directory in which nothing runs."""
    servers = EmbeddedServers(place)
    servers.mongo.start()
    try:
        with pymongo.MongoClient(servers.mongo.url) as client:
            do(client)
        return then(servers.mongo.url)
    finally:
        servers.stop()
