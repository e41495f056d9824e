"""A memory is told of the events that it folds, and of no others: what it takes is what its fold knows."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any, cast

import pytest

from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from shared.commands.memories import LogMemories
from shared.contracts.catalog import wire_type
from shared.contracts.message import Event
from shared.contracts.registry import GuidePublished, ModelEnded
from shared.errors import CorruptHistory, Unavailable
from shared.eventlog.mongo import MongoLog
from shared.eventlog.port import Recorded, recorded
from shared.tlog.canonical import canonical

MEMORIES = {**REGISTRY.memories, **AWARDS.memories}


@pytest.mark.parametrize("name", MEMORIES)
def test_it_takes_just_what_its_fold_has_a_case_for(name: str) -> None:
    memory = MEMORIES[name]()
    fold = ast.parse(textwrap.dedent(inspect.getsource(type(memory).apply)))
    cases = {ast.unparse(each.cls) for each in ast.walk(fold) if isinstance(each, ast.MatchClass)}
    assert {kind.fact_name() for kind in memory.takes} == cases


class Heard:
    takes = frozenset({ModelEnded})

    def __init__(self) -> None:
        self.events: list[Event] = []

    def apply(self, fact: Any) -> None:
        self.events.append(fact.event)


class Log:
    """A log that somebody else wrote."""

    def __init__(self, *events: Recorded) -> None:
        self.known_head, self.events = len(events), events
        self.asked: list[int] = []

    async def read(self, after: int, limit: int) -> list[Recorded]:
        self.asked.append(after)
        return [*self.events[after : after + limit]]


class States:
    def seen(self, event: Recorded) -> None: ...


def event(position: int, wire: str, data: dict[str, Any]) -> Recorded:
    return recorded(canonical({
        "id": "0197-x", "type": wire, "position": position, "streamversion": position, "subject": "model/m",
        "source": "/dvk/registry", "time": "2026-03-02T00:00:00.000000Z", "actor": "a", "commandid": "c", "data": data,
    }))  # fmt: skip


ENDED = {
    "model": "0197a1b2-0000-7000-8000-000000000001",
    "on": "2026-03-02",
    "ground": "withdrawn",
    "reason": "x",
}


async def memories_of(*events: Recorded) -> Heard:
    heard = Heard()
    memories = LogMemories({"heard": lambda: heard}, cast(MongoLog, Log(*events)), cast("Any", States()))
    await memories.read_on()
    return heard


async def test_of_what_it_does_not_take_nothing_is_read() -> None:
    heard = await memories_of(
        event(1, wire_type("registry", GuidePublished), {"no": "member of it"}),
        event(2, wire_type("registry", ModelEnded), ENDED),
    )
    assert [type(each) for each in heard.events] == [ModelEnded]


async def test_an_event_that_this_program_does_not_know_is_no_less_known_for_that() -> None:
    with pytest.raises(CorruptHistory):
        await memories_of(event(1, wire_type("registry", ModelEnded).replace("ModelEnded", "ModelSung"), {}))


def document(event: Recorded) -> dict[str, Any]:
    return {"_id": event.position, "type": event.type, "event": event.raw.decode()}


async def test_what_a_start_reads_to_look_at_the_log_is_not_read_again() -> None:
    heard = Heard()
    log = Log(
        event(1, wire_type("registry", GuidePublished), {"no": "member of it"}),
        *(event(position, wire_type("registry", ModelEnded), ENDED) for position in (2, 3, 4)),
    )
    memories = LogMemories({"heard": lambda: heard}, cast(MongoLog, log), cast("Any", States()))
    _, second, third, _ = log.events
    first = {
        "_id": 1,
        "type": wire_type("registry", GuidePublished),
        "event": "of no memory, so never parsed",
    }

    for told in (document(second), first, document(second), document(second), document(third)):
        memories.begin_with(told)
    assert len(heard.events) == 2, "each once, in the order of the log"
    assert log.asked == []

    await memories.read_on()
    assert (len(heard.events), log.asked) == (3, [3])


async def test_where_an_event_is_gone_before_others_it_says_which() -> None:
    log = Log(event(1, wire_type("registry", ModelEnded), ENDED))
    log.known_head = 3
    memories = LogMemories({}, cast(MongoLog, log), cast("Any", States()))
    with pytest.raises(Unavailable) as refused:
        await memories.read_on()
    assert (refused.value.code, refused.value.details["position"]) == ("log.damaged", 2)
