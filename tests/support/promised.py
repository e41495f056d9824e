"""The documents that `make docs` writes, made once for all who look at them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from services.cli.docs import documents
from shared import SERVICES


@cache
def promised() -> dict[str, str]:
    """Every document, by its path below docs/."""
    with ThreadPoolExecutor(1) as apart:  # it runs a loop of its own, and a test may have one already
        return apart.submit(documents).result()


@cache
def openapi() -> dict[str, dict[str, Any]]:
    """What each service promises over HTTP, by its name: to be read, not changed."""
    return {name: json.loads(promised()[f"openapi/{name}.json"]) for name in SERVICES}
