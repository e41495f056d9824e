"""What the guides have their readers type, typed: line by line, in order, against one running system.

`deploy/k8s/README.md` needs a cluster, CONTRIBUTING.md runs the tests themselves, the others have no blocks: of all of
them tests/architecture/test_guides.py holds that what they name exists.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

import httpx
import openpyxl
import pymongo
import pytest

from deploy.verify.build import build
from services.cli.demo.cast import SPREADING, cast, named
from services.cli.places import DataDir, services_of
from shared import SERVICES
from tests.support.guides import ROOT, blocks, is_command

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(580)]

STARTED_SECONDS, ENDED_SECONDS, PROVEN_SECONDS, TYPED_SECONDS = 300.0, 60.0, 60.0, 240.0
NOT_HERE = {
    "README.md": {
        "make ": "the demo and the tests themselves",
        ".venv/bin/dvk up": "the system runs: it was started as a sandbox",
    },
    "README.vi.md": {
        "make ": "the demo and the tests themselves",
        ".venv/bin/dvk up": "the system runs: it was started as a sandbox",
    },
    "deploy/README.md": {
        "make ": "the tests have set it up",
        "docker ": "there is no Docker here: tests/architecture/test_deploy.py renders what it would start",
        "dc ": "as the line before it",
        "for _ in 1 2; do dc": "as the line before it; NATS of the sandbox reads its accounts by itself",
        "export DVK_": "the addresses behind the front; here those of the sandbox stand in their place",
        "MONGO=": "asks Docker for the address; here that of the sandbox stands in its place",
        "KEYS=": "as the line before it",
        "NATS=": "as the line before it",
        ".venv/bin/dvk drill": "starts a system of its own, and README.md has it typed",
    },
    "docs/importing.md": {
        "dvk import units|": "says what may be given, and is no line to type",
        "dvk import form": "wants forms that somebody has filled in: tests/cli fills them in",
    },
    "docs/integrators.md": {
        "dvk sandbox": "it is what runs",
        "export DVK_": "the addresses of the city; here those of the sandbox stand in their place",
        "dvk witness": "runs until somebody ends it, in a directory of root's: tests/cli runs one",
    },
    "docs/verify/README.md": {
        "apt ": "root's",
        "python3 -m venv": "without a network it wants the wheels on a disk: tests/cli installs from them",
        "kiem-toan/bin/pip": "as the line before it",
        "auditor/bin/pip": "as the line before it",
    },
}
"""What is not typed here, by how it begins, and why; everything else in the blocks of these guides is."""
ELSEWHERE = {
    "deploy/README.md": {
        '--identity ~/dvk-backup.key --mongo "$MONGO"': '--identity ~/dvk-backup.key --mongo "$EMPTY"',  # not what runs
        " /backups": " backups",  # the machine's own directory
        "--dir deploy/secrets": "--dir made/secrets",  # the sandbox has its secrets, and keeps them
    },
}
"""What is typed with another place."""


@dataclass(frozen=True)
class Running:
    """The system, and what its reader holds before he begins."""

    place: DataDir
    urls: dict[str, str]
    model: str
    publication: str = ""
    auditor: str = ""
    """A token."""
    policy: str = ""
    """The keys as they are shown; to a reader who has them printed they are what he believes."""
    verifier: bytes = b""
    """The auditor's program."""

    def token(self, role: str, unit: str | None = None) -> str:
        """What `dvk token` prints."""
        of_unit = [] if unit is None else ["--unit", unit]
        told = dvk("token", "--data-dir", str(self.place.path), "--sub", "doc", "--role", role, *of_unit)
        return told.strip()


def dvk(*words: str) -> str:
    """What a verb prints."""
    command = [sys.executable, "-m", "services.cli.main", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, timeout=120).stdout


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`dvk sandbox`, with the summary of its year published; ended as by Ctrl-C."""
    where = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "services.cli.main", "sandbox", "--data-dir", str(where / "data")]
    with (where / "said").open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True
        )
    try:
        eventually(lambda: is_up(process, where / "said"), STARTED_SECONDS)
        place = DataDir(where / "data")
        begun = Running(place, services_of(place, None), named(cast(), SPREADING)[0].id)
        program = build(where / "dist")[0].read_bytes()
        yield replace(
            begun,
            auditor=(auditor := begun.token("auditor")),
            publication=published(begun, auditor),
            policy=dvk("verify", "policy", "--data-dir", str(place.path)),
            verifier=program,
        )
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(ENDED_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def eventually(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until it holds."""
    until = monotonic() + seconds
    while not holds():
        assert monotonic() < until, "not in time"
        sleep(0.5)


def is_up(process: subprocess.Popen[bytes], said: Path) -> bool:
    """Whether it says that it goes on running; what it said, where it ended."""
    assert process.poll() is None, said.read_text("utf-8")[-2000:]
    return "Ctrl-C" in said.read_text("utf-8")


def published(running: Running, auditor: str) -> str:
    """The city publishes its year, and the witness cosigns all that is handed out; the id of the publication."""
    with httpx.Client(base_url=running.urls["reporting"], timeout=60) as http:
        approver = running.token("approver", "btgdv")
        answer = http.post(
            "/summaries/2026/publish?cut_off=2026-10-15", headers={"Authorization": f"Bearer {approver}"}
        )
        assert answer.status_code == 200, answer.text
        publication = answer.json()["event"]["data"]["publication"]
        http.headers["Authorization"] = f"Bearer {auditor}"
        for path in (f"/published/{publication}.bundle", f"/histories/model/{running.model}.bundle"):
            eventually(lambda path=path: http.get(path).status_code == 200, PROVEN_SECONDS)
        eventually(
            lambda: http.get("/feed?proof=1").text.count("\n") == http.get("/feed").text.count("\n") > 0,
            PROVEN_SECONDS,
        )
    return publication


@pytest.fixture
def empty(mongo_url: str) -> Iterator[str]:
    """A MongoDB into which a backup can be put back."""
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client:
        ours = ("dvk_keys", *(f"dvk_{service}" for service in SERVICES))
        for name in ours:
            client.drop_database(name)
        yield mongo_url
        for name in ours:
            client.drop_database(name)


@pytest.fixture
def desk(running: Running, tmp_path: Path) -> Path:
    """The directory of a reader: his programs, his token, the files that his guide takes as given."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program(
        tmp_path / ".venv" / "bin" / "dvk",
        f'PYTHONPATH="{ROOT}" exec "{sys.executable}" -m services.cli.main "$@"',
    )
    program(tmp_path / ".venv" / "bin" / "dvk-verify", 'exec python3 dvk-verify.pyz "$@"')
    program(tmp_path / ".venv" / "bin" / "python3", f'exec "{sys.executable}" "$@"')
    (tmp_path / "data").symlink_to(running.place.path)
    (tmp_path / "dvk-verify.pyz").write_bytes(running.verifier)
    (tmp_path / "auditor.token").write_text(running.auditor, "ascii")
    (tmp_path / "keys.policy").write_text(running.policy, "utf-8")
    return tmp_path


def program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o700)


Filled = dict[str, str]
"""The variables that a guide's lines use and that the reader has filled in."""


def of_newcomers(running: Running, desk: Path) -> Filled:
    """A register as a workbook, and what an auditor was given."""
    register = openpyxl.Workbook()
    assert register.active is not None
    with (ROOT / "docs" / "examples" / "models.csv").open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.reader(rows):
            register.active.append(row)
    register.save(desk / "register.xlsx")
    headers = {"Authorization": f"Bearer {running.auditor}"}
    for path, file in (
        (f"/histories/model/{running.model}.bundle", "history.dvk-bundle"),
        (f"/published/{running.publication}.bundle", "2027.dvk-publication"),
    ):
        answer = httpx.get(f"{running.urls['reporting']}{path}", headers=headers, timeout=60)
        (desk / file).write_bytes(answer.raise_for_status().content)
    return {}


def of_agencies(running: Running, desk: Path) -> Filled:
    """The token for the feed that the sandbox made; the policy is what the guide itself fetches."""
    (desk / "token").write_bytes((running.place.path / "agencies" / "token").read_bytes())
    (desk / "keys.policy").unlink()
    return {}


def of_auditors(running: Running, desk: Path) -> Filled:
    """A token; the policy stands for the printed one."""
    (desk / "token").write_text(running.auditor, "ascii")
    return {}


def of_operators(running: Running, desk: Path) -> Filled:
    """A checkout whose `deploy` is where the sandbox keeps what it has, and checkpoints that somebody kept."""
    (desk / "deploy").symlink_to(running.place.path)
    (desk / "services").symlink_to(ROOT / "services")
    (desk / "KEPT").mkdir()
    copies = running.place.copies()
    return {
        "MONGO": copies["mongo"],
        "NATS": copies["nats"],
        "KEYS": str(running.place.key_store),
        "HOME": str(desk),
    }


def nothing_more(_running: Running, _desk: Path) -> Filled:
    """What every desk has is enough."""
    return {}


def typed(guide: str) -> tuple[list[str], set[str]]:
    """The lines of the blocks of a guide that are typed here, in order; and how those begin that are not."""
    every = [line for block in blocks(guide) for line in block.splitlines() if is_command(line)]
    passed = {begins for begins in NOT_HERE[guide] for line in every if line.startswith(begins)}
    script = "\n".join(line for line in every if not line.startswith(tuple(NOT_HERE[guide])))
    for place, here in ELSEWHERE.get(guide, {}).items():
        assert place in script
        script = script.replace(place, here)
    return script.splitlines(), passed


@pytest.mark.parametrize(
    ("guide", "given", "lines"),
    [
        ("README.md", of_newcomers, 10),
        ("README.vi.md", nothing_more, 2),
        ("deploy/README.md", of_operators, 12),
        ("docs/importing.md", nothing_more, 2),
        ("docs/integrators.md", of_agencies, 12),
        ("docs/verify/README.md", of_auditors, 26),
    ],
)
def test_everything_that_a_guide_has_typed_works(
    running: Running, desk: Path, empty: str, guide: str, given: Callable[[Running, Path], Filled], lines: int
) -> None:
    filled = given(running, desk)
    script, passed = typed(guide)
    assert len(script) >= lines and passed == set(NOT_HERE[guide])

    of_services = {f"DVK_{name.upper()}_URL": url for name, url in running.urls.items()}
    of_reader = {"MODEL": running.model, "PUBLICATION": running.publication, "EMPTY": empty}
    path = f"{desk / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", "\n".join(script)],
        cwd=desk, env={**os.environ, **of_services, **of_reader, **filled, "PATH": path},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TYPED_SECONDS, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, f"{ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
