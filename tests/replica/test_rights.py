"""Each service's database user may do what `deploy/mongo` says and nothing else, tried act by act on a real MongoDB."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.collation import Collation
from pymongo.errors import OperationFailure

from deploy.mongo import users
from services.cli.embedded import EmbeddedServers
from shared import SERVICES
from shared.evidence.files import Files, Kept, hash_of
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import Keyring
from shared.store import mongo
from shared.text.folding import sort_key
from tests.support.logs import DRIVERS
from tests.support.mongods import mongod

UNITS = Path(__file__).parents[2] / "services" / "cli" / "data" / "units_da_nang.csv"
LETTERS = {f"{letter}x" for letter in "aăâbcdđeêghiklmnoôơpqrstuưvxy"}
TABLE = users.table()
REFUSED = 13
Act = Callable[[Any], Any]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    mongod()
    found = EmbeddedServers(tmp_path_factory.mktemp("rights"), guarded=False, store="mongod")
    found.mongo.start()
    with pymongo.MongoClient[dict[str, Any]](found.mongo.url) as admin:
        for service in SERVICES:
            for name in (*appended(service), *changed(service)):
                admin[f"dvk_{service}"][name].insert_one({"_id": "there", "a": 1})
    yield found
    found.kill()


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def client(servers: EmbeddedServers, service: str) -> Iterator[Any]:
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url_of(service)) as found:
        yield found


def appended(service: str) -> list[str]:
    return [*TABLE["every"]["append"], *TABLE[service]["append"]]


def changed(service: str) -> list[str]:
    own = TABLE[service]
    generations = [name.format(number) for name in own.get("generations", ()) for number in (1, 51)]
    return [*TABLE["every"]["change"], *own["change"], *generations]


def refused(act: Callable[[], Any]) -> bool:
    """True when the server says that this user may not."""
    try:
        act()
    except OperationFailure as error:
        return error.code == REFUSED
    return False


# --- acts on one collection --------------------------------------------------------------------------

READING: dict[str, Act] = {
    "find": lambda c: c.find_one({}),
    "count": lambda c: c.count_documents({}),
    "aggregate": lambda c: list(c.aggregate([{"$match": {}}])),
    "indexes": lambda c: list(c.list_indexes()),
}
ADDING: dict[str, Act] = {
    "insert": lambda c: c.insert_one({}),
    "insert many": lambda c: c.insert_many([{}, {}]),
    "index": lambda c: c.create_index("of_a_test"),
}
CHANGING: dict[str, Act] = {
    "update": lambda c: c.update_one({"_id": "there"}, {"$set": {"a": 2}}),
    "update many": lambda c: c.update_many({}, {"$set": {"a": 2}}),
    "upsert": lambda c: c.update_one({"_id": "new"}, {"$set": {"a": 2}}, upsert=True),
    "replace": lambda c: c.replace_one({"_id": "there"}, {"a": 3}),
    "find and modify": lambda c: c.find_one_and_update({"_id": "there"}, {"$set": {"a": 2}}),
    "find and replace": lambda c: c.find_one_and_replace({"_id": "there"}, {"a": 2}),
    "bulk": lambda c: c.bulk_write([pymongo.UpdateOne({"_id": "there"}, {"$set": {"a": 2}})]),
    "remove": lambda c: c.delete_one({"_id": "new"}),
    "remove many": lambda c: c.delete_many({"_id": "new"}),
    "find and remove": lambda c: c.find_one_and_delete({"_id": "new"}),
    "drop an index": lambda c: c.drop_index("of_a_test_1"),
}
NEVER: dict[str, Act] = {
    "rename": lambda c: c.rename("elsewhere"),
    "change its options": lambda c: c.database.command("collMod", c.name, validator={}),
    "cap it": lambda c: c.database.command("convertToCapped", c.name, size=4096),
    "write over it": lambda c: list(c.aggregate([{"$match": {}}, {"$out": c.name}])),
    "merge into the log": lambda c: list(
        c.aggregate([{"$merge": {"into": "log", "whenMatched": "replace"}}])
    ),
    "compact": lambda c: c.database.command("compact", c.name, force=True),
    "validate and repair": lambda c: c.database.command("validate", c.name, repair=True),
    "watch": lambda c: c.watch().close(),
}


def test_what_is_appended_to_is_read_and_added_to(client: Any, service: str) -> None:
    for name in appended(service):
        for what, act in (READING | ADDING).items():
            assert not refused(lambda act=act, name=name: act(client[f"dvk_{service}"][name])), (
                f"{what} {name}"
            )


def test_what_is_appended_to_is_never_changed_or_taken_away(client: Any, service: str) -> None:
    for name in appended(service):
        collection = client[f"dvk_{service}"][name]
        for what, act in (CHANGING | NEVER | {"drop": lambda c: c.database.command("drop", c.name)}).items():
            assert refused(lambda act=act, c=collection: act(c)), f"{service} may {what} on {name}"
        assert collection.find_one({"_id": "there"}) == {"_id": "there", "a": 1}


def test_what_a_service_rewrites_it_may_change_and_drop(client: Any, service: str) -> None:
    for name in changed(service):
        collection = client[f"dvk_{service}"][name]
        for what, act in (READING | ADDING | CHANGING).items():
            assert not refused(lambda act=act, c=collection: act(c)), f"{what} {name}"
        collection.database.command("drop", name)
        collection.insert_one({"_id": "there", "a": 1})


def test_of_the_keys_to_names_every_service_keeps_its_own_order(client: Any) -> None:
    for name in users.KEYS:
        collection = client["dvk_keys"][name]
        for what, act in (READING | ADDING | CHANGING).items():
            assert not refused(lambda act=act, c=collection: act(c)), f"{what} {name}"


# --- everything else ---------------------------------------------------------------------------------

ELSEWHERE: dict[str, Act] = {
    "the operation log": lambda c: c["local"]["oplog.rs"].find_one({}),
    "writing to the operation log": lambda c: c["local"]["oplog.rs"].insert_one({}),
    "users": lambda c: c["admin"]["system.users"].find_one({}),
    "roles": lambda c: c["admin"]["system.roles"].find_one({}),
    "writing to admin": lambda c: c["admin"]["anything"].insert_one({}),
    "the set's configuration": lambda c: c["local"]["system.replset"].find_one({}),
    "sessions": lambda c: c["config"]["system.sessions"].find_one({}),
    "a database of nobody": lambda c: c["elsewhere"]["log"].insert_one({}),
    "a user for itself": lambda c: c["admin"].command("createUser", "me", pwd="x", roles=["root"]),
    "a role for itself": lambda c: c["admin"].command("grantRolesToUser", "registry", roles=["root"]),
    "another's password": lambda c: c["admin"].command("updateUser", "root", pwd="x"),
    "its own role": lambda c: c["admin"].command("updateRole", "dvk_registry", privileges=[], roles=[]),
    "ending the server": lambda c: c["admin"].command("shutdown"),
    "another configuration": lambda c: c["admin"].command(
        "replSetReconfig", {"_id": "x", "version": 9, "members": []}
    ),
    "stepping down": lambda c: c["admin"].command("replSetStepDown", 1),
    "parameters": lambda c: c["admin"].command("setParameter", 1, logLevel=5),
    "reading parameters": lambda c: c["admin"].command("getParameter", "*"),
    "the log of the server": lambda c: c["admin"].command("getLog", "global"),
    "operations of others": lambda c: c["admin"].command("currentOp", {"$all": True}),
    "ending operations": lambda c: c["admin"].command("killOp", op=1),
    "ending everybody's sessions": lambda c: c["admin"].command("killAllSessions", []),
    "flushing with a lock": lambda c: c["admin"].command("fsync", lock=True),
    "all change streams": lambda c: c.watch().close(),
    "failing points": lambda c: c["admin"].command("configureFailPoint", "x", mode="off"),
    "an operation of the set": lambda c: c["admin"].command("applyOps", []),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_nothing_else_of_the_server_is_theirs(client: Any, what: str) -> None:
    with pytest.raises(OperationFailure) as error:
        ELSEWHERE[what](client)
    assert error.value.code in (REFUSED, 59), "refused, or no such command"


def test_no_service_reads_or_writes_anothers_database(client: Any, service: str) -> None:
    for other in SERVICES:
        if other == service:
            continue
        for name in (*appended(other), *changed(other)):
            collection = client[f"dvk_{other}"][name]
            for what, act in (READING | ADDING | CHANGING).items():
                assert refused(lambda act=act, c=collection: act(c)), f"{service}: {what} {other}.{name}"


def test_its_database_is_not_its_to_drop_and_holds_what_is_named_and_no_more(
    client: Any, service: str
) -> None:
    own = client[f"dvk_{service}"]
    assert refused(lambda: client.drop_database(own.name))
    assert refused(lambda: own["of_nobody"].insert_one({}))
    assert refused(lambda: own["log2"].find_one({}))
    assert refused(lambda: own.command("create", "of_nobody"))
    assert refused(lambda: own.command("create", "view", viewOn="log", pipeline=[]))
    assert refused(lambda: own.command("profile", 2))
    assert refused(lambda: own.command("dropDatabase"))


def test_what_the_server_says_of_a_user_is_the_table(client: Any, service: str) -> None:
    shown = client["admin"].command("connectionStatus", showPrivileges=True)["authInfo"]
    granted = {
        (p["resource"].get("db"), p["resource"].get("collection")): set(p["actions"])
        for p in shown["authenticatedUserPrivileges"]
        if "db" in p["resource"] and p["resource"]["db"].startswith("dvk_")
    }
    wanted = {
        (p["resource"]["db"], p["resource"]["collection"]): set(p["actions"])
        for p in users.privileges(service, "dvk", TABLE)
    }
    assert granted == wanted
    assert [role["role"] for role in shown["authenticatedUserRoles"]] == [f"dvk_{service}"]


def test_the_passwords_are_for_the_owner_of_the_directory(servers: EmbeddedServers) -> None:
    secret = servers.data_dir / "secrets" / "mongo.json"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert servers.data_dir.stat().st_mode & 0o777 == 0o700
    known: dict[str, str] = json.loads(secret.read_text("utf-8"))
    assert len({known[name] for name in ("root", *SERVICES)}) == 5


# --- files, and the order of names -------------------------------------------------------------------


@pytest.fixture(params=DRIVERS)
async def files(
    request: pytest.FixtureRequest, servers: EmbeddedServers, tmp_path: Path
) -> AsyncIterator[Files]:
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as admin:
        for name in ("evidence.files", "evidence.chunks"):
            admin["dvk_registry"][name].delete_many({})
    client = mongo.connect(servers.mongo.url_of("registry"), request.param)
    ring = tmp_path / "ring"
    ring.write_text("11" * 32)
    keys = KeyFiles(tmp_path / "keys", Keyring(ring))
    found = Files(mongo.database(client, "dvk_registry"), keys, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    await found.start()
    yield found
    await mongo.close(client)


async def test_files_are_kept_read_and_removed_with_the_rights_of_a_service(files: Files) -> None:
    sent = BytesIO(random.Random(str(files)).randbytes(700_000))
    sha256, size = hash_of(sent)
    wanted = Kept(sha256, "ảnh.jpg", "image/jpeg", size)
    await files.keep(sent, wanted)
    await files.keep(sent, wanted)
    assert await files.find(sha256) == wanted
    assert b"".join([part async for part in files.read(wanted)]) == sent.getvalue()
    await files.remove(sha256)
    assert await files.find(sha256) is None and not await files.has_left(sha256)


def test_the_order_of_names_is_that_of_the_servers_vietnamese_collation(servers: EmbeddedServers) -> None:
    """Names are ordered here by a key of their own, since the stand-in knows no collation; MongoDB is the witness."""
    with UNITS.open(encoding="utf-8", newline="") as file:
        names = sorted({row["name"] for row in csv.DictReader(file)} | LETTERS)
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as admin:
        rows = admin["collation"]["names"]
        rows.insert_many([{"name": name} for name in names])
        found = rows.find({}).collation(Collation(locale="vi", strength=2)).sort("name", 1)
        order = [row["name"] for row in found]
    assert [sort_key(name) for name in order] == sorted(sort_key(name) for name in names)


# --- read models of older versions --------------------------------------------------------------------


def test_read_models_of_older_numbers_go_once_those_of_today_have_everything(
    servers: EmbeddedServers,
) -> None:
    own = {"generations": ["rm15x{}_model", "rm15x{}_unit"]}
    with pymongo.MongoClient[dict[str, Any]](servers.mongo.url) as admin:
        there = admin["swept_reporting"]
        for name in ("rm14x1_model", "rm9x2_unit", "rm15x1_model", "rm16x1_model", "log", "ledger"):
            there[name].insert_one({"_id": 7})
        there["readmodels"].insert_many(
            [{"_id": name, "at": 7, "generation": 1} for name in ("rm14x1", "current14", "rm9x2", "rm16x1")]
        )
        before = sorted(there.list_collection_names())

        assert users.sweep(there, own) == [], "today's are not begun"
        there["readmodels"].insert_one({"_id": "rm15x1", "at": 6})
        assert users.sweep(there, own) == [], "today's lack an entry"
        assert sorted(there.list_collection_names()) == before
        there["readmodels"].update_one({"_id": "rm15x1"}, {"$set": {"at": 7}})

        assert users.sweep(there, own) == ["rm14x1_model", "rm9x2_unit"]
        assert sorted(there.list_collection_names()) == sorted({*before} - {"rm14x1_model", "rm9x2_unit"})
        assert {each["_id"] for each in there["readmodels"].find()} == {"rm15x1", "rm16x1"}
        assert users.sweep(there, own) == []
        assert users.sweep(there, {}) == [], "a service without read models"
