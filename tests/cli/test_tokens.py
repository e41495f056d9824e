"""Tokens and clocks of a data directory."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from time import time

import pytest

from services.cli import clock, tokens
from services.cli.keys import make_keys
from services.cli.places import DataDir, services_of
from services.cli.telling import Failure
from shared.contracts.catalog import SERVICES
from shared.doors.claims import Holding, Unauthenticated
from shared.doors.keyset import in_file
from shared.doors.tokens import Makers, Tokens
from shared.eventlog.signing import key_from_file
from shared.reference.authority import Actor
from shared.tlog.note import LOG


@pytest.fixture
def place(tmp_path: Path) -> DataDir:
    place = DataDir(tmp_path)
    make_keys(place)
    return place


async def believed(place: DataDir, token: str) -> Actor:
    makers = Makers(in_file(place.jwks), tokens.ISSUER, tokens.AUDIENCE, in_file(place.peer_keys))
    return await Tokens(makers, Holding(time)).actor(f"Bearer {token}")


async def test_a_token_says_who_in_what_role_for_which_unit(place: DataDir) -> None:
    token = tokens.make(place, "canbo", "unit_officer", "20242")

    assert await believed(place, token) == Actor("canbo", "unit_officer", "20242")


@pytest.mark.parametrize("role", ["unit_officer", "appraiser", "approver"])
async def test_a_role_that_is_had_for_a_unit_gets_no_token_without_one(place: DataDir, role: str) -> None:
    with pytest.raises(Failure, match="--unit"):
        tokens.run(Namespace(data_dir=str(place.path), sub="ai-do", role=role, unit=None, ttl="12h"))
    with pytest.raises(Unauthenticated) as refused:
        await believed(place, tokens.make(place, "ai-do", role))
    assert refused.value.code == "token.unit-missing"


async def test_a_token_that_has_run_out_is_not_believed(place: DataDir) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await believed(place, tokens.make(place, "canbo", "auditor", ttl=-30))
    assert refused.value.code == "token.expired"


async def test_another_directorys_token_is_not_believed(place: DataDir, tmp_path: Path) -> None:
    other = DataDir(tmp_path / "other")
    make_keys(other)
    with pytest.raises(Unauthenticated):
        await believed(place, tokens.make(other, "canbo", "auditor"))


def test_secrets_are_for_their_owner_and_made_once(place: DataDir) -> None:
    before = {path: path.read_bytes() for path in place.secrets.iterdir()}
    make_keys(place)

    assert {path: path.read_bytes() for path in place.secrets.iterdir()} == before
    assert all(
        path.stat().st_mode & 0o777 == 0o600 for path in before if path not in (place.jwks, place.peer_keys)
    )
    assert place.secrets.stat().st_mode & 0o777 == 0o700


def test_the_public_key_set_has_no_private_part(place: DataDir) -> None:
    [key] = json.loads(place.jwks.read_text())["keys"]

    assert "d" not in key and key["alg"] == "ES256"


def test_log_keys_are_seeds_that_a_service_takes(place: DataDir) -> None:
    keys = {key_from_file("x", LOG, place.log_key(service)).seed for service in ("registry", "awards")}

    assert len(keys) == 2


@pytest.mark.parametrize("text, expected", [("90", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800)])
def test_how_long_a_token_holds(text: str, expected: int) -> None:
    assert tokens.seconds(text) == expected


@pytest.mark.parametrize("text", ["", "0", "-1h", "1y", "h", "1.5h"])
def test_how_long_is_not_guessed(text: str) -> None:
    with pytest.raises(Failure):
        tokens.seconds(text)


def test_without_keys_a_token_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        tokens.make(DataDir(tmp_path / "none"), "x", "auditor")


# --- the clock ----------------------------------------------------------------------------------


def test_a_day_is_its_morning_in_the_city() -> None:
    assert clock.moment("2026-03-20").isoformat() == "2026-03-20T08:00:00+07:00"
    assert clock.moment("2026-03-20T00:30:00Z").isoformat() == "2026-03-20T07:30:00+07:00"


@pytest.mark.parametrize("text", ["2026-02-30", "20/03/2026", "2026-03-20T08:00:00", "soon"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Failure):
        clock.moment(text)


def near(place: DataDir, when: str) -> bool:
    return abs((clock.now(place) - datetime.fromisoformat(when)).total_seconds()) < 60


def test_a_new_directory_may_begin_in_the_past_and_goes_forward_only(place: DataDir) -> None:
    clock.fix(place, clock.moment("2026-01-05"))
    assert near(place, "2026-01-05T08:00:00+07:00")

    clock.move(place, clock.moment("2026-03-20"))
    assert near(place, "2026-03-20T08:00:00+07:00")

    with pytest.raises(Failure):
        clock.move(place, clock.moment("2026-03-19"))
    assert near(place, "2026-03-20T08:00:00+07:00")


def test_a_start_does_not_turn_the_clock_back(place: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    clock.fix(place, clock.moment("2027-01-05"))
    clock.fix(place, clock.moment("2026-01-05"))

    assert near(place, "2027-01-05T08:00:00+07:00")
    assert "không lùi lại" in capsys.readouterr().err


def test_a_restart_keeps_the_clock(place: DataDir) -> None:
    clock.fix(place, clock.moment("2027-01-05"))
    clock.fix(place, None)

    assert near(place, "2027-01-05T08:00:00+07:00")


def test_a_directory_that_began_in_the_present_does_not_go_back(place: DataDir) -> None:
    clock.fix(place, None)
    clock.fix(place, clock.moment("2021-01-05"))

    assert clock.offset(place) == 0


# --- addresses ----------------------------------------------------------------------------------


def test_an_address_given_goes_before_the_one_running_here(
    place: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {name: f"http://{name}" for name in SERVICES}
    place.running.write_text(json.dumps({**here, "nats": "x", "mongo": "y", "pids": {}}))

    assert services_of(place, ["registry=https://there/"]) == {**here, "registry": "https://there"}


def test_without_any_address_it_says_what_to_do(place: DataDir) -> None:
    with pytest.raises(Failure) as failure:
        services_of(place, None)
    assert "dvk up" in failure.value.en


@pytest.mark.parametrize("text", ["registry", "http://x", "shop=http://x", "registry=x"])
def test_an_address_that_is_none_is_refused(place: DataDir, text: str) -> None:
    with pytest.raises(Failure):
        services_of(place, [text])
