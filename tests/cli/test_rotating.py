"""`dvk keys rotate`: a key takes the place of another, whatever dies on the way; what opened opens on."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pymongo
import pytest

from services.cli import rotating
from services.cli.keys import make_keys, show_public, token_key
from services.cli.places import DataDir
from services.cli.telling import Failure
from services.cli.tokens import make
from services.reporting.feed.hooks.signing import Sealing
from services.reporting.ledger.own_key import ledger_key
from shared.eventlog.signing import key_from_file
from shared.process.own_keys import OwnKeys
from shared.process.peering import PeerKey
from shared.process.replaced_keys import handovers_of, replaced
from shared.store import mongo
from shared.tlog.handover import Handover, read
from shared.tlog.note import LOG, WITNESS, SigningKey

PREFIX = "dvk.example"


class Place:
    """Secrets of a system, and its databases."""

    def __init__(self, directory: Path, url: str, prefix: str) -> None:
        self.data, self.url, self.prefix = DataDir(directory), url, prefix
        make_keys(self.data)

    def key(self, what: str, service: str = "reporting") -> SigningKey:
        if what == "witness":
            return key_from_file(f"{PREFIX}/reporting-witness", WITNESS, self.data.witness_key)
        return key_from_file(f"{PREFIX}/{service}", LOG, self.data.log_key(service))

    def rotate(self, *given: str, reason: str = "hằng năm") -> int:
        parser = argparse.ArgumentParser()
        rotating.arguments(parser)
        more = ["--reason", reason, "--mongo", self.url, "--secrets", str(self.data.secrets)]
        more += ["--database-prefix", self.prefix, "--log-prefix", PREFIX]
        return rotating.run(parser.parse_args(["rotate", *given, *more]))

    def looked(
        self, service: str, keys: dict[str, SigningKey], what: str
    ) -> tuple[str | None, tuple[Handover, ...], Any]:
        """What a starting service says of its keys; the handovers it serves; what it would record."""

        async def look() -> tuple[str | None, tuple[Handover, ...], Any]:
            client = mongo.connect(self.url, "pymongo")
            database = mongo.database(client, f"{self.prefix}_{service}")
            try:
                trouble = await OwnKeys(database, keys).look()
                place = await database["places"].find_one({"_id": f"key:{what}"})
                return (
                    trouble and trouble.code,
                    read(await handovers_of(database, what)),
                    replaced(what, place),
                )
            finally:
                await mongo.close(client)

        return asyncio.run(look())


@pytest.fixture
def place(tmp_path: Path, mongo_url: str, database: str) -> Place:
    place = Place(tmp_path, mongo_url, database)
    place.looked("registry", {"log": place.key("log", "registry")}, "log")
    place.looked("reporting", {"log": place.key("log"), "witness": place.key("witness")}, "log")
    return place


@pytest.fixture
def databases(place: Place) -> Iterator[Any]:
    with pymongo.MongoClient[dict[str, Any]](place.url) as client:

        def database(service: str) -> Any:
            return client[f"{place.prefix}_{service}"]

        yield database


def test_the_key_of_a_log_is_handed_over_at_what_it_signed_last(place: Place, databases: Any) -> None:
    old = place.key("log", "registry")
    databases("registry")["signed"].insert_many(
        {"_id": n, "size": size, "root": bytes([size]) * 32} for n, size in enumerate((3, 9), start=1)
    )
    assert place.rotate("log", "registry") == 0
    new = place.key("log", "registry")
    trouble, [said], [event] = place.looked("registry", {"log": new}, "log")

    assert trouble is None
    assert (said.old, said.new, said.stolen) == (old.verifying, new.verifying, False)
    assert said.tree is not None and (said.tree.size, said.tree.root) == (9, bytes([9]) * 32)
    assert (event.old, event.new, event.reason) == (old.verifying.vkey, new.verifying.vkey, "hằng năm")
    assert read(f"{event.statement}\n".encode()) == (said,), "the event leads from one to the other by itself"
    assert place.looked("registry", {"log": old}, "log")[0] == "log.other-key"
    peers = {key["kid"]: key for key in json.loads(place.data.peer_keys.read_text())["keys"]}
    assert peers["service:registry"] == PeerKey("registry", new.seed).public(), (
        "others know it by its new key"
    )


def test_keys_are_replaced_one_after_the_other(place: Place) -> None:
    keys = [place.key("witness")]
    for _ in range(3):
        place.rotate("witness")
        keys.append(place.key("witness"))
    _, said, events = place.looked("reporting", {"witness": keys[-1]}, "witness")
    assert [each.old for each in said] == [key.verifying for key in keys[:-1]]
    assert [event.new for event in events] == [key.verifying.vkey for key in keys[1:]]


def test_with_the_key_of_reporting_the_ledgers_is_replaced_and_webhooks_open_on(
    place: Place, databases: Any
) -> None:
    old = place.key("log")
    databases("reporting")["webhooks"].insert_one(
        {"_id": "so", "secrets": [{"sealed": Sealing(old.seed).sealed("so", "whsec_x"), "until": None}]}
    )
    place.rotate("log", "reporting")
    new = place.key("log")
    _, [said], _ = place.looked("reporting", {"log": new}, "ledger")
    ledgers = [ledger_key(f"{PREFIX}/ledger", key.seed).verifying for key in (old, new)]
    assert [said.old, said.new] == ledgers
    [secret] = databases("reporting")["webhooks"].find_one({"_id": "so"})["secrets"]
    assert Sealing(new.seed).opened("so", secret["sealed"]) == "whsec_x"


@pytest.mark.parametrize("dies", ["make_key", "sealed_anew", "replace", "show_public"])
def test_whatever_dies_on_the_way_the_verb_goes_on_where_it_was(
    place: Place, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.key("log")
    real = getattr(rotating, dies)

    def dying(*given: Any, **more: Any) -> None:
        real(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(rotating, dies, dying)
        with pytest.raises(KeyboardInterrupt):
            place.rotate("log", "reporting")
    if dies != "show_public":  # there it was done, and the same again would be another rotation
        place.rotate("log", "reporting")
    show_public(place.data)
    for what in ("log", "ledger"):
        trouble, said, _ = place.looked("reporting", {"log": place.key("log")}, what)
        assert trouble is None and len(said) == 1
    assert place.key("log") != before and not list(place.data.secrets.glob("*.next"))


def test_a_stolen_key_is_withdrawn_and_the_witness_told_the_new_one(place: Place, databases: Any) -> None:
    old = place.key("log", "registry")
    databases("reporting")["log_keys"].insert_one({"_id": "registry", "vkey": old.verifying.vkey})
    place.rotate("log", "registry", "--stolen", "--since", "2026-01-05T00:00:00Z")
    new = place.key("log", "registry")
    _, [said], [event] = place.looked("registry", {"log": new}, "log")
    assert said.stolen and event.stolen and said.time == 1767571200
    assert databases("reporting")["log_keys"].find_one({"_id": "registry"})["vkey"] == new.verifying.vkey
    with pytest.raises(Failure, match="out-of-order"):
        place.rotate("log", "registry", "--stolen", "--since", "2026-01-04T00:00:00Z")
    assert place.looked("registry", {"log": new}, "log")[0] is None, "what was refused changed nothing"


def test_a_key_that_is_not_the_databases_is_not_handed_over(place: Place) -> None:
    place.data.log_key("registry").write_text("11" * 32 + "\n")
    with pytest.raises(Failure, match="is not the key of this database"):
        place.rotate("log", "registry")
    place.data.log_key("registry").unlink()
    with pytest.raises(Failure, match="new-key"):
        place.rotate("log", "registry")
    assert not list(place.data.secrets.glob("*.next"))


@pytest.mark.parametrize(
    ("given", "why"),
    [(["log"], "service"), (["witness", "registry"], "service"),
     (["tokens", "--since", "2026-01-05T00:00:00Z"], "stolen"),
     (["witness", "--stolen", "--since", "2999-01-01T00:00:00Z"], "not come yet")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_anything_is_done(
    place: Place, given: list[str], why: str
) -> None:
    with pytest.raises(Failure, match=why):
        place.rotate(*given)


@pytest.mark.parametrize("stolen", [False, True], ids=["rotated", "stolen"])
def test_tokens_of_the_key_before_hold_for_a_day_or_where_it_was_stolen_no_more(
    place: Place, stolen: bool
) -> None:
    token, old = make(place.data, "kiem-toan", "auditor"), token_key(place.data)["kid"]
    place.rotate("tokens", *(["--stolen"] if stolen else []))

    keys = {key["kid"]: key for key in json.loads(place.data.jwks.read_text())["keys"]}
    assert (jwt.get_unverified_header(token)["kid"] in keys) is not stolen
    assert token_key(place.data)["kid"] in keys and all("d" not in key for key in keys.values())
    _, _, [event] = place.looked("registry", {}, "tokens")
    assert (event.old, event.stolen, event.statement) == (old, stolen, None)


@pytest.mark.parametrize("what", ["log registry", "tokens"])
def test_while_a_process_of_the_service_is_alive_no_key_is_replaced(
    place: Place, databases: Any, what: str
) -> None:
    before = {path: path.read_bytes() for path in place.data.secrets.iterdir() if path.is_file()}
    at = datetime.now(UTC) + timedelta(hours=1)
    databases("registry")["writers"].insert_one({"_id": "a", "busy": False, "every": 0.1, "at": at})

    with pytest.raises(Failure, match="registry runs"):
        place.rotate(*what.split())

    assert {path: path.read_bytes() for path in place.data.secrets.iterdir() if path.is_file()} == before
    databases("registry")["writers"].update_one({}, {"$set": {"at": datetime(2026, 1, 1, tzinfo=UTC)}})
    assert place.rotate(*what.split()) == 0, "who was silent for some heartbeats is gone"
