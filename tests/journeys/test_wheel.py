"""What is built is the whole product: installed outside the tree, it starts, takes a command, prints and shows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.support.ports import free_base

ROOT = Path(__file__).parents[2]
TREE = ("shared", "services", "deploy/mongo", "deploy/runbook.md")

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(400)]


def tracked() -> list[str]:
    """The files of the product, as git has them."""
    command = ["git", "ls-files", "-co", "--exclude-standard", *TREE, "pyproject.toml"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in found if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree."""
    copy = tmp_path_factory.mktemp("tree")
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation",
               "--disable-pip-version-check", "--wheel-dir", out, copy]  # fmt: skip
    subprocess.run(command, check=True, timeout=200)
    [built] = out.glob("dvk-*.whl")
    return built


def test_every_file_of_the_product_is_in_it(wheel: Path) -> None:
    inside = set(ZipFile(wheel).namelist())

    assert {name for name in tracked() if name != "pyproject.toml"} <= inside


def test_installed_outside_the_tree_it_does_its_main_job(wheel: Path, tmp_path: Path) -> None:
    home, data = tmp_path / "env", tmp_path / "data"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=100)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    ZipFile(wheel).extractall(site)
    # What it needs, as the lock has it, and nothing of the tree: a path named here brings no hooks of its own along.
    (site / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    env = {**os.environ, "DVK_SERVERS_VENV": str(ROOT / ".venv-servers"), "PYTHONPATH": ""}

    def run(*command: object) -> str:
        words = [str(home / "bin" / "python"), *map(str, command)]
        return subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout

    def token(role: str) -> dict[str, str]:
        made = run("-m", "services.cli.main", "token", "--data-dir", data, "--sub", "x", "--role", role)
        return {"Authorization": f"Bearer {made.strip()}"}

    assert run("-c", "import services; print(services.__file__)").startswith(str(home))
    verb = ["up", "--data-dir", data, "--base-port", str(free_base()), "--json"]
    words = [home / "bin" / "python", "-m", "services.cli.main", *verb]
    with subprocess.Popen(words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as up:
        try:
            assert up.stdout is not None
            ready = json.loads(next(line for line in up.stdout if line.startswith("{")))
            unit = {"unit": "20242", "name": "Phường Hòa Xuân", "kind": "commune_committee"}
            answer = httpx.post(
                f"{ready['registry']}/units", json=unit, headers=token("operator"), timeout=30
            )
            assert answer.status_code == 200, answer.text
            assert printed(f"{ready['reporting']}/summaries/2026.pdf", token("auditor")).startswith(b"%PDF-")
            page = httpx.get(ready["console"], follow_redirects=True, timeout=30)
            assert page.status_code == 401 and "Đăng nhập" in page.text
        finally:
            up.terminate()
            assert up.wait(60) == 0


def printed(url: str, headers: dict[str, str]) -> bytes:
    """A document, asked for again while reporting says that it has not come so far."""
    for _ in range(60):
        answer = httpx.get(url, headers=headers, timeout=60)
        if answer.status_code == 200:
            return answer.content
        time.sleep(1)
    raise AssertionError(answer.text)
