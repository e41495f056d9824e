"""An event is found by its position or its id; what is neither is found nowhere, and breaks nothing."""

from __future__ import annotations

from typing import Any, cast

import pytest

from services.reporting.ledger.finding import find


class Empty:
    """A ledger without entries, which notes the positions it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def at(self, _source: str, position: int) -> None:
        self.asked.append(position)

    async def checkpoint(self, _source: str) -> int:
        return 0


@pytest.mark.parametrize("ident", ["²", "٣", "9" * 5000], ids=["superscript", "foreign digit", "endless"])
async def test_what_is_no_position_is_looked_for_as_an_id(ident: str) -> None:
    assert await find(cast(Any, Empty()), "registry", ident) is None


async def test_digits_are_a_position() -> None:
    ledger = Empty()
    await find(cast(Any, ledger), "registry", "17")
    assert ledger.asked == [17]
