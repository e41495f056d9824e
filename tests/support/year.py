"""The year of `dvk demo`, played once in a run, by the worker that wants it first: who begins with it has a copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.support.once import made_once

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 240


@dataclass(frozen=True)
class Said:
    """What `dvk demo` printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Year:
    """The directory in which it was played, where nothing runs any more, and what was said of it."""

    directory: Path
    said: Said

    def copy(self, to: Path) -> Path:
        """Put all of it into this directory."""
        assert self.said.code == 0, self.said.err + self.said.out[-2000:]
        shutil.copytree(self.directory, to, dirs_exist_ok=True)
        return to


def demo(place: Path) -> Said:
    """`dvk demo` in this directory, until it ends."""
    command = [sys.executable, "-m", "services.cli.main", "demo", "--data-dir", str(place), "--once"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=MOST_SECONDS)
    return Said(done.returncode, done.stdout, done.stderr)


def played(basetemp: Path) -> Year:
    """The year of this run; `basetemp` is where the worker's directories are."""
    directory, said = made_once(basetemp, "year", lambda place: asdict(demo(place)))
    return Year(directory, Said(**said))
