"""`make verifier`: the auditor's program, as one file that Python runs (`dvk-verify.pyz`) and as a wheel.

It holds the modules that `services.cli.auditing` reads, directly or through others, and no more: they are found by
reading them. Whatever they read from elsewhere has to be the standard library or `cryptography`.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipapp
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "services.cli.auditing"
OURS = ("services", "shared")
NEEDED = {"cryptography"}
ONLY_WHERE_INSTALLED = {"services.cli.drawing", "orjson"}
"""What is read only where a library is installed, and done without elsewhere."""
SINCE = 315532800
"""1 January 1980: the same source makes the same file."""


def file_of(name: str) -> Path | None:
    """The file of a module or package of ours; None when there is none of that name."""
    place = ROOT.joinpath(*name.split("."))
    return next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file()), None)


def named(module: str) -> Iterator[str]:
    """What a module reads: other modules, and names in them, spelt as modules."""
    file = file_of(module)
    assert file is not None
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{each.name}" for each in node.names)


def closure() -> tuple[set[str], set[str]]:
    """(modules of ours that the program needs, libraries that they need)."""
    ours, libraries, left = set[str](), set[str](), [ENTRY]
    while left:
        name = left.pop()
        top = name.partition(".")[0]
        if name in ours or name in ONLY_WHERE_INSTALLED or top in sys.stdlib_module_names:
            continue
        if top not in OURS:
            libraries.add(top)
        elif file_of(name) is not None:
            ours.add(name)
            left += [*named(name), *([name.rpartition(".")[0]] if "." in name else [])]
    return ours, libraries - ONLY_WHERE_INSTALLED


def stage(place: Path) -> None:
    """Lay the program out in an empty directory; SystemExit when it needs what it must not."""
    ours, libraries = closure()
    if not libraries <= NEEDED:
        sys.exit(f"dvk-verify would need {', '.join(sorted(libraries - NEEDED))}")
    files = [file for name in ours if (file := file_of(name)) is not None]
    files += [text for file in files if file.name == "__init__.py" for text in file.parent.glob("data/*.txt")
              if file.parent.name == "tlog"]  # fmt: skip
    for file in files:
        there = place / file.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, there)


def build(into: Path) -> tuple[Path, Path]:
    """(dvk-verify.pyz, the wheel), made anew in a directory."""
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="dvk-verify-") as made:
        place = Path(made)
        stage(place)
        (place / "__main__.py").write_text(
            f"import sys\n\nfrom {ENTRY} import main\n\nsys.exit(main())\n", "ascii"
        )
        for file in [*place.rglob("*"), place]:
            os.utime(file, (SINCE, SINCE))
        program = into / "dvk-verify.pyz"
        zipapp.create_archive(place, program, "/usr/bin/env python3", compressed=True)
        (place / "__main__.py").unlink()
        shutil.copy(Path(__file__).with_name("pyproject.toml"), place)
        command = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
        ]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(SINCE)}
        subprocess.run([*command, "--wheel-dir", into, place], env=environment, check=True)
    return program, next(into.glob("dvk_verify-*.whl"))


if __name__ == "__main__":
    for result in build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")):
        print(f"{result}  {result.stat().st_size:,} bytes")
