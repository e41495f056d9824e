"""The scheme itself: its policy, criteria, forms and legal basis, as each service ships them, or from files.

A file is a JSON array of commands, each with `service`, `command`, `about` (what it is known by) and its own body.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from services.cli.importing.saying import problems_of
from services.cli.importing.sending import send
from services.cli.importing.units import bodies
from services.cli.places import DataDir, services_of
from services.cli.talking import local
from services.cli.telling import Failure
from shared.reference import defaults
from shared.registers.rows import Rejected, Row, Wrong
from shared.registers.wishes import Wish, contract, wrongs_of

SERVICES = Path(__file__).resolve().parents[2]
SHIPPED = (
    ("registry", "PublishPolicy", "policy/scheme", defaults.FILE),
    ("registry", "RecordLegalBasis", "legal-basis/scheme", SERVICES / "cli/data/legal_basis.json"),
    (
        "appraisal",
        "PublishCriteria",
        "criteria-set/recognition",
        SERVICES / "appraisal/data/criteria_city.json",
    ),
    (
        "appraisal",
        "PublishCriteria",
        "criteria-set/replication",
        SERVICES / "appraisal/data/criteria_replication.json",
    ),
    ("awards", "PublishForms", "forms", SERVICES / "awards/data/forms.json"),
)


def wishes(files: Sequence[Path]) -> list[Wish]:
    """The commands of the files, or without any the city's own bodies and what is shipped.

    Rejected when one cannot be understood.
    """
    asked: list[Wish] = []
    wrongs: list[Wrong] = []
    items = [(Row(path.name, n, {}), item) for path in files for n, item in enumerate(listed(path), start=1)]
    for row, item in items or shipped():
        found, wrong = wish(item, row)
        asked += found
        wrongs += wrong
    if wrongs:
        raise Rejected(wrongs)
    return asked if items else [*bodies(), *asked]


def shipped() -> list[tuple[Row, Any]]:
    """What the services ship, one command each."""
    return [
        (
            Row(file.name, 1, {}),
            {"service": service, "command": command, "about": about, **json.loads(read(file))},
        )
        for service, command, about, file in SHIPPED
    ]


def listed(path: Path) -> list[Any]:
    """The array in a file."""
    try:
        found = json.loads(read(path))
    except ValueError as error:
        raise Failure(f"{path.name} không phải JSON: {error}", f"{path.name} is not JSON: {error}") from error
    if not isinstance(found, list):
        raise Failure(f"{path.name} phải là một danh sách lệnh", f"{path.name} must be an array of commands")
    return cast("list[Any]", found)


def read(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error


def wish(item: Any, row: Row) -> tuple[list[Wish], list[Wrong]]:
    """One command of a file, or what is wrong with it."""
    heads = ("service", "command", "about")
    said = cast("dict[str, Any]", item)
    if not isinstance(item, dict) or not all(isinstance(said.get(head), str) for head in heads):
        vi, en = "cần có service, command, about", "needs service, command and about"
        return [], [Wrong(row.file, row.number, None, vi, en)]
    body = {name: value for name, value in said.items() if name not in heads}
    asked = Wish(said["service"], said["command"], said["about"], body, row)
    try:
        contract(asked.service, asked.command)
    except (KeyError, ModuleNotFoundError):
        vi, en = f"không có lệnh {asked.service} {asked.command}", "there is no such command"
        return [], [Wrong(row.file, row.number, "command", vi, en)]
    return [asked], wrongs_of(asked, {}, problems_of(asked.service))


def publish_scheme(place: DataDir) -> None:
    """Put the shipped scheme on record in a system that runs here; once, however often it is asked."""
    outcome = send(local(place, services_of(place, None)), wishes(()), "Đề án")
    if outcome.refused:
        first = outcome.refused[0]
        vi, en = first.sentences()
        raise Failure(f"{first.wish.about}: {vi}", f"{first.wish.about}: {en}")
    place.published.touch()
