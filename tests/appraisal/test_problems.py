"""Every refusal has its sentences, in Vietnamese and in English, in the service that says it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.awards.domain import commendation, listing, recognition
from shared.doors.sentences import SHARED
from shared.wiring import Service

ROOT = Path(__file__).parents[2]
CODE = re.compile(
    r"""(?:Refused|NotAllowed|Unknown|Malformed|PydanticCustomError)\(\s*"([a-z]+(?:-[a-z]+)*(?:\.[a-z-]+)?)\""""
)
BY_STATE = {
    "recognition": [one.name for one in (recognition.Open, recognition.Deferred, recognition.Recognised,
                                         recognition.Declined, recognition.Revoked, recognition.Withdrawn)],
    "listing": [one.name for one in (listing.Open, listing.Listed, listing.TurnedDown, listing.Delisted,
                                     listing.Withdrawn)],
    "commendation": [one.name for one in (commendation.Proposed, commendation.Granted, commendation.Rejected,
                                          commendation.Cancelled)],
}  # fmt: skip
SEPARATION = {
    f"{noun}.{why}" for noun in ("recognition", "listing") for why in ("appraiser-decides", "conflict")
}
VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE
)


def codes_of(service: str) -> set[str]:
    """The codes that stand in a service's own files, and those made from the name of a state."""
    files = [*(ROOT / "services" / service).rglob("*.py"), ROOT / "shared/commands/correcting.py"]
    files += sorted((ROOT / "shared/contracts").glob(f"{service}*.py"))
    found = {code for path in files for code in CODE.findall(path.read_text(encoding="utf-8"))}
    if service == "awards":
        found |= {f"{noun}.{name}" for noun, names in BY_STATE.items() for name in names} | SEPARATION
    return found | {"unit.unknown"}


@pytest.mark.parametrize("service", [APPRAISAL, AWARDS], ids=["appraisal", "awards"])
def test_every_refusal_has_its_sentences_and_no_sentence_is_idle(service: Service) -> None:
    own = {code for code in codes_of(service.name) if code not in SHARED}

    assert own == set(service.problems)


@pytest.mark.parametrize("service", [APPRAISAL, AWARDS], ids=["appraisal", "awards"])
def test_the_sentences_are_sentences(service: Service) -> None:
    for code, problem in service.problems.items():
        for sentence in (problem.vi, problem.en):
            assert sentence[0].isupper() and sentence.endswith("."), code
        assert VIETNAMESE.search(problem.vi), code
        assert not VIETNAMESE.search(problem.en), code
