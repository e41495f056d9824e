"""A wish: one command that a row of a file asks for, checked against the contract before anything is sent."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.cli.importing.choices import LABELS
from services.cli.importing.rows import Row, Wrong
from shared.contracts.message import Command
from shared.doors.problems import KINDS, SHARED, naming
from shared.text.characters import Unwelcome, unwelcome_in
from shared.tlog.canonical import OutsideProfile, canonical

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://dvk.danang.gov.vn/import")
Body = dict[str, Any]
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

    @property
    def command_id(self) -> str:
        """The same for the same wish, for ever."""
        said = canonical({"command": self.command, "body": nameless(self.body)}, at_most=None).decode()
        return str(uuid.uuid5(NAMESPACE, f"{self.about}\n{said}"))

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
        return {
            name: {} if name == "person" and isinstance(part, dict) and "name" in part else nameless(part)
            for name, part in value.items()
        }
    return [nameless(part) for part in value] if isinstance(value, list) else value


def thing_id(about: str) -> str:
    """The id of a thing that has none in its file: the same at every import."""
    return str(uuid.uuid5(NAMESPACE, about))


def contract(service: str, command: str) -> type[Command]:
    """The class of a command; KeyError when the service's language does not have it."""
    kind = getattr(import_module(f"shared.contracts.{service}"), command, None)
    if not (isinstance(kind, type) and issubclass(kind, Command)):
        raise KeyError(f"{service}: {command}")
    return kind


def wrongs_of(wish: Wish, columns: Mapping[str, str]) -> list[Wrong]:
    """What the contract refuses of a wish; `columns` names the column that a member came from."""
    row = wish.row or Row(wish.about, 0, {})
    if found := list(unwelcome_in(wish.body)):
        return [told_character(row, columns, place, wrong) for place, wrong in found]
    try:
        canonical(wish.body)
        contract(wish.service, wish.command).model_validate_json(json.dumps(wish.body), strict=True)
    except OutsideProfile as outside:
        member = outside.place.strip("/").partition("/")[0]
        vi = SHARED[outside.code].vi if outside.code in SHARED else outside.code
        return [row.wrong(columns.get(member, member) or None, vi, str(outside))]
    except ValidationError as error:
        first: dict[str | None, Wrong] = {}  # a value that fits none of several kinds is told once
        found = error.errors(include_url=False, include_input=False)
        for wrong in found:
            if any(
                len(each["loc"]) > (n := len(wrong["loc"])) and each["loc"][:n] == wrong["loc"]
                for each in found
            ):
                continue  # a list that is too short only because of what is wrong in it
            column = column_of(wrong["loc"], columns)
            first.setdefault(column, row.wrong(column, *sentences(wrong, column)))
        return list(first.values())
    return []


def told_character(row: Row, columns: Mapping[str, str], place: str, wrong: Unwelcome) -> Wrong:
    """A character that no text may hold, in the column it came from."""
    said = naming(SHARED[wrong.code], {"character": wrong.name})
    parts = tuple(part for part in place.split("/") if part and not part.isdigit())
    return row.wrong(column_of(parts, columns), said.vi, said.en)


def column_of(place: tuple[int | str, ...], columns: Mapping[str, str]) -> str | None:
    """The column that a place of the body came from: the longest known path, else its first member."""
    parts = [str(part) for part in place if not isinstance(part, int)]
    for length in range(len(parts), 0, -1):
        if (column := columns.get(".".join(parts[:length]))) is not None:
            return column
    return parts[0] if parts else None


def _code(kind: str) -> str:
    """The code of what a validator of ours found, or a general one."""
    return kind if kind in SHARED else "date.malformed" if kind.startswith("date") else "field.invalid"


def sentences(wrong: ErrorDetails, column: str | None) -> tuple[str, str]:
    """What pydantic found, in Vietnamese and English: with the limit or the list it speaks of."""
    kind, about = wrong["type"], wrong.get("ctx", {})
    match kind:
        case "missing":
            vi = "để trống"
        case "string_too_long":
            vi = f"dài quá {about['max_length']} ký tự"
        case "literal_error":
            said: list[str] = re.findall(r"'([^']*)'", about["expected"])
            vi = f"phải là một trong: {'; '.join(LABELS.get(code) or code for code in said)}"
        case "string_pattern_mismatch":
            form = FORMS.get(column or "")
            vi, en = form or (SHARED["text.wrong-form"].vi, SHARED["text.wrong-form"].en)
            return vi, en
        case "not_a_day":
            return "ngày phải viết dd/mm/yyyy hoặc yyyy-mm-dd", "a date is written dd/mm/yyyy or yyyy-mm-dd"
        case "greater_than_equal":
            vi = f"phải từ {about['ge']} trở lên"
        case "less_than_equal":
            vi = f"không được quá {about['le']}"
        case "int_type" | "int_parsing":
            vi = "phải là số nguyên"
        case _:
            vi = naming(SHARED[KINDS.get(kind, _code(kind))], about).vi
    return vi, wrong["msg"]
