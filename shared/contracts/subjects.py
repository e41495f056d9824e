"""The NATS subject of an event: a pure function of its bytes (design §4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NOT_A_TOKEN = re.compile(r"[^A-Za-z0-9_-]")


def subject_of(envelope: Mapping[str, Any]) -> str:
    """`dvk.<service>.<aggregate>.<Event>`; for awards `.<level>.<field>.<unit>` with `_` where one does not apply."""
    service = envelope["source"].rpartition("/")[2]
    parts = ["dvk", service, envelope["subject"].partition("/")[0], envelope["type"].split(".")[-2]]
    if service == "awards":
        data = envelope["data"]
        parts += [token(data.get("level")), token(data.get("field")), token(data.get("unit"))]
    return ".".join(parts)


def token(value: Any) -> str:
    """A value as one token of a subject, `_` where there is none."""
    return NOT_A_TOKEN.sub("_", value) if isinstance(value, str) and value else "_"
