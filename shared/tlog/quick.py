"""JSON read and written by the fast library where it is installed, by the standard one elsewhere (an auditor's laptop).

Inside the profile (`canonical.py`) both write the same bytes; what only one of the two reads is outside of it.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

try:
    import orjson
except ModuleNotFoundError:
    orjson = None


def loads(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8; ValueError for anything else."""
    return plain_loads(raw) if orjson is None else orjson.loads(raw)


def dumps(value: object) -> bytes:
    """A value inside the profile, its members sorted, no space between."""
    return plain_dumps(value) if orjson is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def plain_loads(raw: bytes) -> Any:
    """`loads` by the standard library."""
    try:
        return _decoder.decode(raw.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def plain_dumps(value: object) -> bytes:
    """`dumps` by the standard library."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse(spelling: str) -> NoReturn:
    raise ValueError(f"{spelling} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse)
