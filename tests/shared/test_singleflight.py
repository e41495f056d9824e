"""Work that is shared by all who ask for it while it runs."""

from __future__ import annotations

import asyncio
import gc

import pytest

from shared.commands.streams import Streams
from shared.errors import Unavailable
from shared.singleflight import SingleFlight, outlived


class Work:
    """Work that ends when it is told to; counts its runs."""

    def __init__(self) -> None:
        self.runs = 0
        self.go_on = asyncio.Event()
        self.fails = False

    async def __call__(self) -> int:
        self.runs += 1
        run = self.runs
        await self.go_on.wait()
        if self.fails:
            raise Unavailable("store-away")
        return run


async def asked(flight: SingleFlight, work: Work, several: int, key: str = "a") -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(flight.run(key, work)) for _ in range(several)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_who_asks_while_it_runs_gets_the_end_of_that_run_and_who_asks_later_a_new_one() -> None:
    flight, work = SingleFlight(), Work()
    tasks = await asked(flight, work, 5)
    work.go_on.set()

    assert await asyncio.gather(*tasks) == [1] * 5
    assert await flight.run("a", work) == 2


async def test_a_failure_is_everybodys_and_the_next_begins_anew() -> None:
    flight, work = SingleFlight(), Work()
    work.fails = True
    tasks = await asked(flight, work, 3)
    work.go_on.set()

    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(error) for error in found] == [Unavailable] * 3
    work.fails = False
    assert await flight.run("a", work) == 2


async def test_work_of_different_keys_runs_side_by_side() -> None:
    flight, work = SingleFlight(), Work()
    tasks = await asked(flight, work, 1, "a") + await asked(flight, work, 1, "b")
    work.go_on.set()

    assert await asyncio.gather(*tasks) == [1, 2]


async def test_a_caller_that_goes_away_leaves_the_run_to_the_others() -> None:
    flight, work = SingleFlight(), Work()
    first, second = await asked(flight, work, 2)
    first.cancel()
    work.go_on.set()

    assert await second == 1
    assert first.cancelled()


@pytest.mark.thorough
async def test_what_fails_when_nobody_waits_any_more_is_told_nowhere() -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    flight, work = SingleFlight(), Work()
    work.fails = True
    [only] = await asked(flight, work, 1)
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(outlived(answer))
    await asyncio.sleep(0)
    only.cancel()
    waiting.cancel()
    await asyncio.wait({only, waiting})

    work.go_on.set()
    answer.set_exception(Unavailable("store-away"))
    await asyncio.sleep(0.01)
    del flight, only, waiting, answer
    gc.collect()

    assert told == []


async def test_who_waits_too_long_for_a_stream_is_told_to_come_again_and_it_is_free_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.commands.streams.PATIENCE_SECONDS", 0.05)
    streams = Streams()

    async def hold() -> None:
        async with streams.held("model/a"):
            pass

    async with streams.held("model/a"):
        found = await asyncio.gather(hold(), hold(), return_exceptions=True)
        async with streams.held("model/b"):  # another stream is free
            pass
    assert [getattr(error, "code", None) for error in found] == ["busy", "busy"]
    await hold()
