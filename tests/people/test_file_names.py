"""What a file is called may say whom it is about: where an act concerns persons, it is sealed for all of them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from services.appraisal import about as of_appraisal
from services.appraisal.app import SERVICE as APPRAISAL
from services.awards import about as of_awards
from services.awards.app import SERVICE as AWARDS
from services.registry import about as of_registry
from services.registry.app import SERVICE as REGISTRY
from shared.contracts.values import Evidence, Person, Subject, alike
from shared.evidence.named import takes_files
from shared.people.concerned import persons_of
from shared.people.file_names import (
    INSTEAD,
    MOST,
    is_sealed,
    opened_name,
    persons_in,
    renamed,
    sealed_files,
    sealed_name,
    unsaid,
    without_names,
)
from shared.people.sealing import NotOpened
from shared.people.texts import texts_naming
from shared.reference.media_types import DOCX, PNG, XLSX
from shared.wiring import about_nobody

OANH, AN = str(UUID(int=1)), str(UUID(int=2))
SAME = b"s" * 32
KEYS = {OANH: b"o" * 32, AN: b"a" * 32}

ABOUT: dict[str, dict[str, Any]] = {
    "registry": {
        "RegisterModel": of_registry.a_model,
        "RenewRegistration": of_registry.a_model,
        "AmendModel": of_registry.a_model,
        "RecordInspection": of_registry.a_model,
        "ReportProgress": of_registry.a_model,
        "PublishGuide": of_registry.a_model,
        "ProposeReplication": of_registry.a_replication,
        "EndorseReplication": of_registry.a_replication,
        "RecordAdoptionOutcome": of_registry.an_adoption,
        "RecordMilestone": of_registry.an_adoption,
        "RecordActivity": of_registry.an_activity,
        "RecordUnitDocument": about_nobody,  # a unit's own resolution or plan, which names no model
    },
    "appraisal": {
        "SubmitDossier": of_appraisal.a_dossier,
        "SupplementDossier": of_appraisal.a_dossier,
        "RecordSurvey": of_appraisal.a_dossier,
        "AssessCriterion": of_appraisal.a_dossier,
    },
    "awards": {"ProposeCommendation": of_awards.a_round},
}
"""Every command that takes files, and by what is known whom it concerns besides those whom it names."""


def file(name: str, sha256: str = "0" * 64, media_type: str = "application/pdf") -> dict[str, Any]:
    return {"sha256": sha256, "name": name, "media_type": media_type, "size": 7}


def sealed(name: str) -> dict[str, Any]:
    return {**file(name), "name": sealed_name(file(name), KEYS)}


def moved_to(person: str, name: str) -> str:
    """A sealed name as if it were this person's."""
    ids = base64.urlsafe_b64encode(UUID(person).bytes).decode().rstrip("=")
    return f"f1.{ids}.{name.rpartition('.')[2]}"


@pytest.mark.parametrize("service", [REGISTRY, APPRAISAL, AWARDS], ids=lambda service: service.name)
def test_of_every_command_that_takes_files_it_is_known_whom_it_concerns(service: Any) -> None:
    known = {
        row.command.__name__: row.aggregate.about for row in service.commands if takes_files(row.command)
    }

    assert known == ABOUT[service.name]


def test_a_correction_of_what_has_files_is_about_the_same() -> None:
    for service in (REGISTRY, APPRAISAL, AWARDS):
        with_files = {
            row.aggregate.noun: row.aggregate.about for row in service.commands if takes_files(row.command)
        }
        corrected = {row.aggregate.noun: row.aggregate.about for row in service.commands
                     if row.command.__name__ == "CorrectRecord"}  # fmt: skip
        assert with_files.items() <= corrected.items()


@pytest.mark.parametrize("name", ["Đơn của Nguyễn Thị Hoàng Oanh.pdf", "cccd oanh.pdf", "x" * 500])
def test_the_name_opens_with_the_keys_of_all_whom_it_concerns(name: str) -> None:
    one = sealed(name)

    assert Evidence(**one).name == one["name"], "an event takes it"
    assert persons_in(one["name"]) == [OANH, AN]
    assert name not in one["name"]
    assert opened_name(one, KEYS) == name


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({}, {OANH: KEYS[OANH]}),
        ({}, {**KEYS, AN: b"b" * 32}),
        ({"sha256": "1" * 64}, KEYS),
        ({"name": sealed("Đơn.pdf")["name"][:-8] + "AAAAAAAA"}, KEYS),
        ({"name": moved_to(OANH, sealed_name(file("Đơn.pdf"), {AN: SAME}))}, {OANH: SAME}),
        ({"name": "Đơn.pdf"}, KEYS),
    ],
    ids=[
        "one key lost",
        "another key",
        "another file",
        "other bytes",
        "another person under the same key",
        "no seal",
    ],
)
def test_it_opens_in_no_other_way(change: dict[str, Any], keys: dict[str, bytes]) -> None:
    with pytest.raises(NotOpened):
        opened_name({**sealed("Đơn.pdf"), **change}, keys)


@pytest.mark.parametrize(
    "keys",
    [{OANH: None}, {**KEYS, OANH: None}, {str(UUID(int=n)): b"k" * 32 for n in range(MOST + 1)}],
    ids=["who is erased", "one of them is erased", "more than can be said"],
)
def test_where_nothing_can_be_sealed_the_name_is_not_said(keys: dict[str, bytes | None]) -> None:
    assert sealed_name(file("Đơn của Oanh.PDF"), keys) == f"{INSTEAD}.PDF"


def test_where_nobody_is_concerned_and_what_is_sealed_already_stays() -> None:
    assert sealed_name(file("Kế hoạch.pdf"), {}) == "Kế hoạch.pdf"
    assert sealed_name(one := sealed("Kế hoạch.pdf"), KEYS) == one["name"]
    assert is_sealed(one["name"])


def test_files_are_found_wherever_they_stand_and_nothing_else_is_touched() -> None:
    told = {
        "plan": {"number": "1", "evidence": sealed("a")},
        "evidence": [file("b"), sealed("c")],
        "year": 2027,
    }

    assert len([*sealed_files(told)]) == 2
    assert without_names(told) == {
        "plan": {"number": "1", "evidence": file(f"{INSTEAD}.pdf")},
        "evidence": [file("b"), file(f"{INSTEAD}.pdf")],
        "year": 2027,
    }
    assert renamed({"content": "a"}, lambda _file: "never") == {"content": "a"}


@pytest.mark.parametrize(
    ("one", "called"),
    [
        (file("Đơn.của Oanh"), INSTEAD + ".pdf"),
        (file("oanh.jpeg", media_type="image/jpeg"), INSTEAD + ".jpeg"),
        (file("oanh", media_type=PNG), INSTEAD + ".png"),
        (file("oanh", media_type=DOCX), INSTEAD + ".docx"),
        (file("oanh", media_type=XLSX), INSTEAD + ".xlsx"),
        (file("oanh", media_type="application/msword"), INSTEAD),
    ],
)
def test_who_is_not_told_the_name_is_told_what_kind_of_file_it_is(one: dict[str, Any], called: str) -> None:
    assert unsaid(one) == called


def test_a_file_under_another_name_of_which_one_is_sealed_says_nothing_new() -> None:
    before = {"number": "1", "evidence": sealed("Đơn.pdf")}

    assert alike(before, {"number": "1", "evidence": file("Đơn.pdf")})
    assert alike([before], [{"number": "1", "evidence": sealed("Đơn.pdf")}])
    assert not alike(before, {"number": "1", "evidence": file("Đơn.pdf", sha256="1" * 64)})
    assert not alike(before, {"number": "2", "evidence": file("Đơn.pdf")})
    assert not alike(file("Đơn.pdf"), file("Kế hoạch.pdf"))
    assert not alike([before], [before, before])


@dataclass(frozen=True)
class Known:
    """A record, as services keep it of others' things."""

    led_by: Person
    subjects: tuple[Subject, ...]
    fields: dict[str, Any]
    years: int = 2027


def test_persons_are_found_in_whatever_tells_of_them() -> None:
    subject = Subject(kind="individual", type="citizen", person=Person(id=AN), of="Tổ 5")
    known = Known(Person(id=OANH), (subject,), {"by": {"id": str(UUID(int=3))}})

    assert persons_of([known, None, "x", [{"person": {"id": str(UUID(int=4))}}]]) == {
        OANH, AN, str(UUID(int=3)), str(UUID(int=4)),
    }  # fmt: skip
    assert persons_of([replace(known, subjects=())]) == {OANH, str(UUID(int=3))}


def test_nobody_is_warned_of_what_is_not_recorded() -> None:
    assert texts_naming(["Nguyễn Thị Oanh"], {"evidence": [file("Nguyễn Thị Oanh.pdf")], "title": "x"}) == []
