"""`dvk up` as an operator meets it: one line when ready, what dies comes back, and everything ends when told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from services.cli.places import DataDir
from shared import SERVICES
from tests.support.ports import free_base
from tests.support.upped import started_up

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "services" / "cli" / "data"
DVK = [sys.executable, "-m", "services.cli.main"]
NODE = shutil.which("node")
SECOND_OPINION = ROOT / "docs" / "verify" / "verify.mjs"

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]


@dataclass
class Up:
    """A `dvk up` that runs, and the line it said when it was ready."""

    process: subprocess.Popen[str]
    place: Path
    ready: dict[str, Any]

    def pid(self, name: str) -> int:
        return json.loads((self.place / "up.json").read_text())["pids"][name]


def dvk(*args: object, place: Path | None = None) -> subprocess.CompletedProcess[str]:
    at = ["--data-dir", str(place)] if place is not None else []
    return subprocess.run([*DVK, *map(str, args), *at], capture_output=True, text=True, cwd=ROOT, timeout=120)


def begin(place: Path, base: int, *more: str) -> Up:
    process, ready = started_up(place, "--now", "2026-01-05", *more, base=base)
    return Up(process, place, ready)


def end(up: Up) -> None:
    """At once, as a crash would."""
    up.process.kill()
    up.process.wait()
    assert up.process.stdout is not None
    up.process.stdout.close()


def eventually(true: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = begin(tmp_path_factory.mktemp("up") / "data", free_base())
    yield running
    end(running)


def test_one_line_says_where_everything_listens(up: Up) -> None:
    base = int(up.ready["registry"].rpartition(":")[2]) - 1
    ports = [int(up.ready[name].rpartition(":")[2]) for name in SERVICES]

    assert up.ready["ready"] is True
    assert ports == [base + 1, base + 2, base + 3, base + 4]
    assert f":{base + 5}" in up.ready["nats"] and f":{base + 6}" in up.ready["mongo"]
    assert all(is_ready(up.ready[name]) for name in SERVICES)
    assert all(lives(up.ready["pids"][name]) for name in (*SERVICES, "nats", "mongo"))


def test_the_shipped_scheme_is_on_record(up: Up) -> None:
    again = dvk("import", "scheme", "--json", place=up.place)

    assert json.loads(again.stdout) == {"sent": 0, "unchanged": 14, "refused": [], "notices": []}


def test_importing_twice_is_importing_once(up: Up) -> None:
    first = dvk("import", "units", DATA / "units_da_nang.csv", "--json", place=up.place)
    second = dvk("import", "units", DATA / "units_da_nang.csv", "--json", place=up.place)

    assert json.loads(first.stdout) == {"sent": 94, "unchanged": 9, "refused": [], "notices": []}
    assert json.loads(second.stdout) == {"sent": 0, "unchanged": 103, "refused": [], "notices": []}
    assert first.returncode == second.returncode == 0


def test_changed_content_is_told_and_not_sent(up: Up, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,kind_en,name,origin\n20242,commune,Hải Châu,da_nang\n", "utf-8")

    found = dvk("import", "units", tmp_path / "units.csv", "--json", place=up.place)

    [refused] = json.loads(found.stdout)["refused"]
    assert found.returncode == 1
    assert (refused["about"], refused["where"]) == ("unit/20242", "units.csv, dòng 2")
    assert refused["en"] == "already on record with other content: name, area"


def test_a_token_opens_the_doors_it_is_for(up: Up) -> None:
    token = dvk("token", "--sub", "kiem-toan", "--role", "auditor", place=up.place).stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}

    assert httpx.get(f"{up.ready['registry']}/units/20242", headers=headers).json()["area"] == "ward"
    assert httpx.get(f"{up.ready['registry']}/units/20242").status_code == 401


def test_the_clock_goes_forward_and_the_services_follow(up: Up) -> None:
    assert dvk("clock", "2026-02-01", place=up.place).stdout.startswith("2026-02-01T08:0")
    assert dvk("clock", "2026-01-10", place=up.place).returncode == 1
    time.sleep(0.5)

    row = "20242,Một lần hẹn,Toàn phường,Nhân dân,Nội dung,2026,new,UBND phường,authority\n"
    header = "unit,name,scope,beneficiaries,content,year,basis,subject_name,subject_type\n"
    (up.place / "rows.csv").write_text(header + row, "utf-8")
    assert dvk("import", "models", up.place / "rows.csv", place=up.place).returncode == 0

    with pymongo.MongoClient[dict[str, Any]](DataDir(up.place).copies()["mongo"]) as client:
        last = client["dvk_registry"]["log"].find_one({"type": {"$regex": "ModelRegistered"}})
    assert last is not None and json.loads(last["event"])["data"]["on"] == "2026-02-01"


def test_a_directory_in_use_is_refused_at_once(up: Up) -> None:
    found = dvk("up", "--base-port", free_base(), "--json", place=up.place)

    assert found.returncode == 1
    assert f"process {up.process.pid}" in found.stderr


def test_a_taken_port_is_named(up: Up, tmp_path: Path) -> None:
    base = int(up.ready["registry"].rpartition(":")[2]) - 1
    found = dvk("up", "--base-port", base, "--json", place=tmp_path / "other")

    assert found.returncode == 1
    assert f"{base + 1} (registry)" in found.stderr


def test_missing_servers_say_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVK_SERVERS_VENV", str(tmp_path / "none"))
    found = dvk("up", "--base-port", free_base(), "--json", place=tmp_path / "other")

    assert found.returncode == 1
    assert "make setup" in found.stderr


def test_what_dies_is_started_again(up: Up) -> None:
    for name in ("registry", "nats", "mongo"):
        before = up.pid(name)
        os.kill(before, signal.SIGKILL)

        assert eventually(lambda name=name, before=before: up.pid(name) not in (None, before))
        assert eventually(lambda: all(is_ready(up.ready[service]) for service in SERVICES))


def test_a_history_bundle_convinces_an_auditor_who_brings_the_keys(up: Up, tmp_path: Path) -> None:
    token = dvk("token", "--sub", "kiem-toan", "--role", "auditor", place=up.place).stdout.strip()
    url = f"{up.ready['reporting']}/histories/unit/20242"
    found = httpx.get(f"{url}.bundle", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    (tmp_path / "unit.dvk-bundle").write_bytes(found.content)
    (tmp_path / "policy").write_text(dvk("verify", "policy", place=up.place).stdout)

    assert found.status_code == 200
    said = dvk("verify", "bundle", tmp_path / "unit.dvk-bundle", "--policy", tmp_path / "policy", "--json")
    [checked] = json.loads(said.stdout)
    assert (said.returncode, checked["ok"]) == (0, True)
    assert checked["streams"] == [
        {"service": "registry", "stream": "unit/20242", "events": 1, "whole": True, "head": 1}
    ]
    assert httpx.get(f"{url}.bundle?at=3", headers={"Authorization": f"Bearer {token}"}).json()["code"] == (
        "bundle.with-at"
    )
    assert httpx.get(f"{url}.bundle").status_code == 401


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: the second opinion was NOT asked")
def test_node_agrees_about_the_bundle(up: Up, tmp_path: Path) -> None:
    token = dvk("token", "--sub", "kiem-toan", "--role", "auditor", place=up.place).stdout.strip()
    url = f"{up.ready['reporting']}/histories/unit/20242.bundle"
    raw = httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30).content
    (tmp_path / "policy").write_text(dvk("verify", "policy", place=up.place).stdout)
    spoilt = raw.replace("Hải Châu".encode(), "Hải Chấu".encode(), 1)
    assert spoilt != raw
    for name, body, agrees in (("good", raw, True), ("spoilt", spoilt, False)):
        (tmp_path / name).write_bytes(body)
        said = subprocess.run(
            [str(NODE), SECOND_OPINION, "bundle", tmp_path / name, tmp_path / "policy"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (said.returncode == 0) is agrees, said.stderr


def test_followers_and_status_are_readable_by_a_script(up: Up) -> None:
    def settled() -> bool:
        rows = json.loads(dvk("followers", "--json", place=up.place).stdout)
        return {row["service"] for row in rows} == set(SERVICES) and all(row["lag"] == 0 for row in rows)

    assert eventually(settled)
    status = json.loads(dvk("status", "--json", place=up.place).stdout)
    assert status["ready"] is True and set(status["services"]) == set(SERVICES)


def test_rebuilt_figures_are_the_same(up: Up) -> None:
    found = dvk("rebuild", "--json", place=up.place)

    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["rebuild"]["differences"] == 0


def test_a_document_edited_by_hand_is_named(up: Up) -> None:
    assert dvk("verify", "log", place=up.place).returncode == 0
    with pymongo.MongoClient[dict[str, Any]](DataDir(up.place).copies()["mongo"]) as client:
        log = client["dvk_registry"]["log"]
        edited = log.find_one({"stream": "unit/20242"})
        assert edited is not None
        other = edited["event"].replace("Hải Châu", "Hải Chău")
        log.update_one({"_id": edited["_id"]}, {"$set": {"event": other}})

        found = dvk("verify", "log", "registry", "--json", place=up.place)

        log.update_one({"_id": edited["_id"]}, {"$set": {"event": edited["event"]}})
    registry = json.loads(found.stdout)[0]
    assert found.returncode == 1
    assert (registry["log"], registry["wrongs"][0]["position"]) == ("registry", edited["_id"])
    assert dvk("verify", "log", "--all", place=up.place).returncode == 0


def test_sigterm_ends_all_of_it_and_only_that(up: Up) -> None:
    pids = [up.pid(name) for name in (*SERVICES, "nats", "mongo")]
    began = time.monotonic()
    up.process.send_signal(signal.SIGTERM)

    assert up.process.wait(timeout=15) == 0
    assert time.monotonic() - began < 10
    assert not any(lives(pid) for pid in pids)
    assert not (up.place / "up.json").exists()


def test_it_begins_again_where_it_ended_and_children_die_with_it(up: Up) -> None:
    again = begin(up.place, int(up.ready["registry"].rpartition(":")[2]) - 1)
    head = httpx.get(f"{again.ready['registry']}/log/head").json()["position"]
    pids = list(again.ready["pids"].values())
    end(again)

    assert head > 100
    assert eventually(lambda: not any(lives(pid) for pid in pids), seconds=10)
