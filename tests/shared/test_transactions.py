"""Transactions while the store begins anew: whoever needs one waits, as for a store that is away."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pymongo.errors import ConfigurationError

from shared.store.mongo import AWAY
from shared.store.transactions import Transactions


class Session:
    """Of a server that is up and has not joined its set: what the driver says of it comes with the first command."""

    def __init__(self) -> None:
        self.session_id = {"id": b"0"}

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[None]:
        yield

    def start_transaction(self) -> Any:
        return self._transaction()


class Sessions:
    """The collection in which workers write down their sessions."""

    async def update_one(self, *_: Any, **__: Any) -> None: ...

    async def find_one_and_update(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"ids": [b"0"]}


class Begun:
    def start_session(self) -> Session:
        return Session()


async def test_a_store_that_has_only_just_begun_is_waited_for_as_one_that_is_away() -> None:
    tries = 0

    async def work(_session: Any) -> None:
        nonlocal tries
        tries += 1
        raise ConfigurationError("Sessions are not supported by this MongoDB deployment")

    with pytest.raises(AWAY):
        await Transactions(Begun(), {"sessions": Sessions()}, "readmodels").run(work)
    assert tries == 1
