"""A small log as a service would serve it, for tests that break it."""

from __future__ import annotations

from typing import Any

import orjson

from shared.tlog.canonical import canonical
from shared.tlog.merkle import leaf_hash

TYPES = {
    "registry": "vn.gov.danang.dvk.registry.UnitRegistered.v1",
    "appraisal": "vn.gov.danang.dvk.appraisal.DossierAccepted.v1",
}


def uuid(number: int, of: int = 7) -> str:
    return f"00000000-0000-{of}000-8000-{number:012d}"


def log(size: int = 12, streams: int = 3, service: str = "registry") -> list[bytes]:
    """So many events, taking turns between so many streams."""
    lines: list[bytes] = []
    heads: dict[str, tuple[int, str]] = {}
    for position in range(1, size + 1):
        stream = f"unit/u{position % streams}"
        version, prev = heads.get(stream, (0, ""))
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": uuid(position),
            "source": f"/dvk/{service}",
            "type": TYPES[service],
            "subject": stream,
            "time": f"2026-01-05T01:00:00.{position:06d}Z",
            "datacontenttype": "application/json",
            "position": position,
            "streamversion": version + 1,
            "actor": "dvk:operator",
            "actorrole": "operator",
            "commandid": uuid(position, of=4),
            "correlationid": uuid(position, of=4),
            "data": {"unit": stream[5:], "name": f"Đơn vị {position}", "kind": "other", "on": "2026-01-05"},
        }
        if prev:
            event["prev"] = prev
        lines.append(canonical(event))
        heads[stream] = (version + 1, leaf_hash(lines[-1]).hex())
    return lines


def changed(line: bytes, **members: Any) -> bytes:
    """The same event with other members, canonical again; None takes one away."""
    event = {**orjson.loads(line), **members}
    return canonical({name: value for name, value in event.items() if value is not None})
