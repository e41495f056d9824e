"""Messages that the public stream lost: told by reporting and by the operator's verb, seen by an agency, got again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli import permissions
from services.reporting.feed.broadcasting import STREAM, stream_config
from shared.process import alarms
from tests.shell.test_agencies import City
from tests.support import stack
from tests.support.service import until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

LOSSES: dict[str, tuple[str, dict[str, Any], int]] = {
    "one in the middle": ("STREAM.MSG.DELETE", {"seq": 4}, 4),
    "the first": ("STREAM.PURGE", {"seq": 3}, 1),
    "all": ("STREAM.PURGE", {}, 1),
}


@pytest.fixture(autouse=True)
def taking_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reporting may take messages out, as somebody with an administrator's rights may, or a disk."""
    own = permissions.service_user

    def user(service: str, password: str) -> Any:
        made = own(service, password)
        made["permissions"]["publish"]["allow"] += [
            f"$JS.API.{verb}.{STREAM}" for verb, _, _ in LOSSES.values()
        ]
        return made

    monkeypatch.setattr(permissions, "service_user", user)


@pytest.fixture
async def place(tmp_path: Path, servers: stack.Servers, mongo_url: str) -> AsyncIterator[City]:
    async with City.begun(tmp_path / "data", servers, mongo_url) as found:
        yield found


@pytest.mark.parametrize(("verb", "asked", "first"), LOSSES.values(), ids=LOSSES.keys())
async def test_what_the_public_stream_lost_is_told_and_got_again(
    place: City, capsys: pytest.CaptureFixture[str], verb: str, asked: dict[str, Any], first: int
) -> None:
    await place.live(len(place.entries))
    async with place.reporting() as (broadcast, client):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("services.reporting.feed.broadcasting.LOOK_SECONDS", 0.3)
            loose = replace(stream_config(1), deny_delete=False, deny_purge=False)
            await client.jetstream().add_stream(loose)
            await until(lambda: place.is_there(broadcast, client), 60)
            assert await place.does("add", "so-noi-vu") == 0
            assert await place.does("test", "so-noi-vu") == 0

            await client.request(f"$JS.API.{verb}.{STREAM}", orjson.dumps(asked), timeout=5)

            async def told() -> bool:
                found = [one for one in alarms.of_rows([await broadcast.status()])]
                return [(one["code"], one.get("message")) for one in found] == [("relay.incomplete", first)]

            await until(told, 60)
            capsys.readouterr()
            assert await place.does("test", "so-noi-vu") == 1
            assert f"the first is number {first}" in capsys.readouterr().err
            numbers = [event.raw for event in place.public]
            got = await place.reads("so-noi-vu")
            assert set(got) < set(numbers), "the others come, in their order"
            assert got == [raw for raw in numbers if raw in got]

            await client.jetstream().delete_stream(STREAM)
            await until(lambda: place.is_there(broadcast, client), 60)
            assert await place.does("provide") == 0
            assert await place.does("test", "so-noi-vu") == 0
            assert await place.reads("so-noi-vu") == numbers
            assert "incomplete" not in await broadcast.status()


async def test_a_process_that_begins_with_an_emptied_stream_stops_and_says_why(place: City) -> None:
    await place.live(len(place.entries))
    async with place.reporting() as (broadcast, client):
        loose = replace(stream_config(1), deny_delete=False, deny_purge=False)
        await client.jetstream().add_stream(loose)
        await until(lambda: place.is_there(broadcast, client), 60)
        await client.request(f"$JS.API.STREAM.PURGE.{STREAM}", b"{}", timeout=5)
    async with place.reporting() as (broadcast, _):

        async def stopped() -> bool:
            codes = {one["code"] for one in alarms.of_rows([await broadcast.status()])}
            return codes == {"relay.incomplete", "follower.stopped"}

        await until(stopped, 60)
        assert "does not hold position" in (await broadcast.status())["reason"]
