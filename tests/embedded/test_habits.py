"""What SecantusDB needs from whoever starts and asks it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
import pytest

from services.cli.embedded import EmbeddedServerFailed, EmbeddedServers
from services.cli.embedded.programs import chosen
from shared.store import asking, embedded, mongo

Make = Callable[..., EmbeddedServers]


def test_every_file_of_the_store_is_made_before_anybody_uses_it(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.mongo.start()
    files = sorted(path.name for path in (servers.mongo.directory / "db").glob("*.wt"))
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        assert "spread" not in client.list_database_names()
        for number in range(60):
            client[f"used{number % 7}"][f"c{number}"].insert_one({})

    assert sorted(path.name for path in (servers.mongo.directory / "db").glob("*.wt")) == files


def test_it_ends_in_order_when_it_is_asked_to(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.start()
    servers.stop()
    assert servers.mongo.exit_code == 0


def test_what_was_acknowledged_survives_a_crash(embedded_servers: Make) -> None:
    servers = embedded_servers()
    servers.mongo.start()
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        client["kept"]["things"].insert_one({})
    assert servers.mongo.pid is not None
    os.kill(servers.mongo.pid, signal.SIGKILL)
    servers.kill()
    servers.mongo.start()
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as client:
        assert client["kept"]["things"].count_documents({}) == 1


def test_it_knows_no_users_and_says_so(embedded_servers: Make) -> None:
    servers = embedded_servers()
    assert not servers.mongo.authorised
    assert servers.mongo.url == servers.mongo.url_of("registry")
    vi, en = servers.mongo.which.told()
    assert "no authorisation" in en and "không phân quyền" in vi


async def test_it_is_known_for_what_it_is_and_asked_in_its_own_way(mongo_url: str, database: str) -> None:
    client = mongo.connect(mongo_url, "pymongo")
    rows = mongo.database(client, database)["rows"]
    await rows.insert_many([{"_id": n} for n in range(1, 101)])
    assert embedded.stands_in(rows.database)
    assert len(await asking.by_numbers(rows, range(1, 257), {})) == 100
    assert await asking.last(rows, 3, {}) == {"_id": 100}
    await mongo.close(client)


@pytest.mark.parametrize("marked", [True, False])
def test_a_mongod_refuses_what_the_stand_in_made_and_the_other_way_round(
    tmp_path: Path, marked: bool
) -> None:
    try:
        chosen("mongod")
    except EmbeddedServerFailed:
        pytest.skip("no mongod runs here")
    directory = tmp_path / "data"
    made = EmbeddedServers(directory, guarded=False, store="secantusdb")
    made.mongo.start()
    made.stop()
    if not marked:  # as a directory from before there was a mark
        (directory / "mongo" / "made-by").unlink()
    with pytest.raises(
        EmbeddedServerFailed, match=r"was made by SecantusDB.*DVK_MONGOD=secantusdb"
    ) as refused:
        EmbeddedServers(directory, guarded=False, store="mongod").start()
    assert "do SecantusDB tạo ra" in refused.value.vi
    again = EmbeddedServers(directory, guarded=False, store="secantusdb")
    again.mongo.start()
    again.kill()
