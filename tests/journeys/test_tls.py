"""`dvk up --tls`: everything speaks TLS, nobody is answered without it, and the verbs go on as before."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import nats
import nats.errors
import pymongo
import pytest
from pymongo.errors import PyMongoError

from services.cli.places import DataDir
from tests.journeys.test_up import Up, begin, dvk, end
from tests.support.ports import free_base

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    found = begin(tmp_path_factory.mktemp("tls") / "data", free_base(), "--tls")
    yield found
    end(found)


def believing(up: Up) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=DataDir(up.place).authority)


@pytest.mark.parametrize("name", ["registry", "appraisal", "awards", "reporting", "console"])
def test_a_door_answers_over_tls_and_not_without(up: Up, name: str) -> None:
    url = up.ready[name]
    assert httpx.get(f"{url}/health/ready", verify=believing(up)).status_code == 200
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{url.replace('https', 'http')}/health/ready")
    with pytest.raises(httpx.ConnectError):  # nobody else vouches for it
        httpx.get(f"{url}/health/ready")


async def test_nats_takes_nobody_without_tls(up: Up) -> None:
    plain = up.ready["nats"].replace("tls", "nats")
    with pytest.raises((nats.errors.Error, ssl.SSLError, OSError)):
        await nats.connect(plain, allow_reconnect=False, connect_timeout=3, tls=None)
    client = await nats.connect(up.ready["nats"], tls=believing(up))  # and one that waits for the greeting
    assert (await client.jetstream().stream_info("REGISTRY")).state.last_seq > 0
    await client.close()


def test_mongodb_takes_nobody_without_tls(up: Up) -> None:
    url = DataDir(up.place).copies()["mongo"]
    with pymongo.MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000) as client:
        assert client["dvk_registry"]["log"].find_one() is not None
    plain = url.partition("&tls=")[0]
    with (
        pymongo.MongoClient[dict[str, Any]](plain, serverSelectionTimeoutMS=2000) as client,
        pytest.raises(PyMongoError),
    ):
        client["dvk_registry"]["log"].find_one()


def test_the_verbs_go_on_as_before(up: Up, tmp_path: Path) -> None:
    assert dvk("status", place=up.place).returncode == 0
    assert dvk("followers", place=up.place).returncode == 0
    units = tmp_path / "units.csv"
    units.write_text("code,kind_en,name,origin,area\n99001,commune,Xã Thử,da_nang,commune\n", "utf-8")
    assert dvk("import", "units", units, "--json", place=up.place).returncode in (0, 1)
    found = dvk("verify", "log", "--all", "--json", place=up.place)
    assert found.returncode == 0, found.stderr
    assert "eof_received" not in found.stderr
    assert dvk("restore-log", place=up.place).returncode == 0


def test_once_on_it_stays_on(up: Up) -> None:
    end(up)
    again = begin(up.place, free_base())
    try:
        assert again.ready["registry"].startswith("https://")
        assert again.ready["nats"].startswith("tls://")
    finally:
        up.process, up.ready = again.process, again.ready
