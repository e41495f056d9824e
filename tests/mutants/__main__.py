"""`make mutants`: run the tests beside each mutant, and name those that nobody noticed.

python -m tests.mutants [WORD]     only mutants of files whose name has this word
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.rows import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
AT_ONCE = 2
SAME = Mutant("shared/tlog/__init__.py", '"""', '"""', "")
"""No mutant at all: with it every test has to pass."""


def survives(mutant: Mutant) -> bool:
    """Whether the tests pass in a copy of the project in which this one line is another."""
    with TemporaryDirectory(prefix="dvk-mutant-") as place:
        copy = Path(place)
        for name in ("shared", "services", "tests", "deploy", "docs"):
            shutil.copytree(
                ROOT / name, copy / name, copy_function=os.link, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "pyproject.toml", copy)
        file = copy / mutant.file
        text = file.read_text("utf-8")
        places = text.count(mutant.before)
        assert places == 1 or mutant.before == mutant.after, (
            f"{mutant.file}: {mutant.before!r}: {places} times"
        )
        file.unlink()  # it is the same file as in the project until here
        file.write_text(text.replace(mutant.before, mutant.after), "utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            *mutant.tests.split(),
        ]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=copy, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return False  # it goes round for ever: noticed
        return done.returncode == 0


def main(word: str = "") -> int:
    """Run them; 1 when one survives."""
    mutants = [each for each in MUTANTS if word in each.file]
    for tests in sorted({each.tests for each in mutants}):
        if not survives(Mutant(SAME.file, SAME.before, SAME.after, tests)):
            print(f"without any mutant these fail already: {tests}")
            return 2
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (each, lives) in enumerate(
            zip(mutants, pool.map(survives, mutants), strict=True), start=1
        ):
            print(
                f"{number}/{len(mutants)} {'SURVIVES' if lives else 'killed'}  {each.file}: {each.after.strip()[:90]}",
                flush=True,
            )
            survivors += [each] if lives else []
    print(f"{len(mutants)} mutants, {len(survivors)} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
