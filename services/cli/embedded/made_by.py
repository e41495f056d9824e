"""Which document store made a data directory: only that one reads its files.

    data_dir/mongo/made-by     {"kind": "mongod", "version": "6.0"}, written before the store's first start

A directory without that file and with data is SecantusDB's: it was the only one before the file was.
"""

from __future__ import annotations

import json
from pathlib import Path

from services.cli.embedded.programs import STAND_IN, VERSIONS, Program
from services.cli.embedded.server import EmbeddedServerFailed
from services.cli.writing import write_secret

NAMES = {"mongod": "MongoDB", "secantusdb": "SecantusDB"}


def claim(directory: Path, program: Program) -> None:
    """Write down that this program makes the data here; EmbeddedServerFailed when another made it.

    A mongod reads what its own version or the one before it made. If we die after writing, the next start finds an
    empty directory with a maker, which that maker fills and no other.
    """
    made = _maker(directory)
    if made is None:
        directory.mkdir(parents=True, exist_ok=True)
        version = ".".join(program.version.split(".")[:2])
        write_secret(directory / "made-by", json.dumps({"kind": program.kind, "version": version}))
        return
    kind, major = made
    if kind != program.kind:
        raise _of_another_kind(directory, kind, program)
    if kind == "mongod" and program.major - major not in (0, 1):
        fit = " / ".join(str(version) for version in VERSIONS if version - major in (0, 1))
        raise EmbeddedServerFailed(
            f"{directory} was made by MongoDB {major}, and {program.path} is MongoDB {program.version}: "
            f"set DVK_MONGOD to a mongod of version {fit}, or name another data directory",
            f"{directory} do MongoDB {major} tạo ra, còn {program.path} là MongoDB {program.version}: "
            f"đặt DVK_MONGOD là một mongod phiên bản {fit}, hoặc dùng thư mục dữ liệu khác",
        )


def _maker(directory: Path) -> tuple[str, int] | None:
    """(kind, major version) of the store whose data is here; None when there is none yet."""
    try:
        made = json.loads((directory / "made-by").read_text("utf-8"))
    except FileNotFoundError:
        data = directory / "db"
        return ("secantusdb", 0) if data.is_dir() and any(data.iterdir()) else None
    return made["kind"], int(made["version"].partition(".")[0] or 0)


def _of_another_kind(directory: Path, kind: str, program: Program) -> EmbeddedServerFailed:
    if kind == STAND_IN:
        remedy = "DVK_MONGOD=secantusdb opens it"
        remedy_vi = "đặt DVK_MONGOD=secantusdb để mở"
    else:
        vi, en = program.lacking
        remedy = f"a mongod has to run here: {en}" if en else "a mongod has to run here"
        remedy_vi = f"máy này phải chạy được mongod: {vi}" if vi else "máy này phải chạy được mongod"
    return EmbeddedServerFailed(
        f"{directory} was made by {NAMES[kind]}, which {NAMES[program.kind]} cannot read: "
        f"name another data directory; {remedy}",
        f"{directory} do {NAMES[kind]} tạo ra, {NAMES[program.kind]} không đọc được: "
        f"hãy dùng thư mục dữ liệu khác; {remedy_vi}",
    )
