"""A wish: one command that a row of a file asks for, checked against the contract before anything is sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from pydantic import ValidationError

from shared.contracts.findings import Finding, findings
from shared.contracts.message import Command
from shared.contracts.words import LANGS
from shared.doors.problems import Problems, sentence
from shared.registers.choices import LABELS
from shared.registers.rows import Row, Wrong
from shared.text.characters import unwelcome_in
from shared.tlog.canonical import OutsideProfile, canonical

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://dvk.danang.gov.vn/import")
Body = dict[str, Any]
SAID = Problems({})
"""The sentences that all services share."""
FORMS = {
    "unit": ("không tìm thấy đơn vị này; ghi mã (20242) hoặc tên như “Phường Hải Châu”, “P. Hải Châu”",
             "no such unit: give its code (20242) or its name"),
    "code": ("mã đơn vị gồm chữ số, như 20242", "the code of a unit is a number such as 20242"),
    "period": ("kỳ báo cáo ghi như “6 tháng đầu năm 2026”, “Năm 2026” hoặc một ngày", "write 2026-H1 or 2026"),
    "document_for": ("ghi năm (2026) hoặc giai đoạn (2026-2030)", "a year (2026) or years (2026-2030)"),
}  # fmt: skip
"""What a column's form is, where a pattern says it to machines only."""


@dataclass(frozen=True)
class Wish:
    """One command: to which service, what it says, and what it is about (`unit/20194`).

    Its command id comes from what it is about and what it says: sent again it is the same command, changed it
    is another. Persons' names are left out of it, for it stays when they are erased. `shown` says where its result
    can be read, for comparing when the thing is on record already; `after` what its service must have followed first.
    """

    service: str
    command: str
    about: str
    body: Body
    row: Row | None = None
    shown: str | None = None
    after: str | None = None
    parts: Mapping[str, Row] = field(default_factory=dict[str, Row])
    """Of a body that several rows make: by the beginning of a place (`/documents/1`), the row that it came from."""

    @property
    def command_id(self) -> str:
        """The same for the same wish, for ever."""
        said = canonical({"command": self.command, "body": nameless(self.body)}, at_most=None).decode()
        return str(uuid.uuid5(NAMESPACE, f"{self.about}\n{said}"))

    def row_of(self, place: str) -> Row:
        """The row that a place of the body (`/documents/1/dated`) came from."""
        part = "/".join(place.split("/")[:3])
        return self.parts.get(part) or self.row or Row(self.about, 0, {})

    def batched(self) -> Body:
        """The wish as an item of a batch."""
        after = {"after": self.after} if self.after else {}
        return {"command": self.command, "command_id": self.command_id, **self.body, **after}

    def where(self) -> str:
        """Where it stands in its file, or what it is about."""
        return f"{self.row.file}, dòng {self.row.number}" if self.row else self.about


def nameless(value: Any) -> Any:
    """A body without the names of persons."""
    if isinstance(value, dict):
        made: dict[str, Any] = {
            name: {} if name == "person" and isinstance(part, dict) and "name" in part else nameless(part)
            for name, part in cast("dict[str, Any]", value).items()
        }
        return made
    return [nameless(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value


def thing_id(about: str) -> str:
    """The id of a thing that has none in its file: the same at every import."""
    return str(uuid.uuid5(NAMESPACE, about))


def contract(service: str, command: str) -> type[Command]:
    """The class of a command; KeyError when the service's language does not have it."""
    kind = getattr(import_module(f"shared.contracts.{service}"), command, None)
    if not (isinstance(kind, type) and issubclass(kind, Command)):
        raise KeyError(f"{service}: {command}")
    return kind


def wrongs_of(wish: Wish, columns: Mapping[str, str], said: Problems = SAID) -> list[Wrong]:
    """What the contract refuses of a wish; `columns` names the column that a member came from, `said` has a service's
    own sentences.
    """
    row = wish.row_of("")
    if found := list(unwelcome_in(wish.body)):
        return [
            wish.row_of(place).wrong(
                column_of(place, columns),
                *sentences(said, {"code": wrong.code, "character": wrong.name}),
            )
            for place, wrong in found
        ]
    try:
        canonical(wish.body)
        contract(wish.service, wish.command).model_validate_json(json.dumps(wish.body), strict=True)
    except OutsideProfile as outside:
        member = outside.place.strip("/").partition("/")[0]
        told = sentences(said, {"code": outside.code})
        longest = max(row.cells, key=lambda name: len(row.cells[name]), default=None)  # of what is too large
        return [row.wrong(columns.get(member, member) if member else longest, *told)]
    except ValidationError as error:
        first: dict[object, Wrong] = {}  # a value that fits none of several kinds is told once
        for finding in findings(error, contract(wish.service, wish.command)):
            column, of = column_of(finding["place"], columns), wish.row_of(finding["place"])
            first.setdefault((column, of.number), of.wrong(column, *sentences(said, finding, column)))
        return list(first.values())
    return []


def column_of(place: str, columns: Mapping[str, str]) -> str | None:
    """The column that a place of the body came from: the longest known path, else its first member."""
    parts = [part for part in place.split("/") if part and not part.isdigit()]
    for length in range(len(parts), 0, -1):
        if (column := columns.get(".".join(parts[:length]))) is not None:
            return column
    return parts[0] if parts else None


def sentences(said: Problems, finding: Finding, column: str | None = None) -> tuple[str, str]:
    """What is wrong, in Vietnamese and English, without the field's name: the column stands beside it."""
    if finding["code"] == "date.malformed":
        return "ngày phải viết dd/mm/yyyy hoặc yyyy-mm-dd", "a date is written dd/mm/yyyy or yyyy-mm-dd"
    if finding["code"] == "text.wrong-form" and (form := FORMS.get(column or "")) is not None:
        return form
    if finding["code"] == "field.not-one-of":
        allowed = [LABELS.get(code) or code for code in finding["allowed"]]
        return (
            f"phải là một trong: {'; '.join(allowed)}",
            f"it must be one of: {', '.join(finding['allowed'])}",
        )
    told = {name: value for name, value in finding.items() if name not in ("label", "label_en", "place")}
    problem = said.sentences(finding["code"])
    vi, en = (sentence(problem, told, lang).rstrip(".") for lang in LANGS)
    return vi[:1].lower() + vi[1:], en[:1].lower() + en[1:]
