"""The operator sees how far each agency on NATS is, and which of them has no consumer any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.shell.test_agencies import City
from tests.support import stack

pytestmark = pytest.mark.servers


@pytest.fixture
async def place(tmp_path: Path, servers: stack.Servers, mongo_url: str) -> AsyncIterator[City]:
    async with City.begun(tmp_path / "data", servers, mongo_url) as found:
        yield found


async def test_the_list_says_how_far_each_agency_is(
    place: City, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    await place.live(len(place.entries))
    await place.published()
    every = len(place.public)
    assert await place.does("add", "so-noi-vu") == 0
    assert await place.does("add", "bao-da-nang") == 0
    assert len(await place.reads("so-noi-vu", most=3)) == 3
    capsys.readouterr()

    assert await place.does("list") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    found = {row[0]: [int(cell.replace(",", "")) for cell in row[-4:]] for row in rows if "start" in row}
    assert found == {"so-noi-vu": [3, 3, every - 3, 0], "bao-da-nang": [0, 0, every, 0]}


async def test_the_list_names_who_has_no_consumer_and_the_verb_that_makes_it(
    place: City, capsys: Any
) -> None:
    await place.published()
    assert await place.does("add", "so-noi-vu") == 0
    await place.broker.take_away("so-noi-vu")
    capsys.readouterr()

    assert await place.does("list") == 0
    assert "so-noi-vu: NATS không còn consumer, hãy chạy dvk agency provide" in capsys.readouterr().err


async def test_while_nats_does_not_answer_the_list_says_what_is_registered(place: City, capsys: Any) -> None:
    await place.published()
    assert await place.does("add", "so-noi-vu") == 0
    place.servers.nats.kill()
    capsys.readouterr()

    assert await place.does("list") == 0
    said = capsys.readouterr()
    assert "so-noi-vu" in said.out
    assert "NATS does not answer" in said.err
