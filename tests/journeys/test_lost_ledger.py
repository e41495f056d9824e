"""Reporting's database is lost after the second witness has seen more of the ledger than the backup holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from services.cli.places import DataDir
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import Note
from tests.support.backed_up import City, Client, Yesterday, begin, dvk, store_of, told, yesterday_in

pytestmark = [pytest.mark.long, pytest.mark.servers, pytest.mark.timeout(600)]

SECONDS = 150.0
SECOND = "(second witness, awards)"


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Yesterday:
    return yesterday_in(tmp_path_factory.mktemp("lost-ledger"), tmp_path_factory.getbasetemp())


def cosigned(city: City, at_least: int) -> Checkpoint:
    """What the second witness has cosigned of the ledger, once it is of so many entries; it is asked once a minute."""
    until = monotonic() + SECONDS
    while monotonic() < until:
        answer = httpx.get(f"{city.ready['awards']}/witness/ledger/checkpoint")
        if answer.status_code == 200:
            found = Checkpoint.parse(Note.parse(answer.content).text)
            if found.size >= at_least:
                return found
        sleep(1)
    raise AssertionError(f"{at_least}: {answer.status_code} {answer.text}")


def ledger_of(city: City) -> int:
    return int(httpx.get(f"{city.ready['reporting']}/ledger/head").json()["tree"])


def wrongs(city: City) -> list[str]:
    """What `dvk verify log --all` names of the ledger."""
    done = dvk("verify", "log", "--all", "--json", "--data-dir", city.place.path)
    assert done.stdout, done.stderr
    [ledger] = [each for each in json.loads(done.stdout) if each["log"] == "ledger"]
    return [wrong["what"] for wrong in ledger["wrongs"]]


def test_the_second_witness_names_a_ledger_that_came_back_as_another_and_begins_anew_when_it_is_accepted(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    shutil.copytree(yesterday.place.path, tmp_path / "data")
    place, kept_outside = DataDir(tmp_path / "data"), tmp_path / "reporting.checkpoint"
    city = begin(place.path)
    try:
        city.register()
        seen = cosigned(city, ledger_of(city))
        assert wrongs(city) == []
        city.keep("reporting", kept_outside, 1)
    finally:
        city.end()
    with store_of(place.path) as url, Client(url) as client:
        client.drop_database("dvk_reporting")
    restore = ("restore", yesterday.backups, "--identity", yesterday.key, "--only", "reporting")
    told(*restore, "--data-dir", place.path)

    city = begin(place.path)
    try:
        put_back = dvk("restore-log", "--checkpoint", kept_outside, "--data-dir", place.path)
        assert put_back.returncode == 0, put_back.stdout + put_back.stderr
        until = monotonic() + SECONDS
        while ledger_of(city) < seen.size and monotonic() < until:
            sleep(1)
        assert f"the log is not the one that was cosigned {SECOND}" in wrongs(city)

        said = dvk("restore", "--accept", "--reason", "đĩa hỏng", "--data-dir", place.path)
        assert said.returncode == 0, said.stderr
        assert f"the second witness begins anew (it had seen {seen.size})" in said.stdout

        cosigned(city, 1)
        assert wrongs(city) == []
    finally:
        city.end()
    with store_of(place.path) as url, Client(url) as client:
        kept = client["dvk_awards"]["cosigned"].find_one({"_id": "ledger"}) or {}
    [before] = kept["before"]
    assert seen.text in before["note"]
    assert before["reason"] == "đĩa hỏng"
