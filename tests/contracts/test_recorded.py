"""A recorded event is read as what it was recorded as, without being judged again; what lacks a member is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_core import CoreSchema, SchemaValidator

from shared.contracts import recorded as reading
from shared.contracts.catalog import as_today, load, newest, written
from shared.contracts.recorded import read
from shared.eventlog.port import recorded
from shared.tlog.canonical import canonical
from tests.support.every import GOLDEN

FILES = sorted(GOLDEN.glob("*.json"))
REGISTERED = written("registry", "ModelRegistered")


def data_of(name: str) -> dict[str, object]:
    return recorded((GOLDEN / f"{name}.json").read_bytes().removesuffix(b"\n")).data


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removeprefix("vn.gov.danang.dvk."))
def test_it_is_read_as_the_judged_one(file: Path) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))
    judged = newest(event.type).model_validate(as_today(event.type, event.data))

    assert event.fact == judged
    assert type(event.fact) is type(judged)
    assert repr(event.fact) == repr(judged), "parts and dates are objects of the same classes"
    assert event.fact.model_fields_set == judged.model_fields_set
    assert canonical(event.fact.data()) == canonical(judged.data())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removeprefix("vn.gov.danang.dvk."))
def test_so_is_one_that_leaves_out_what_it_may(file: Path) -> None:
    event = recorded(file.read_bytes().removesuffix(b"\n"))
    kind, data = newest(event.type), as_today(event.type, event.data)
    optional = [name for name, field in kind.model_fields.items() if not field.is_required() and name in data]

    for left_out in optional:
        less = {name: one for name, one in data.items() if name != left_out}
        assert repr(read(kind, less)) == repr(kind.model_validate(less)), left_out


@pytest.mark.parametrize(
    "name", ["dòng một\u0000", " không cắt ", "", "Tổ tự quản".encode().decode(), "dài " * 500], ids=repr
)
def test_whatever_was_recorded_loads_for_ever_though_nobody_could_record_it_today(name: str) -> None:
    said = load(REGISTERED, {**data_of(REGISTERED), "name": name})

    assert said.data()["name"] == name


@pytest.mark.parametrize("member", ["model", "name", "unit", "subjects", "on"])
def test_what_lacks_a_member_is_no_event(member: str) -> None:
    data = data_of(REGISTERED)
    del data[member]

    with pytest.raises(ValidationError, match=member):
        load(REGISTERED, data)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", 7),
        ("name", None),
        ("year", "năm"),
        ("on", "2026-02-30"),
        ("subjects", "ai"),
        ("subjects", ["ai"]),
    ],
)
def test_what_has_another_type_is_no_event(member: str, value: object) -> None:
    with pytest.raises(ValidationError):
        load(REGISTERED, {**data_of(REGISTERED), member: value})


def test_what_a_newer_writer_added_is_left_alone() -> None:
    data = data_of(REGISTERED)

    assert load(REGISTERED, {**data, "newer": "member"}) == load(REGISTERED, data)


def test_a_pydantic_that_cannot_leave_judging_out_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(schema: CoreSchema) -> SchemaValidator:
        return SchemaValidator(schema)

    monkeypatch.setattr(reading, "SchemaValidator", plain)
    reader = reading.reader.__wrapped__(newest(REGISTERED))

    assert reader.validate_python(data_of(REGISTERED)) == load(REGISTERED, data_of(REGISTERED))
