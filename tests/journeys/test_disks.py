"""A disk that is full or takes no writes: what cannot be kept is refused, what was acknowledged stays, all goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.tokens import make
from tests.support.backed_up import PDF, UNITS, City, begin, dvk
from tests.support.people import OANH, WARD, declaration, individual

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(400)]

SLOWEST = 12.0
"""Seconds until a refusal, on a machine that has other things to do."""
RECOVERED_SECONDS = 60.0
REFUSED = {"store-away", "keys-away", "outcome-unknown"}
"""What a command is told while the store is away: what waits in the queue may still be written once it is back."""


@contextmanager
def disk(place: Path, megabytes: int) -> Generator[None]:
    """A disk of its own at this place; skips where this machine lets nobody mount one."""
    place.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here: full and read-only disks were NOT tried")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def fill(place: Path, leaving: int = 0) -> None:
    """Until so many bytes are left; without them, until nothing more goes on it."""
    with (place / "ballast").open("ab", buffering=0) as file:
        if leaving:
            file.write(b"x" * (shutil.disk_usage(place).free - leaving))
            return
        for piece in (1 << 16, 1):
            with suppress(OSError):
                while file.write(b"x" * piece):
                    pass


@dataclass
class Tried:
    """What was asked of a system, and what it had acknowledged."""

    city: City
    acknowledged: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def command(self) -> str:
        """Register a model; the code of the answer, or `done`."""
        began = time.monotonic()
        body = declaration(individual(name=OANH), unit=WARD)
        answer = self.city.ask("POST", "/models", "unit_officer", WARD, json=body)
        assert time.monotonic() - began < SLOWEST
        if answer.status_code == 200:
            self.acknowledged.append(answer.json()["event"])
            return "done"
        assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0, answer.text
        return str(answer.json()["code"])

    def upload(self, size: int) -> str:
        """A file of evidence of this size."""
        body = PDF.replace(b"endobj", b"endobj\n%" + os.urandom(size // 2).hex().encode())
        sent = {"file": ("bb.pdf", body, "application/pdf")}
        answer = self.city.ask("POST", "/evidence", "unit_officer", WARD, files=sent)
        if answer.status_code == 200:
            return "done"
        assert answer.status_code == 503, answer.text
        return str(answer.json()["code"])

    def health(self) -> tuple[int, set[str]]:
        """Whether registry is ready, and its alarms."""
        headers = {"Authorization": f"Bearer {make(self.city.place, 'op', 'operator')}"}
        answer = httpx.get(f"{self.city.ready['registry']}/health/ready", headers=headers, timeout=5)
        return answer.status_code, {alarm["code"] for alarm in answer.json()["alarms"]}

    def until(self, alarm: str) -> int:
        """Wait for this alarm of registry; whether it is ready meanwhile."""
        until = time.monotonic() + 40
        while time.monotonic() < until:
            status, alarms = self.health()
            if alarm in alarms:
                return status
            self.command()
        raise AssertionError(f"no {alarm}: {self.health()}")

    def recovers(self) -> None:
        """Commands are taken again, nobody needs anybody, and every event that was acknowledged is there once."""
        until = time.monotonic() + RECOVERED_SECONDS
        while self.command() != "done" or self.health() != (200, set()):
            assert time.monotonic() < until, self.health()
            time.sleep(0.3)
        assert self.city.process.poll() is None
        checked = dvk("verify", "log", "--all", "--data-dir", self.city.place.path)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        headers = {"Authorization": f"Bearer {make(self.city.place, 'auditor', 'auditor')}"}
        log = httpx.get(
            f"{self.city.ready['registry']}/log/entries?from=1&limit=1000", headers=headers, timeout=20
        ).text.splitlines()
        for event in self.acknowledged:
            assert [json.loads(line)["position"] for line in log if event["id"] in line] == [
                event["position"]
            ]


@pytest.fixture
def mounted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Tried, Path]]:
    """A system of which one part has a disk of its own."""
    part, megabytes = request.param
    with ExitStack() as stack:
        stack.enter_context(disk(tmp_path / "data" / part, megabytes))
        (tmp_path / "data").chmod(0o700)
        city = begin(tmp_path / "data")
        stack.callback(city.end)
        assert dvk("import", "units", UNITS, "--data-dir", city.place.path).returncode == 0
        tried = Tried(city)
        assert tried.command() == "done"
        yield tried, tmp_path / "data" / part


@pytest.mark.parametrize("mounted", [("mongo", 200)], indirect=True, ids=["mongo"])
def test_the_stores_disk_is_full(mounted: tuple[Tried, Path]) -> None:
    tried, place = mounted
    fill(place, leaving=6_000_000)
    assert tried.until("disk.low") == 200, "it is told while commands still go on"

    fill(place)
    said = {tried.upload(8_000_000) for _ in range(2)}

    assert tried.until("store-away") == 503
    assert {"disk.low", "store-away"} <= tried.health()[1]
    assert "done" not in said and {tried.command() for _ in range(3)} <= REFUSED

    (place / "ballast").unlink()
    tried.recovers()


@pytest.mark.parametrize("mounted", [("mongo", 200)], indirect=True, ids=["mongo"])
def test_the_stores_disk_takes_no_more_writes(mounted: tuple[Tried, Path]) -> None:
    tried, place = mounted
    read_only = ["mount", "-o", "remount,ro", str(place)]
    for _ in range(200):  # the system refuses while a file is open for writing
        with suppress(ProcessLookupError, TypeError):
            os.kill(
                json.loads((tried.city.place.path / "up.json").read_text())["pids"]["mongo"], signal.SIGKILL
            )
        if subprocess.run(read_only, capture_output=True, check=False).returncode == 0:
            break
    else:
        raise AssertionError("it could not be made read-only")

    assert tried.until("store-away") == 503
    assert {tried.command() for _ in range(3)} <= REFUSED

    subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
    tried.recovers()


@pytest.mark.parametrize("mounted", [("nats", 40)], indirect=True, ids=["nats"])
def test_the_brokers_disk_is_full(mounted: tuple[Tried, Path]) -> None:
    tried, place = mounted
    fill(place)

    assert tried.until("relay.waiting") == 200, "commands go on: a load balancer leaves the city where it is"
    assert {tried.command() for _ in range(5)} == {"done"}

    (place / "ballast").unlink()
    tried.recovers()


@pytest.mark.parametrize("mounted", [("keys", 3), ("security", 3), ("log", 3)], indirect=True, ids=str)
def test_a_disk_of_a_services_own_is_full(mounted: tuple[Tried, Path]) -> None:
    tried, place = mounted
    fill(place)

    assert tried.command() == "done"
    uploaded = tried.upload(1000)
    assert uploaded == ("store-away" if place.name == "keys" else "done")
    assert ("disk.low" in tried.health()[1]) == (place.name == "keys")

    (place / "ballast").unlink()
    time.sleep(1)
    assert tried.upload(1000) == "done"
    tried.recovers()
