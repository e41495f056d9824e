"""A key that is lost is never silently another one: who starts says which and what to put back."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pymongo
import pytest

from services.cli.keys import kept_keys, make_keys, must_not_be_lost
from services.cli.new_key import arguments, run
from services.cli.places import DataDir
from services.cli.replacing import Act, Replacement, replace
from services.cli.telling import Failure
from shared.eventlog.signing import KeyUnreadable, key_from_file
from shared.process.own_keys import OwnKeys
from shared.process.replaced_keys import handovers_of
from shared.store import mongo
from shared.tlog.handover import read
from shared.tlog.note import LOG, SigningKey

OLD, NEW = (SigningKey("dvk.example/registry", LOG, bytes([n]) * 32) for n in (1, 2))


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[mongo.Database]:
    client = mongo.connect(mongo_url, "pymongo")
    yield mongo.database(client, f"{database}_registry")
    await mongo.close(client)


async def test_the_first_key_is_written_down_and_another_one_is_refused(store: mongo.Database) -> None:
    assert await OwnKeys(store, {"log": OLD}).look() is None
    assert await OwnKeys(store, {"log": OLD}).look() is None
    refused = await OwnKeys(store, {"log": NEW}).look()
    assert refused is not None and refused.code == "log.other-key"
    assert refused.details["setting"] == "DVK_LOG_KEY_FILE"
    assert refused.details["expected"] == OLD.verifying.vkey
    assert await OwnKeys(store, {"log": OLD}).look() is None, "what was refused changed nothing"


async def test_another_name_of_the_log_is_another_key(store: mongo.Database) -> None:
    await OwnKeys(store, {"log": OLD}).look()
    renamed = SigningKey("dvk.elsewhere/registry", LOG, OLD.seed)
    refused = await OwnKeys(store, {"log": renamed}).look()
    assert refused is not None and refused.code == "log.other-key"


async def test_the_verb_takes_the_new_key_and_keeps_which_one_it_was_and_why(
    store: mongo.Database, mongo_url: str
) -> None:
    await OwnKeys(store, {"log": OLD}).look()
    prefix, act = store.name.removesuffix("_registry"), Act("the safe burnt down", 1_790_000_000, stolen=True)
    with pymongo.MongoClient[dict[str, Any]](mongo_url) as client:
        for _ in range(2):
            replace(client, prefix, Replacement("log", None, NEW), act)
    assert await OwnKeys(store, {"log": NEW}).look() is None
    assert await OwnKeys(store, {"log": OLD}).look() is not None
    found = await store["places"].find_one({"_id": "key:log"})
    [before] = found["before"]
    assert (before["is"], before["reason"]) == (OLD.verifying.vkey, "the safe burnt down")
    [said] = read(await handovers_of(store, "log"))
    assert (said.old, said.new, said.stolen) == (OLD.verifying, NEW.verifying, True)


@pytest.mark.parametrize("what", ["log registry", "log reporting", "witness", "names"])
def test_where_data_lies_a_lost_key_is_named_and_not_made_anew(tmp_path: Path, what: str) -> None:
    place = DataDir(tmp_path)
    must_not_be_lost(place)
    make_keys(place)
    (tmp_path / "mongo" / "db").mkdir(parents=True)
    must_not_be_lost(place)
    path = kept_keys(place)[what]
    path.unlink()
    with pytest.raises(Failure) as lost:
        must_not_be_lost(place)
    assert path.name in str(lost.value) and f"dvk new-key {what}" in str(lost.value)
    assert "--only secrets" in str(lost.value)
    assert not path.exists()


@pytest.mark.parametrize("text", [None, "", "zz", "00" * 31])
def test_a_key_file_that_holds_no_key_is_one_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "registry.log-key"
    if text is not None:
        path.write_text(text)
    with pytest.raises(KeyUnreadable, match=r"registry\.log-key.*dvk restore"):
        key_from_file("dvk.example/registry", LOG, path)


@pytest.mark.parametrize("given", [["log"], ["witness", "registry"], ["names", "registry"]])
def test_the_verb_wants_a_service_for_a_log_and_only_there(given: list[str], tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    arguments(parser)
    with pytest.raises(Failure):
        run(parser.parse_args([*given, "--reason", "r", "--data-dir", str(tmp_path)]))


def test_where_nothing_was_ever_recorded_no_key_is_made(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    arguments(parser)
    for given in (["witness"], ["names"], ["log", "registry"]):
        with pytest.raises(Failure, match="There is no system"):
            run(parser.parse_args([*given, "--reason", "r", "--data-dir", str(tmp_path / "mistyped")]))
    assert not (tmp_path / "mistyped").exists()
