"""The word under which a command's end is logged and counted."""

from __future__ import annotations

from asyncio import CancelledError

import pytest
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from shared.commands.outcome import outcome_of
from shared.errors import Refused, Unavailable


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (Refused("model.unknown"), "model.unknown"),
        (Unavailable("busy"), "busy"),
        (AutoReconnect("closed"), "store-away"),
        (ServerSelectionTimeoutError("none"), "store-away"),
        (CancelledError(), "outcome-unknown"),
        (ZeroDivisionError(), "failed"),
    ],
    ids=repr,
)
def test_an_end_is_called_what_its_sender_is_told(end: BaseException, word: str) -> None:
    with pytest.raises(type(end)), outcome_of("RegisterModel", stream="model/x") as outcome:
        raise end
    assert outcome.word == word
