"""The table itself: complete, consistent, and with sentences for every refusal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.registry.app import SERVICE
from shared.contracts import registry as contract
from shared.contracts.message import Command, Event
from shared.doors.problems import PART
from shared.doors.sentences import SHARED
from shared.wiring import CommandRow

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "services/registry").rglob("*.py"), *(ROOT / "shared/contracts").glob("registry*.py"),
           ROOT / "shared/commands/correcting.py", ROOT / "shared/people/erasing.py",
           ROOT / "shared/reference/authority.py"]  # fmt: skip
RAISED = re.compile(
    r"(?:Refused|Unknown|NotAllowed|Malformed|PydanticCustomError)\(\s*\"([a-z.-]+\.[a-z-]+|not-allowed)\""
)
NOUNS = ("unit-report", "unit-document", "activity", "inspection-plan", "revocation")
"""Things of which nothing but their unknownness is refused by their noun alone (corrections, views)."""
STATES = ("registered", "returned", "received", "suspended", "ended")


def codes() -> set[str]:
    """Every code that the registry can refuse with."""
    found = {code for path in SOURCES for code in RAISED.findall(path.read_text("utf-8"))}
    return found | {f"model.{state}" for state in STATES} | {f"{noun}.unknown" for noun in NOUNS}


def test_every_refusal_has_its_sentences_and_no_sentence_is_left_over() -> None:
    assert codes() - SHARED.keys() - SERVICE.problems.keys() == set()
    assert SERVICE.problems.keys() - codes() == set()


@pytest.mark.parametrize("code", sorted(SERVICE.problems))
def test_sentences_are_sentences_in_both_languages(code: str) -> None:
    said = SERVICE.problems[code]

    assert said.vi.endswith(".") and said.en.endswith(".") and said.vi != said.en
    assert re.search(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", said.vi)
    assert "{" not in PART.sub("", said.vi + said.en), "what may be unknown stands in square brackets"


def test_every_command_of_the_contract_has_a_row_and_every_row_a_path_of_its_own() -> None:
    commands = {
        kind
        for kind in vars(contract).values()
        if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command
    }

    assert {row.command for row in SERVICE.commands} == commands
    assert len({row.path for row in SERVICE.commands}) == len(SERVICE.commands)


def test_every_event_of_the_contract_is_in_its_tuple() -> None:
    events = {
        kind
        for kind in vars(contract).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    }

    assert events == set(contract.EVENTS)
    assert len({kind.__name__ for kind in contract.EVENTS}) == len(contract.EVENTS)


@pytest.mark.parametrize("row", SERVICE.commands, ids=lambda row: f"{row.path}: {row.command.__name__}")
def test_every_row_names_its_thing(row: CommandRow) -> None:
    assert row.roles
    key = row.aggregate.key
    assert row.aggregate.fixed or key in row.command.model_fields or hasattr(row.command, key)
