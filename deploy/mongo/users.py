"""Gives each service its own MongoDB user, which can add to its log and can never change or remove what is there.

    users.py --admin-url-file F [--begin rs0=mongo:27017] [--prefix dvk] registry=URL-FILE appraisal=URL-FILE …

The name and password of a user are those in the service's own address, so the two cannot disagree. Everything may be
run again, and is, at every start of the compose file: roles follow `collections.json`, passwords follow the
addresses, and nothing is taken away from the data. `--begin` also begins the replica set, when there is none.

MongoDB allows by collection and cannot forbid: a role over a whole database would hold for its log too. So every
collection that a service changes is named. Reporting numbers the generations of its read models; the role covers
the current one and the next fifty.

`dvk up` does the same with the mongod that it starts, from the same table. Only SecantusDB, its stand-in where no
mongod runs, has no users: there, what keeps a change from going unnoticed is the verification, not the database.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

READ = ["find", "listIndexes", "collStats"]
APPEND = [*READ, "insert", "createIndex"]
CHANGE = [*APPEND, "update", "remove", "createCollection", "dropCollection", "dropIndex"]
KEYS = ("keys", "epochs", "places")
GENERATIONS_AHEAD = 50
PATIENCE_SECONDS = 120.0

Privilege = dict[str, Any]


class NotReady(Exception):
    """The server does not take writes, or an address does not say who its user is."""


def table() -> dict[str, Any]:
    """What each service adds to and what it changes: `collections.json`."""
    return json.loads((Path(__file__).parent / "collections.json").read_text("utf-8"))


def privileges(service: str, prefix: str, table: dict[str, Any], generation: int = 1) -> list[Privilege]:
    """All that one service may do, collection by collection."""
    every, own = table["every"], table[service]
    append = [*every["append"], *own["append"]]
    change = [*every["change"], *own["change"]]
    for number in range(max(generation - 2, 1), generation + GENERATIONS_AHEAD + 1):
        change += [name.format(number) for name in own.get("generations", ())]
    database = f"{prefix}_{service}"
    return [
        *(_on(database, name, APPEND) for name in append),
        *(_on(database, name, CHANGE) for name in change),
        *(_on(f"{prefix}_keys", name, CHANGE) for name in KEYS),
        _on(database, "", ["dbStats"]),  # how full the disk is
    ]


def generation_in_use(database: Database[dict[str, Any]], own: dict[str, Any]) -> int:
    """Which rebuild of its read models a service answers from; 1 when it keeps none, or none of this version yet.

    `rm15x{}_model` are the collections of version 15, and `current15` says which of them answer.
    """
    versions = {name.removeprefix("rm").partition("x")[0] for name in own.get("generations", ())}
    found = [database["readmodels"].find_one({"_id": f"current{version}"}) for version in versions]
    return max((int(each["generation"]) for each in found if each is not None), default=1)


def sweep(database: Database[dict[str, Any]], own: dict[str, Any]) -> list[str]:
    """Take away the read models of older numbers, once those of today have everything; the collections that went.

    An older program that still runs beside answers from them, so they stay until the start after the one that built
    today's.
    """
    numbers = {int(name.removeprefix("rm").partition("x")[0]) for name in own.get("generations", ())}
    if not numbers:
        return []
    today = max(numbers)
    answering = f"rm{today}x{generation_in_use(database, own)}"
    place = database["readmodels"].find_one({"_id": answering})
    last = database["ledger"].find_one({}, {"_id": 1}, sort=[("_id", -1)])
    if place is None or last is None or int(place["at"]) < int(last["_id"]):
        return []
    over = [name for name in sorted(database.list_collection_names()) if _number_of(name) < today]
    for name in over:
        database.drop_collection(name)
    # Last: if we die before this, the next start finds the rest of them by their names.
    known = [str(each["_id"]) for each in database["readmodels"].find({}, {"_id": 1})]
    database["readmodels"].delete_many({"_id": {"$in": [each for each in known if _number_of(each) < today]}})
    return over


def _number_of(name: str) -> int:
    """14 of `rm14x1_model` and `current14`; of anything else more than there will ever be."""
    found = re.match(r"(?:rm(\d+)x\d+(?:_|$)|current(\d+)$)", name)
    return sys.maxsize if found is None else int(found[1] or found[2])


def _on(database: str, collection: str, actions: Iterable[str]) -> Privilege:
    return {"resource": {"db": database, "collection": collection}, "actions": sorted(actions)}


def begin(admin: MongoClient[dict[str, Any]], replica_set: str, member: str) -> None:
    """Make the replica set of one, unless the server belongs to one already, and wait until it takes writes."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            hello = admin.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return
            if not hello.get("setName"):
                config = {"_id": replica_set, "members": [{"_id": 0, "host": member}]}
                admin.admin.command("replSetInitiate", config)
                print(f"replica set {replica_set} begun with {member}", flush=True)
        except ConnectionFailure as away:
            reason = str(away)
        except OperationFailure as refused:
            if refused.code == 18:  # the password is not the one of the first start
                raise
            reason = str(refused)
        else:
            reason = "no primary yet"
        if time.monotonic() > until:
            raise NotReady(f"MongoDB is not ready after {PATIENCE_SECONDS:.0f} s: {reason}")
        time.sleep(0.5)


def give(admin: MongoClient[dict[str, Any]], service: str, prefix: str, url: str) -> str:
    """The role and the user of one service, new or as they are to be now; the name of the role."""
    parsed = parse_uri(url)
    name, password = parsed["username"], parsed["password"]
    if not name or not password:
        raise NotReady(f"the address of {service} names no user with a password")
    if (source := parsed["options"].get("authsource", "admin")) != "admin":
        raise NotReady(f"the address of {service} says authSource={source}; users are made in admin")
    rights_of = table()
    generation = generation_in_use(admin[f"{prefix}_{service}"], rights_of[service])
    role = f"{prefix}_{service}"
    rights = {"privileges": privileges(service, prefix, rights_of, generation), "roles": []}
    known = admin.admin.command("rolesInfo", role)["roles"]
    admin.admin.command("updateRole" if known else "createRole", role, **rights)
    of_user = {"pwd": password, "roles": [{"role": role, "db": "admin"}]}
    known = admin.admin.command("usersInfo", name)["users"]
    admin.admin.command("updateUser" if known else "createUser", name, **of_user)
    return role


def main() -> None:
    """Do what the command line says; 0 only when all of it worked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--admin-url-file", type=Path, required=True)
    parser.add_argument(
        "--ca-file", type=Path, help="whose certificates are believed, where MongoDB speaks TLS"
    )
    parser.add_argument("--begin", metavar="SET=HOST:PORT")
    parser.add_argument("--prefix", default="dvk")
    parser.add_argument("services", nargs="+", metavar="SERVICE=URL-FILE")
    args = parser.parse_args()
    # The first member of a set that is not begun yet answers only to who asks it directly.
    options: dict[str, Any] = {"directConnection": True} if args.begin else {}
    if args.ca_file is not None:
        options |= {"tls": True, "tlsCAFile": str(args.ca_file)}
    url = args.admin_url_file.read_text("utf-8").strip()
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000, **options) as admin:
            if args.begin:
                begin(admin, *args.begin.split("=", 1))
            for pair in args.services:
                service, _, file = pair.partition("=")
                role = give(admin, service, args.prefix, Path(file).read_text("utf-8").strip())
                print(f"{service}: its user may append to {role}.log", flush=True)
                for name in sweep(admin[role], table()[service]):
                    print(f"{service}: {name} is of an older version and was taken away", flush=True)
    except NotReady as error:
        sys.exit(str(error))
    except PyMongoError as error:
        sys.exit(f"MongoDB: {error}")


if __name__ == "__main__":
    main()
