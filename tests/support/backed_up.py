"""A system that was backed up twice and went on: what the tests of losses begin with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import httpx
import pymongo

from services.cli.embedded import EmbeddedServers
from services.cli.places import DataDir
from services.cli.tokens import make
from tests.support.once import made_once
from tests.support.people import OANH, WARD, declaration, individual
from tests.support.upped import ended_up, started_up

ROOT = Path(__file__).resolve().parents[2]
DVK = [sys.executable, "-m", "services.cli.main"]
UNITS = ROOT / "services" / "cli" / "data" / "units_da_nang.csv"
Client = pymongo.MongoClient[dict[str, Any]]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def dvk(*args: object, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """One verb; `most_bytes`: no file that it writes may be larger, as on a disk that is full."""
    words = [*DVK, *map(str, args)]
    if most_bytes is not None:
        words = ["prlimit", f"--fsize={most_bytes}", *words]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=200)


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
        said = ""
        for _ in range(100):
            bundle = httpx.get(
                f"{self.ready['reporting']}/histories/{subject}.bundle", headers=headers, timeout=20
            )
            if bundle.status_code == 200:
                return
            said = bundle.text
            sleep(0.5)
        raise AssertionError(said)

    def keep(self, service: str, file: Path, size: int) -> None:
        """Keep the newest checkpoint of a log outside, as an auditor does, once it is of so many events."""
        for _ in range(100):
            file.write_bytes(httpx.get(f"{self.ready[service]}/log/checkpoint").content)
            if int(file.read_text().split("\n")[1]) >= size:
                return
            sleep(0.1)
        raise AssertionError(file.read_text())

    def end(self) -> None:
        ended_up(self.process)


def begin(place: Path) -> City:
    return City(DataDir(place), *started_up(place))


@dataclass
class Yesterday:
    """Two backups of a small city, and one model registered after them; nothing runs any more."""

    root: Path
    taken: list[dict[str, Any]]
    persons: list[str]
    sha256: str
    after: str

    @property
    def place(self) -> DataDir:
        return DataDir(self.root / "data")

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def key(self) -> Path:
        """What opens the backups."""
        return self.root / "key.txt"

    @property
    def checkpoint(self) -> Path:
        """The registry's newest, as an auditor keeps it."""
        return self.root / "kept" / "registry.checkpoint"


def yesterday_in(root: Path, basetemp: Path) -> Yesterday:
    """A copy of this run's in a directory of its own; `basetemp` is where the worker's directories are."""
    made, told_of_it = made_once(basetemp, "yesterday", lived_through)
    shutil.copytree(made, root, dirs_exist_ok=True)
    return Yesterday(root, **told_of_it)


def lived_through(root: Path) -> dict[str, Any]:
    """Live through yesterday in this directory; what is to be known of it."""
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
        city.keep("registry", root / "kept" / "registry.checkpoint", position)
        city.keep("reporting", root / "kept" / "reporting.checkpoint", 1)
    finally:
        city.end()
    persons = [event["data"]["subjects"][0]["person"]["id"] for event in (first, second)]
    return {
        "taken": taken,
        "persons": persons,
        "sha256": sent.json()["sha256"],
        "after": after["subject"],
    }


@contextmanager
def store_of(place: Path) -> Generator[str]:
    """The store of a directory in which nothing else runs, by its address."""
    servers = EmbeddedServers(place)
    servers.mongo.start()
    try:
        yield servers.mongo.url
    finally:
        servers.stop()
