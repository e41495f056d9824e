"""Which programs the embedded default starts, and where they are.

The document store is the first of these that runs (tried with `--version`):

1. what DVK_MONGOD names: the path of a mongod, or the word `secantusdb`
2. a mongod on PATH, of version 6, 7 or 8
3. the one that `make setup` has put into `.venv-servers`: 6.0.5, x86-64 Linux only
4. SecantusDB, a stand-in written in Python, only where no mongod runs
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from services.cli.embedded.server import EmbeddedServerFailed
from services.cli.settings import Settings

Kind = Literal["mongod", "secantusdb"]
VERSIONS = (6, 7, 8)
STAND_IN = "secantusdb"
STAND_IN_PROGRAM = "secantusd-py"
NOT_SET_UP = "The embedded servers are not installed ({path} is missing). Run: make setup"
NOT_SET_UP_VI = "Chưa cài các máy chủ nhúng (thiếu {path}). Hãy chạy: make setup"
PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}
"""Which package brings what a mongod lacks, as Debian and Ubuntu call it."""


@dataclass(frozen=True)
class Program:
    """A document store that runs here. `lacking` says why it is no real MongoDB, in both languages."""

    kind: Kind
    path: Path
    version: str
    lacking: tuple[str, str] = ("", "")

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0] or 0)

    @property
    def _shown(self) -> str:
        here = Path.cwd()
        return str(self.path.relative_to(here) if self.path.is_relative_to(here) else self.path)

    def told(self) -> tuple[str, str]:
        """What runs, and what that means: one sentence each in Vietnamese and English."""
        if self.kind == "mongod":
            return (
                f"MongoDB {self.version} ({self._shown}): bản sao đơn, có phân quyền, chỉ trên máy này",
                f"MongoDB {self.version} ({self._shown}): a replica set of one, with authorisation, this machine only",
            )
        vi, en = self.lacking
        return (
            f"SecantusDB thay cho MongoDB: chậm gấp hơn mười lần, không phân quyền, chỉ để thử. {vi}",
            f"SecantusDB in place of MongoDB: over ten times slower, no authorisation, only for trying. {en}",
        )


class DoesNotRun(Exception):
    """A mongod that does not run here; `hint` says in both languages what would help."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.hint = (vi, en)


def chosen(kind: Kind | None = None) -> Program:
    """The document store to start here; `kind` asks for one of them whatever else is present.

    EmbeddedServerFailed when DVK_MONGOD names something that does not run, or when a mongod is asked for and none
    runs: what is said is never silently replaced.
    """
    named = Settings.read().mongod or ""
    if kind == STAND_IN or (kind is None and named == STAND_IN):
        asked = ("Được chọn bằng DVK_MONGOD.", "DVK_MONGOD asks for it.")
        return _stand_in(asked)
    if named and named != STAND_IN:
        try:
            return _tried(Path(named).expanduser())
        except DoesNotRun as reason:
            vi, en = reason.hint
            raise EmbeddedServerFailed(f"DVK_MONGOD={named}: {en}", f"DVK_MONGOD={named}: {vi}") from reason
    hint = ("", "")
    for path in _candidates():
        try:
            return _tried(path)
        except DoesNotRun as reason:
            hint = reason.hint
    if kind == "mongod":
        vi, en = hint if any(hint) else _none_here()
        raise EmbeddedServerFailed(f"No mongod runs here. {en}", f"Máy này không chạy được mongod. {vi}")
    return _stand_in(hint if any(hint) else _none_here())


def executable(program: str) -> Path:
    """Where `make setup` has put a server program; DVK_SERVERS_VENV names another environment."""
    path = servers_environment() / "bin" / program
    if not path.exists():
        raise EmbeddedServerFailed(NOT_SET_UP.format(path=path), NOT_SET_UP_VI.format(path=path))
    return path.absolute()


def servers_environment() -> Path:
    """The environment that holds the programs."""
    root = Path(__file__).resolve().parents[3]
    return Settings.read().servers_venv or root / ".venv-servers"


def _candidates() -> list[Path]:
    on_path = shutil.which("mongod")
    ours = servers_environment() / "bin" / "mongod"
    return [*([Path(on_path)] if on_path else []), *([ours] if ours.exists() else [])]


def _stand_in(lacking: tuple[str, str]) -> Program:
    return Program("secantusdb", servers_environment() / "bin" / STAND_IN_PROGRAM, "", lacking)


def _none_here() -> tuple[str, str]:
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return (
            "Chạy lại make setup để lấy MongoDB thật, hoặc đặt DVK_MONGOD.",
            "Run make setup again to get the real one, or set DVK_MONGOD.",
        )
    return (
        "Cài MongoDB 6, 7 hoặc 8 (mongod trên PATH, hoặc DVK_MONGOD) để dùng MongoDB thật.",
        "Install MongoDB 6, 7 or 8 (mongod on PATH, or DVK_MONGOD) for the real one.",
    )


def _tried(path: Path) -> Program:
    return _version(path.absolute(), path.stat().st_mtime_ns if path.exists() else 0)


@cache
def _version(path: Path, _changed: int) -> Program:
    """The program, when it runs and is of a version that we know. `changed` keeps what is remembered true."""
    try:
        found = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        if not path.exists():
            raise DoesNotRun("Không có tệp này.", "There is no such file.") from error
        raise _broken(path, error.strerror or str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise _broken(path, str(error)) from error
    if found.returncode:
        raise _broken(path, found.stderr.strip() or f"exit code {found.returncode}")
    version = re.search(r"^db version v(\d+\.\d+\.\d+)", found.stdout, flags=re.MULTILINE)
    if version is None:
        raise DoesNotRun(f"{path} không phải là mongod.", f"{path} is no mongod.")
    if int(version[1].partition(".")[0]) not in VERSIONS:
        raise DoesNotRun(
            f"{path} là MongoDB {version[1]}; cần phiên bản 6, 7 hoặc 8.",
            f"{path} is MongoDB {version[1]}; 6, 7 or 8 is needed.",
        )
    return Program("mongod", path, version[1])


def _broken(path: Path, words: str) -> DoesNotRun:
    line = words.splitlines()[0] if words else "?"
    for library, package in PACKAGES.items():
        if library in words:
            return DoesNotRun(
                f"{path} không chạy vì thiếu {library}: cài gói {package} (apt install {package}).",
                f"{path} does not run without {library}: install {package} (apt install {package}).",
            )
    if line.endswith(("exit code -4", "exit code 132")):
        return DoesNotRun(
            f"{path} không chạy: bộ xử lý này không có AVX.",
            f"{path} does not run: this processor has no AVX.",
        )
    return DoesNotRun(f"{path} không chạy: {line}", f"{path} does not run: {line}")
