"""Whose keys are believed: withdrawn ones not for long, unfit ones never, and a keeper in trouble is not hurried."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from shared.doors import keyset
from shared.doors.claims import Holding, Unauthenticated
from shared.doors.keyset import KeySet, NoKeySet, at_address
from shared.doors.tokens import Makers, Tokens
from shared.errors import Unavailable
from shared.process.peering import GOOD_FOR_SECONDS, PeerAuth, PeerKey
from shared.reference.authority import Actor

PROVIDER = "https://id.example/jwks"


def jwk(kid: str, **more: Any) -> tuple[dict[str, Any], Any]:
    private = ec.generate_private_key(ec.SECP256R1())
    public: dict[str, Any] = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {**public, "kid": kid, **more}, private


ONE, ONE_PRIVATE = jwk("one")
TWO, _ = jwk("two")


class Keeper:
    """A provider that shows these keys, or fails; the time is the test's."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys: list[dict[str, Any]] | None = list(keys)
        self.asked = 0
        self.now = 1000.0
        self.set = KeySet(self.read, lambda: self.now)

    async def read(self) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        if self.keys is None:
            raise NoKeySet("away")
        return json.dumps({"keys": self.keys}).encode()

    async def holds(self, kid: str) -> bool:
        return await self.set.key(kid) is not None


async def test_a_withdrawn_key_is_not_believed_for_more_than_a_minute() -> None:
    keeper = Keeper(ONE, TWO)
    assert await keeper.holds("one")
    keeper.keys = [TWO]
    keeper.now += keyset.FRESH_SECONDS
    assert not await keeper.holds("one")
    assert await keeper.holds("two")


async def test_the_keys_are_the_same_object_while_the_keeper_shows_the_same() -> None:
    keeper = Keeper(ONE)
    await keeper.holds("one")
    before = keeper.set.keys
    keeper.now += keyset.FRESH_SECONDS
    assert await keeper.holds("one") and keeper.asked == 2
    assert keeper.set.keys is before


async def test_who_withdraws_all_keys_is_believed() -> None:
    keeper = Keeper(ONE)
    assert await keeper.holds("one")
    keeper.keys = []
    keeper.now += keyset.FRESH_SECONDS
    assert not await keeper.holds("one")


async def test_many_at_once_ask_the_keeper_once() -> None:
    keeper = Keeper(ONE)
    assert all(await asyncio.gather(*(keeper.holds("one") for _ in range(20))))
    assert keeper.asked == 1


async def test_strange_keys_are_looked_for_twice_a_minute_at_most() -> None:
    keeper = Keeper(ONE)
    assert await keeper.holds("one")
    for strange in range(50):
        assert not await keeper.holds(f"strange {strange}")
    assert keeper.asked == 1
    keeper.keys = [ONE, TWO]
    keeper.now += keyset.STRANGE_SECONDS
    assert await keeper.holds("two")


async def test_a_keeper_in_trouble_is_asked_less_and_less_and_its_last_keys_hold_for_an_hour() -> None:
    keeper = Keeper(ONE)
    assert await keeper.holds("one")
    began, keeper.keys, keeper.asked = keeper.now, None, 0
    while keeper.now < began + keyset.HELD_SECONDS:
        keeper.now += 0.5
        assert await keeper.holds("one")
    assert 50 < keeper.asked < 70, "once a minute, after a few quicker ones"
    keeper.now += 1
    with pytest.raises(Unavailable, match=r"token\.keys-away") as away:
        await keeper.holds("one")
    assert away.value.retry_after == 60

    keeper.keys = [TWO]
    keeper.now += 60
    assert await keeper.holds("two") and not await keeper.holds("one")


async def test_without_keys_from_the_beginning_nobody_is_judged() -> None:
    keeper = Keeper()
    keeper.keys = None
    for _ in range(3):
        with pytest.raises(Unavailable, match=r"token\.keys-away"):
            await keeper.holds("one")
    assert keeper.asked == 1
    keeper.keys = [ONE]
    keeper.now += 1
    assert await keeper.holds("one")


def ed(kid: str) -> dict[str, Any]:
    key: dict[str, Any] = OKPAlgorithm.to_jwk(ed25519.Ed25519PrivateKey.generate().public_key(), as_dict=True)
    return {**key, "kid": kid}


def rsa_of(kid: str, bits: int, **more: Any) -> dict[str, Any]:
    key: dict[str, Any] = RSAAlgorithm.to_jwk(
        rsa.generate_private_key(65537, bits).public_key(), as_dict=True
    )
    return {key: value for key, value in key.items() if key != "key_ops"} | {"kid": kid, **more}


@pytest.mark.parametrize("unfit", [
    {**TWO, "use": "enc"},
    {**TWO, "use": 7},
    {**TWO, "key_ops": ["encrypt"]},
    {**TWO, "alg": "HS256"},
    {**TWO, "alg": "none"},
    {**TWO, "crv": "P-0"},
    {**TWO, "x": "!"},
    {"kty": "oct", "k": "c2VjcmV0", "kid": "two"},
    {"kty": "oct", "k": "c2VjcmV0", "alg": "ES256", "kid": "two"},
    rsa_of("two", 1024),
    {"kid": "two"},
], ids=["to encrypt", "use a number", "ops to encrypt", "a secret's algorithm", "no algorithm", "no such curve",
        "no number", "a secret", "a secret as a curve", "RSA of 1024", "a name alone"])  # fmt: skip
async def test_a_key_that_signs_no_tokens_is_passed_over_and_the_others_hold(unfit: dict[str, Any]) -> None:
    keeper = Keeper(unfit, ONE)
    assert await keeper.holds("one")
    assert not await keeper.holds("two")


@pytest.mark.parametrize("fit", [{**TWO, "use": "sig"}, {**TWO, "key_ops": ["verify"]}, ed("two"), rsa_of("two", 2048)],
                         ids=["use", "ops", "Ed25519", "RSA of 2048"])  # fmt: skip
async def test_keys_that_sign_tokens_are_believed(fit: dict[str, Any]) -> None:
    assert await Keeper(fit).holds("two")


@pytest.mark.parametrize("answer", [
    httpx.Response(500), httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
    httpx.Response(200, text="<html>"), httpx.Response(200, json=[]), httpx.Response(200, json={"keys": {}}),
    httpx.Response(200, json={"keys": [ONE] * 101}),
    httpx.Response(200, content=b'{"keys": [], "more": "' + b"a" * 300_000 + b'"}'),
], ids=["fails", "elsewhere", "a page", "a list", "no list of keys", "too many", "too large"])  # fmt: skip
async def test_what_is_no_key_set_of_a_bearable_size_is_no_answer(answer: httpx.Response) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _asked: answer)) as http:
        with pytest.raises(Unavailable, match=r"token\.keys-away"):
            await at_address(PROVIDER, http).key("one")


async def test_a_provider_that_never_ends_its_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keyset, "ANSWER_SECONDS", 0.2)

    async def drips() -> Any:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    transport = httpx.MockTransport(lambda _asked: httpx.Response(200, content=drips()))
    async with httpx.AsyncClient(transport=transport) as http:
        began = time.monotonic()
        with pytest.raises(Unavailable, match=r"token\.keys-away"):
            await at_address(PROVIDER, http).key("one")
    assert time.monotonic() - began < 2


# --- the services' own ---------------------------------------------------------------------------

PEER = PeerKey("registry", b"r" * 32)
OTHER = PeerKey("awards", b"a" * 32)


def at_the_door(*peers: dict[str, Any]) -> Tokens:
    makers = Makers(Keeper(ONE).set, "provider", "dvk", Keeper(*peers).set if peers else None)
    return Tokens(makers, Holding(time.time))


async def test_a_service_is_known_by_a_token_it_made_itself() -> None:
    door = at_the_door(PEER.public(), OTHER.public())
    token = PEER.token("dvk", int(time.time()))
    assert await door.actor(f"Bearer {token}") == Actor("service:registry", "service")


@pytest.mark.parametrize("changed", [
    {"sub": "service:awards"}, {"sub": "canbo", "role": "operator"}, {"role": "operator"}, {"iss": "provider"},
    {"aud": "another"}, {"iss": "service:awards"}, {"exp": 1},
], ids=str)  # fmt: skip
async def test_the_key_of_a_service_makes_nobody_else(changed: dict[str, Any]) -> None:
    said = jwt.decode(PEER.token("dvk", int(time.time())), options={"verify_signature": False})
    forged = jwt.encode({**said, **changed}, PEER._private, algorithm="EdDSA", headers={"kid": PEER.name})
    with pytest.raises(Unauthenticated):
        await at_the_door(PEER.public(), OTHER.public()).actor(f"Bearer {forged}")


async def test_no_service_is_believed_where_its_key_is_not_known() -> None:
    token = PEER.token("dvk", int(time.time()))
    for door in (at_the_door(), at_the_door(OTHER.public())):
        with pytest.raises(Unauthenticated):
            await door.actor(f"Bearer {token}")


def test_a_service_renews_its_token_by_itself_before_it_ends() -> None:
    now = 5_000_000
    auth = PeerAuth(PEER, "dvk", lambda: now)

    def sent() -> str:
        return next(auth.auth_flow(httpx.Request("GET", "http://awards/log/head"))).headers["Authorization"]

    first = sent()
    until = jwt.decode(first.removeprefix("Bearer "), options={"verify_signature": False})["exp"]
    assert until - now == GOOD_FOR_SECONDS
    now += 200
    assert sent() == first
    now += 50
    second = sent()
    assert second != first
    now -= 100_000
    assert sent() != second, "a clock that was put back makes no token that holds for days"
