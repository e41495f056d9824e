"""A broker that holds other bytes than the log: exported, taken away and published anew, with the reason on record."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli.broker import Broker
from services.cli.relay import export
from services.cli.telling import Failure
from services.registry.app import SERVICE
from shared.relaying import relay as relaying
from shared.relaying.streams import stream_config
from tests.support.courier import connected, holds, until
from tests.support.logs import everything
from tests.support.service import Site, serving

STRANGERS = (b"\x00 no event", b"{}", b"another")
UNIT = {"unit": "20242", "name": "Đảng ủy phường Hải Châu", "kind": "commune_committee"}
REASON = "Máy chủ dựng lại từ bản sao của thành phố khác"


async def test_a_foreign_stream_is_exported_and_the_log_published_in_its_place(
    mongo_url: str, fresh_nats_url: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "LOOK_SECONDS", 0.2)
    async with connected(fresh_nats_url) as client:
        await client.jetstream().add_stream(stream_config("registry"))
        for body in STRANGERS:
            await client.jetstream().publish("dvk.registry.unit.UnitRegistered", body)
        async with serving(Site(tmp_path, mongo_url, fresh_nats_url, database), SERVICE) as doors:
            relay = doors.running.relay
            await until(lambda: relay.state == "diverged")
            assert (await doors.post("/units", UNIT)).status_code == 200, "commands go on"

            file = tmp_path / "held.ndjson"
            assert await export(Broker(fresh_nats_url), "REGISTRY", file) == len(STRANGERS)
            lines: list[dict[str, Any]] = [orjson.loads(line) for line in file.read_bytes().splitlines()]
            assert [base64.b64decode(line["data"]) for line in lines] == list(STRANGERS)
            assert [line["sequence"] for line in lines] == [1, 2, 3]
            with pytest.raises(Failure):
                await export(Broker(fresh_nats_url), "REGISTRY", file)

            path = "/relays/registry/reset"
            body = {"reason": REASON, "messages": 3, "sha256": sha256(file.read_bytes()).hexdigest()}
            for spoilt, status, code in (
                ({"messages": 2}, 409, "relay.not-exported"),
                ({"reason": ""}, 422, "text.empty"),
            ):
                refused = await doors.post(path, {**body, **spoilt})
                assert (refused.status_code, refused.json()["code"]) == (status, code)
            assert (await doors.post(path, body, "auditor")).status_code == 403
            assert (await doors.post("/relays/awards/reset", body)).status_code == 404
            assert len(await everything(doors.running.log)) == 1, "what is refused leaves no trace"

            answer = (await doors.post(path, body)).json()
            assert answer["event"]["type"] == "vn.gov.danang.dvk.registry.RelayReset.v1"
            assert answer["event"]["data"] | {"on": ""} == {**body, "relay": "registry", "on": ""}
            assert answer["stream"] == "relay/registry"
            events = await everything(doors.running.log)
            await until(lambda: holds(client, "REGISTRY", events))
            await until(lambda: relay.state == "running")
            again = await doors.post(path, body)
            assert (again.status_code, again.json()["code"]) == (409, "relay.not-diverged")
