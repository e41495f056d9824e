"""A copy that differs from the log is named, with the members in which it differs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from services.cli.broker import Broker
from services.cli.verifying import copies
from services.cli.verifying.copies import LedgerCopy, compare_nats, document_wrong
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import grown, ledger_line
from services.cli.verifying.spool import Spool
from services.cli.verifying.wrong import Wrong, difference, first_things_first
from shared.eventlog.port import recorded
from shared.tlog.merkle import Frontier, leaf_hash, root
from tests.cli.chain import changed, log


def document(line: bytes, **members: Any) -> dict[str, Any]:
    event = orjson.loads(line)
    return {
        "_id": event["position"],
        "stream": event["subject"],
        "version": event["streamversion"],
        "type": event["type"],
        "time": event["time"],
        "command": event["commandid"],
        "request": bytes(32),
        "event": line.decode(),
        "leaf": leaf_hash(line),
    } | members


def edited(line: bytes) -> bytes:
    return changed(line, data={**orjson.loads(line)["data"], "name": "Tên khác"})


def test_a_document_as_it_was_written_is_right() -> None:
    assert document_wrong("registry", 4, document(log()[3])) is None


def test_an_edited_event_does_not_hash_to_its_leaf() -> None:
    wrong = document_wrong("registry", 4, document(log()[3], event=edited(log()[3]).decode()))

    assert wrong is not None
    assert (wrong.position, wrong.en) == (4, "the event in MongoDB does not hash to its leaf")
    assert "Tên khác" in wrong.found


@pytest.mark.parametrize(
    "member, value",
    [("stream", "unit/u9"), ("version", 9), ("type", "x"), ("time", "x"), ("command", "x"), ("_id", 9)],
)
def test_an_edited_index_member_is_named(member: str, value: object) -> None:
    wrong = document_wrong("registry", 4, document(log()[3], **{member: value}))

    assert wrong is not None
    assert wrong.en == "an index member is not what the event says"
    assert wrong.found == f"{member} = {value}"


def test_a_document_without_event_or_leaf_is_named() -> None:
    assert document_wrong("registry", 4, {"_id": 4, "leaf": b""}) is not None
    assert document_wrong("registry", 4, document(log()[3], leaf="00")) is not None


async def compared(
    own: list[bytes],
    ledger: list[bytes],
    read: int | None = None,
    sound: bool = False,
    as_signed: bool = True,
) -> list[Wrong]:
    """`read` is how far the log was read; it has grown since."""
    leaves = Leaves()
    leaves.add([leaf_hash(line) for line in own[:read]])

    async def fetch(service: str, position: int) -> bytes:
        return own[position - 1] if position <= len(own) else b""

    copy = LedgerCopy({"registry": leaves}, fetch, lambda _log: sound)
    for number, line in enumerate(ledger, start=1):
        await copy.entry(number, recorded(line))
    leaves.close()
    return copy.wrongs(as_signed)


async def test_the_ledger_names_the_event_that_was_edited_and_how() -> None:
    own = log()
    own[3] = edited(own[3])

    [wrong] = await compared(own, log())

    assert (wrong.log, wrong.position, wrong.en) == ("registry", 4, "differs from the ledger's copy")
    assert (wrong.expected, wrong.found) == ('data.name = "Đơn vị 4"', 'data.name = "Tên khác"')


async def test_whoever_is_not_what_he_signed_is_named_and_never_the_other() -> None:
    changed_entry = [*log()[:3], edited(log()[3]), *log()[4:]]

    [of_ledger] = await compared(log(), changed_entry, sound=True, as_signed=False)
    [of_log] = await compared(log(), changed_entry, sound=True, as_signed=True)
    [of_broken_log] = await compared(log(), changed_entry, sound=False, as_signed=False)

    assert (of_ledger.log, of_ledger.position, of_ledger.en) == ("ledger", 4, "is not what registry has at 4")
    assert (of_ledger.expected, of_ledger.found) == ('data.name = "Đơn vị 4"', 'data.name = "Tên khác"')
    assert of_log.log == of_broken_log.log == "registry"


async def test_an_event_that_only_the_ledger_has_was_taken_out_of_the_log() -> None:
    [wrong] = await compared(log()[:-1], log())

    assert (wrong.position, wrong.en) == (12, "stands in the ledger and not in the log")


async def test_a_log_that_grew_while_it_was_read_is_asked_again() -> None:
    assert await compared(log(), log(), read=7) == []
    assert [wrong.position for wrong in await compared([*log()[:-1], edited(log()[-1])], log(), read=7)] == [
        12
    ]


async def test_events_of_logs_that_are_not_asked_for_are_passed_over() -> None:
    assert await compared(log(), [*log(service="appraisal"), *log()]) == []


def test_the_smallest_position_is_where_it_happened() -> None:
    wrongs = [Wrong("registry", place, "", "", "", "") for place in (None, 7, 4)]

    assert [wrong.position for wrong in first_things_first(wrongs)] == [4, 7, None]


def test_a_ledger_line_is_taken_apart_without_touching_the_events_bytes() -> None:
    line = log()[0]

    assert ledger_line(b'{"ledger": 17, "event": ' + line + b"}") == (17, line)
    assert ledger_line(b'{"ledger":17,"event":' + line + b"}") == (17, line)
    assert ledger_line(line) is None


def test_differences_of_events_are_told_by_member() -> None:
    line = log()[0]

    assert difference(line, changed(line, actor="khác")) == ('actor = "dvk:operator"', 'actor = "khác"')
    assert difference(line, b"torn")[1] == "torn"


def test_records_come_back_sorted_however_small_the_runs_are() -> None:
    numbers = [(n * 7919) % 1000 for n in range(1000)]
    with Spool(2, run_bytes=20) as spool:
        for number in numbers:
            spool.add(number.to_bytes(2, "big"))

        assert [int.from_bytes(record, "big") for record in spool] == sorted(numbers)


def test_the_root_of_a_size_is_seen_in_passing() -> None:
    leaves = [bytes([n]) * 32 for n in range(20)]
    frontier, passed = grown(Frontier(), leaves[:10], 13)
    assert passed is None

    frontier, passed = grown(frontier, leaves[10:], 13)

    assert passed == root(leaves[:13])
    assert frontier.root() == root(leaves)


LINES = log()


@pytest.mark.parametrize(
    ("held", "signed", "expected"),
    [
        (list(enumerate(LINES, 1)), 12, None),
        (list(enumerate(LINES[:9], 1)), 9, None),
        (list(enumerate(LINES[:9], 1)), 10, (10, "JetStream lacks messages")),
        ([], 1, (1, "JetStream lacks messages")),
        ([(n, line) for n, line in enumerate(LINES, 1) if n != 5], 12, (5, "JetStream lacks a message")),
        (
            [(n, edited(line) if n == 7 else line) for n, line in enumerate(LINES, 1)], 12,
            (7, "differs from the message in JetStream"),
        ),
        (list(enumerate([*LINES, *log(13)[12:]], 1)), 12, (13, "stands in JetStream and not in the log")),
    ],
    ids=["all", "what was signed", "one less than signed", "none", "one lost", "one edited", "one too many"],
)  # fmt: skip
async def test_what_jetstream_holds_is_compared_message_by_message(
    monkeypatch: pytest.MonkeyPatch,
    held: list[tuple[int, bytes]],
    signed: int,
    expected: tuple[int, str] | None,
) -> None:
    async def messages(_broker: Broker, _service: str) -> AsyncIterator[tuple[int, bytes]]:
        for each in held:
            yield each

    async def fetch(_service: str, position: int) -> bytes:
        return LINES[position - 1] if position <= len(LINES) else b""

    monkeypatch.setattr(copies, "messages", messages)
    leaves = Leaves()
    leaves.add([leaf_hash(line) for line in LINES])
    _, wrongs = await compare_nats(Broker("nats://nowhere"), "registry", leaves, signed, fetch)
    leaves.close()

    assert [(wrong.position, wrong.en) for wrong in wrongs] == ([] if expected is None else [expected])
