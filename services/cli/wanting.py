"""What a file of a data directory has to hold: who edited it, or copied it half, is told which one and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from services.cli.telling import Failure

OF_SECRETS = (
    "hãy đặt lại bản sao của nó (dvk restore … --only secrets)",
    "put its copy back (dvk restore … --only secrets)",
)
"""What to do about a file of secrets that is not as it was made."""


def members(file: Path, wanted: dict[str, type], vi: str, en: str) -> dict[str, Any]:
    """The JSON object in a file, with these members at least; Failure with what to do where it holds something else.

    OSError where it cannot be read: that says itself what is wrong.
    """
    try:
        read: Any = json.loads(file.read_text("utf-8"))
    except ValueError:
        read = None
    found: dict[str, Any] = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    if read != found or not all(isinstance(found.get(name), kind) for name, kind in wanted.items()):
        raise Failure(
            f"{file} không còn là tệp mà dvk đã ghi: {vi}", f"{file} is not what dvk wrote there: {en}"
        )
    return found
