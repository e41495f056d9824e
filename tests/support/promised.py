"""The documents that `make docs` writes, made once for all who look at them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from services.cli.docs import documents
from shared import SERVICES
from tests.support.once import AT, made_once


@cache
def promised() -> dict[str, str]:
    """Every document, by its path below docs/."""
    return made_once(AT[0], "promised", _made)[1]


def _made(_: Path) -> dict[str, str]:
    with ThreadPoolExecutor(1) as apart:  # it runs a loop of its own, and a test may have one already
        return apart.submit(documents).result()


@cache
def openapi() -> dict[str, dict[str, Any]]:
    """What each service promises over HTTP, by its name: to be read, not changed."""
    return {name: json.loads(promised()[f"openapi/{name}.json"]) for name in SERVICES}
