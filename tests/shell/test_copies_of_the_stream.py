"""On a cluster of three brokers every event lies on as many members as the setting says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from random import random

import pytest
from nats.aio.client import Client

from shared.relaying.relay import Relay
from tests.support.brokers import three_brokers
from tests.support.courier import connected, until
from tests.support.logs import Opened, opened, unit_registered

pytestmark = pytest.mark.servers


@pytest.fixture
async def found(mongo_url: str, database: str) -> AsyncIterator[Opened]:
    async with opened(mongo_url, database) as the_log:
        yield the_log


async def copies(client: Client) -> int | None:
    return (await client.jetstream(timeout=3).stream_info("REGISTRY")).config.num_replicas


async def test_a_new_stream_has_three_copies_and_one_of_before_gets_them(
    found: Opened, tmp_path: Path
) -> None:
    with three_brokers(tmp_path) as brokers:
        async with connected(brokers.addresses[0]) as client:
            await until(lambda: _takes_streams(client), within=60)
            relay = Relay("registry", found.log, lambda: client, random, replicas=1)
            await found.log.append(unit_registered())
            relay.start()
            await until(lambda: relay.relayed == 1)
            assert await copies(client) == 1
            await relay.stop()

            grown = Relay("registry", found.log, lambda: client, random, replicas=3)
            await found.log.append(unit_registered())
            grown.start()
            await until(lambda: grown.relayed == 2)
            assert await copies(client) == 3
            await grown.stop()
            assert (await client.jetstream().stream_info("REGISTRY")).state.last_seq == 2

            asked_too_much = Relay("registry", found.log, lambda: client, random, replicas=5)
            await found.log.append(unit_registered())
            asked_too_much.start()
            await until(lambda: asked_too_much.relayed == 3)  # what there are keep it meanwhile
            assert await copies(client) == 3
            await asked_too_much.stop()


async def _takes_streams(client: Client) -> bool:
    await client.jetstream(timeout=2).account_info()
    return True
