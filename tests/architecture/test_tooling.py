"""The files a newcomer starts from tell the truth: the lock, the settings, the verbs."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_we_ask_for_is_in_the_lock() -> None:
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["dev"], *extras["s3"]]
    names = {normal(re.split(r"[\[<>=!~ ;]", requirement)[0]) for requirement in asked}
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", LOCK, flags=re.MULTILINE))


def test_the_lock_names_versions_and_hashes_and_no_host() -> None:
    pinned = re.findall(r"^[a-z0-9-]+==[^\n]*\\\n    --hash=sha256:", LOCK, flags=re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^\S", LOCK, flags=re.MULTILINE))
    assert not re.search(r"://|^-", LOCK, flags=re.MULTILINE)


def test_make_alone_explains_every_verb() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    verbs = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE)) - {
        "venv",
        "venv-tests",
        "venv-servers",
    }
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert verbs == set(re.findall(r"^  make ([a-z-]+) ", said, flags=re.MULTILINE))


def test_the_embedded_servers_stay_out_of_the_project() -> None:
    """SecantusDB is GPL-2.0-only: it has an environment of its own, and that holds nothing of ours."""
    servers = (ROOT / "deploy" / "embedded" / "requirements.txt").read_text("utf-8")
    asked = [line for line in servers.splitlines() if line and not line.startswith("#")]
    assert len(asked) == 2
    assert "secantus" not in LOCK.lower()


@pytest.mark.thorough
def test_the_bill_of_materials_names_all_that_runs_with_its_version(tmp_path: Path) -> None:
    made = tmp_path / "dvk.cdx.json"
    command = [Path(sys.executable).parent / "cyclonedx-py", "requirements", "deploy/requirements.tools.lock"]
    more = ["--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", made]
    subprocess.run([*command, *more], cwd=ROOT, capture_output=True, check=True)
    bill = json.loads(made.read_text("utf-8"))
    named = {(normal(each["name"]), each["version"]) for each in bill["components"]}
    runs = (ROOT / "deploy" / "requirements.tools.lock").read_text("utf-8")
    assert named == set(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", runs, flags=re.MULTILINE))
    assert bill["bomFormat"] == "CycloneDX"


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "tests" / "bench").glob("[a-z]*.py")))
def test_every_part_of_the_bench_is_there_when_it_is_wanted(name: str) -> None:
    importlib.import_module(f"tests.bench.{name}")
