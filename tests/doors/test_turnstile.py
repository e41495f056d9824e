"""Who comes too often, who brings too many wrong tokens; and that everybody else is let in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.keys import make_keys
from services.cli.places import DataDir
from services.cli.tokens import AUDIENCE, ISSUER, make
from shared import passing
from shared.doors.claims import Holding, Unauthenticated
from shared.doors.front import Safe
from shared.doors.keyset import in_file
from shared.doors.security import Answered, Security, Watched, purpose
from shared.doors.tokens import Makers, Tokens
from shared.doors.turnstile import Rates, Turned, Turnstile, guest
from shared.errors import TooMany
from shared.reference.authority import Actor

HERE, THERE = "10.0.0.7", "10.0.0.8"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    place = DataDir(Path(tmp_path_factory.mktemp("turnstile")))
    make_keys(place)
    return place


def door(place: DataDir, now: Callable[[], float] = time.monotonic, **rates: int) -> Tokens:
    tokens = Tokens(Makers(in_file(place.jwks), ISSUER, AUDIENCE), Holding(time.time))
    tokens.turnstile = Turnstile(Rates(**rates), now)
    return tokens


async def comes(tokens: Tokens, token: str, address: str = HERE, by: str = "http") -> Actor:
    with passing.through(by, address):
        return await tokens.actor(f"Bearer {token}")


async def test_an_address_with_too_many_wrong_tokens_is_let_in_no_more_whatever_it_brings(
    place: DataDir,
) -> None:
    tokens = door(place, failures=3, lockout_seconds=300)
    for wrong in ("a", "b", "c"):
        with pytest.raises(Unauthenticated):
            await comes(tokens, wrong)
    for brought in ("d", make(place, "moi", "auditor")):
        with pytest.raises(TooMany, match=r"token\.locked-out") as locked:
            await comes(tokens, brought)
        assert locked.value.status == 429 and 290 <= locked.value.retry_after <= 300
    assert (await comes(tokens, make(place, "khac", "auditor"), THERE)).sub == "khac"


async def test_who_was_let_in_before_goes_on_whoever_else_is_at_the_address(place: DataDir) -> None:
    tokens = door(place, failures=1)
    known = make(place, "canbo", "auditor")
    await comes(tokens, known)
    with pytest.raises(Unauthenticated):
        await comes(tokens, "wrong")
    assert (await comes(tokens, known)).sub == "canbo"


async def test_a_lockout_passes(place: DataDir) -> None:
    now = [1000.0]
    tokens = door(place, lambda: now[0], failures=1, lockout_seconds=300)
    with pytest.raises(Unauthenticated):
        await comes(tokens, "wrong")
    now[0] += 299
    with pytest.raises(TooMany) as locked:
        await comes(tokens, make(place, "canbo", "auditor"))
    assert locked.value.retry_after == 1
    now[0] += 1
    assert await comes(tokens, make(place, "canbo", "auditor"))


async def test_no_token_at_all_and_right_ones_lock_nobody_out(place: DataDir) -> None:
    tokens = door(place, failures=1)
    for _ in range(5):
        with passing.through("http", HERE), pytest.raises(Unauthenticated, match=r"token\.missing"):
            await tokens.actor(None)
        await comes(tokens, make(place, "canbo", "auditor"))


async def test_a_stranger_at_the_broker_locks_nobody_else_out_there(place: DataDir) -> None:
    tokens = door(place, failures=1)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await comes(tokens, "wrong", "nats", "nats")
    assert await comes(tokens, make(place, "canbo", "auditor"), "nats", "nats")


async def test_an_account_comes_so_often_a_minute_and_others_are_not_touched(place: DataDir) -> None:
    tokens = door(place, of_account=3)
    one, other = make(place, "mot", "auditor"), make(place, "hai", "auditor")
    for _ in range(3):
        await comes(tokens, one)
    for again in (one, make(place, "mot", "auditor")):
        with pytest.raises(TooMany, match="too-many") as refused:
            await comes(tokens, again)
        assert 1 <= refused.value.retry_after <= 60
    assert await comes(tokens, other)


async def test_services_follow_one_another_as_fast_as_they_can(place: DataDir) -> None:
    tokens = door(place, of_account=1)
    peer = make(place, "service:registry", "service")
    for _ in range(5):
        assert await comes(tokens, peer)


async def test_where_no_bound_is_set_nobody_is_counted(place: DataDir) -> None:
    tokens = door(place)
    for _ in range(300):
        with pytest.raises(Unauthenticated):
            await comes(tokens, "wrong")
    assert await comes(tokens, make(place, "canbo", "auditor"))


async def test_who_has_a_whole_network_is_locked_out_of_all_of_it_and_its_neighbour_is_not(
    place: DataDir,
) -> None:
    tokens = door(place, failures=3)
    for host in ("1", "2", "3"):
        with pytest.raises(Unauthenticated):
            await comes(tokens, host, f"2001:db8:1:2::{host}")
    with pytest.raises(TooMany, match=r"token\.locked-out"):
        await comes(tokens, make(place, "moi", "auditor"), "2001:db8:1:2:ffff::4")
    assert await comes(tokens, make(place, "khac", "auditor"), "2001:db8:1:3::4")


@pytest.mark.parametrize(
    ("address", "who"),
    [(HERE, HERE), (f"::ffff:{HERE}", HERE), ("unknown", "unknown"), ("a:b", "a:b"), ("", ""),
     ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::7%eth0", "fe80::/64")],
)  # fmt: skip
def test_an_address_is_one_guest_and_of_the_sixth_version_its_network_is(address: str, who: str) -> None:
    assert guest(address) == who


# --- addresses -----------------------------------------------------------------------------------


async def application(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def test_an_address_asks_so_often_a_minute_and_is_told_when_to_come_again() -> None:
    lines: list[str] = []
    turned = Turned(application, Turnstile(Rates(of_address=3), time.monotonic))
    whole = Safe(Watched(turned, Security("registry", lines.append, str)))

    def of(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(whole, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://x")

    async with of(HERE) as here, of(THERE) as there:
        assert [(await here.get("/units")).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = await here.get("/units")
        assert refused.json()["code"] == "too-many" and 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["detail"] and refused.json()["detail_en"]
        assert refused.headers["cache-control"] == "no-store"
        assert (await here.get("/health/live")).status_code == 200, "who looks after it is never kept out"
        assert (await there.get("/units")).status_code == 200
    assert len(lines) == 2 and all('"what":"throttled","outcome":"too-many"' in line for line in lines)


def test_who_is_locked_out_has_a_line_in_the_security_log() -> None:
    passage = passing.Passage("http", HERE, None, "token.locked-out")
    assert purpose(passage, Answered("GET", "/units/{key}", 429)) == "throttled"
