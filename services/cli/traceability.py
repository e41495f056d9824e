"""Which requirement is met where: docs/traceability.md, made of the table docs/traceability.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "traceability.toml"

HEAD = """# Requirements and where they are met

Made by `dvk docs` from `traceability.toml`. Each requirement of the scheme (Đề án) in our words, the files that
meet it, the test that shows it, and what is deliberately not done.

| id | requirement | where | shown by | not done |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Requirement:
    """One row: paths from the root of the project; each of `tests` is `path::name`; none where `not_done` says why."""

    id: str
    says: str
    done: tuple[str, ...]
    tests: tuple[str, ...]
    not_done: str


def requirements() -> list[Requirement]:
    """The rows in the order of the table; TypeError when one has a member nobody knows or lacks one."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return [_read(name, **row) for name, row in table.items()]


def page() -> str:
    """The table as a page, its links going out from docs/."""
    return HEAD + "".join(_line(each) for each in requirements())


def _read(
    name: str, *, says: str, done: list[str], test: str | list[str] = "", not_done: str = ""
) -> Requirement:
    tests = (test,) if isinstance(test, str) else tuple(test)
    return Requirement(name, says, tuple(done), tuple(one for one in tests if one), not_done)


def _line(row: Requirement) -> str:
    where = "<br>".join(_link(path, path) for path in row.done)
    shown = "<br>".join(_link(name, path) for path, _, name in (one.partition("::") for one in row.tests))
    return f"| {row.id} | {row.says} | {where} | {shown} | {row.not_done} |\n"


def _link(shown: str, path: str) -> str:
    return f"[`{shown}`](../{path})"
