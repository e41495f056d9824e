"""An example of each command, as somebody would send it: `<service>.json` beside, for `/openapi.json` and for people.

A correction is of one thing, so there is one for each kind of thing (`CorrectRecord/model`). A test holds every one
against its contract and its schema.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from shared.wiring import CommandRow

HERE = Path(__file__).parent


@cache
def examples(service: str) -> dict[str, dict[str, Any]]:
    """The examples of a service, by the name of their command."""
    return json.loads((HERE / f"{service}.json").read_text("utf-8"))


@cache
def _every() -> dict[str, dict[str, Any]]:
    return {name: body for file in sorted(HERE.glob("*.json")) for name, body in examples(file.stem).items()}


def example_of(row: CommandRow) -> dict[str, Any] | None:
    """The example of a command, or of its correction of this kind of thing; None for one that no person sends."""
    name = row.command.__name__
    return _every().get(f"{name}/{row.aggregate.noun}", _every().get(name))
