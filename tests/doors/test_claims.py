"""What a token may say of its bearer, and that nothing it says does more than be refused."""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cli.keys import ALGORITHM, make_keys, token_key
from services.cli.places import DataDir
from services.cli.tokens import AUDIENCE, ISSUER
from shared.doors.claims import Holding, Unauthenticated, actor_of
from shared.doors.keyset import in_file
from shared.doors.tokens import Makers, Tokens
from shared.errors import Refused
from shared.reference.authority import Actor

EVERY_SHAPE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
USUAL = Holding(time.time)
CLAIMS = ("sub", "role", "unit", "exp", "nbf", "iat", "iss", "aud", "jti")
HEADERS = ("alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "cty", "zip")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    place = DataDir(Path(tmp_path_factory.mktemp("claims")))
    make_keys(place)
    return place


def makers(jwks: Path) -> Makers:
    return Makers(in_file(jwks), ISSUER, AUDIENCE)


async def believed(place: DataDir, token: str, holding: Holding = USUAL) -> Actor:
    return await Tokens(makers(place.jwks), holding).actor(f"Bearer {token}")


def signed(place: DataDir, **changes: Any) -> str:
    """A token of an officer with these claims changed; `...` takes one away."""
    now = int(time.time())
    said = {"sub": "canbo", "role": "auditor", "iat": now, "exp": now + 60, "iss": ISSUER, "aud": AUDIENCE}
    claims = {name: value for name, value in {**said, **changes}.items() if value is not ...}
    key = token_key(place)
    # `sub` and `iss` of other types are refused when a token is made with the library: so it is signed as bytes.
    return jwt.PyJWS().encode(
        json.dumps(claims).encode(), jwt.PyJWK(key).key, algorithm=ALGORITHM, headers={"kid": key["kid"]}
    )


async def refusal(place: DataDir, token: str, holding: Holding = USUAL) -> Refused:
    with pytest.raises(Unauthenticated) as refused:
        await believed(place, token, holding)
    assert refused.value.status == 401
    return refused.value


async def test_a_list_of_one_role_is_that_role(place: DataDir) -> None:
    assert await believed(place, signed(place, role=["auditor"])) == Actor("canbo", "auditor")


@pytest.mark.parametrize("role", [
    ..., None, [], ["auditor", "operator"], [["auditor"]], {"auditor": 1}, 7, True, "king",
                                  "policy", ["king"], "Auditor", " auditor"])  # fmt: skip
async def test_any_other_shape_of_a_role_is_refused(place: DataDir, role: Any) -> None:
    refused = await refusal(place, signed(place, role=role))
    assert (refused.code, refused.details["claim"]) == ("token.invalid", "role")


@pytest.mark.parametrize(
    "sub",
    [..., None, "", " ", 7, ["canbo"], {}, "x" * 201, "can\nbo", "can\x00bo", "can\u202ebo", "can\u2028bo", "canbo ",
     "\ufeffcanbo", "can\u200bbo", "can\ue000bo", "can\ufffebo", "can\ud800bo", "can\x85bo", "can\u0600bo",
     "policy:x", "Policy:x", "POLICY:x", "policy：x", "policy∶x", "рolicy:x", "pоlісу:x", "po1icy:x", "pol1cy:x",
     "poIicy:x", "pólicy:x", "policy :x", "𝐩𝐨𝐥𝐢𝐜𝐲:x", "policy", "service:registry", "Service:registry", "registry",
     "Registry", "ｒｅｇｉｓｔｒｙ", "reporting", "awards:1", "witness", "servіce:x", "policy.",
     "ⓟolicy:x", "“policy”:x", ".policy:x", "policy|:x", "policy!:x", "pol!cy:x", "po|icy:x", "policy-:x", "policy丶x",
     "policyʻ:x"],
)  # fmt: skip
async def test_who_somebody_is_is_a_line_of_text_and_nobodys_disguise(place: DataDir, sub: Any) -> None:
    refused = await refusal(place, signed(place, sub=sub, role="operator"))
    assert (refused.code, refused.details["claim"]) == ("token.invalid", "sub")


COLONS = ":;\u02d0\u02f8\u037e\u0387\u0589\u05c3\u0703\u16ec\u1803\u205a\u2236\ua4fd\ua789\ufe13\ufe55\uff1a\U00010f5a"
SIGNS = "‚،‘’“”„‹›«»·•․‥…‧∙⋅、。，．；！｜ǃ∣‖¦‐‑‒–—―⁃−─╌~˜∼^ˆ'`´′ʹʼʻ\"#$%&()*,<=>?[]{}\\©°№"
"""Punctuation of ASCII, and what looks like it."""


@pytest.mark.parametrize("sign", [*COLONS, *SIGNS])
def test_no_sign_behind_a_name_of_ours_reads_as_its_colon(sign: str) -> None:
    for ours in ("policy", "registry", "service", "Reporting", "ẃitness"):
        for sub in (
            f"{ours}{sign}x",
            f"{ours}{sign}:x",
            f"{ours} {sign} x",
            f"{ours}{sign}",
            f"{sign}{ours}:x",
        ):
            with pytest.raises(Unauthenticated) as refused:
                actor_of({"sub": sub, "role": "operator"})
            assert refused.value.details["claim"] == "sub", sub


@pytest.mark.parametrize("sub", ["canbo", "Nguyễn Văn Chính", "chinh.nv@danang.gov.vn", "auth0|5f7c", "policyholder",
                                 "registry-office", "registry.office@x.vn",
                                 "policy officer", "‚x:y", "a‚:b", "registrar:x", "a:b", "S-1-5-21",
                                 "Trần Thị Ái", "x" * 200])  # fmt: skip
async def test_ordinary_names_are_taken_as_they_are(place: DataDir, sub: str) -> None:
    assert (await believed(place, signed(place, sub=sub))).sub == sub


async def test_a_name_that_is_not_composed_is_recorded_composed(place: DataDir) -> None:
    assert (await believed(place, signed(place, sub="Hoa\u0300"))).sub == "Hoà"


@pytest.mark.parametrize("unit", ["", " ", 7, ["20242"], "20242\n", "Phường", "x" * 36, "a\x00b", True, {}])
async def test_a_unit_is_the_id_of_one(place: DataDir, unit: Any) -> None:
    refused = await refusal(place, signed(place, unit=unit))
    assert (refused.code, refused.details["claim"]) == ("token.invalid", "unit")


NOT_MOMENTS = (None, ..., "soon", "", [], {}, True, -1, 10**400, float("nan"), float("inf"))


@pytest.mark.parametrize("exp", NOT_MOMENTS, ids=lambda value: repr(value)[:20])
async def test_a_token_says_until_when_it_holds(place: DataDir, exp: Any) -> None:
    assert (await refusal(place, signed(place, exp=exp))).code == "token.invalid"


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("value", NOT_MOMENTS[2:], ids=lambda value: repr(value)[:20])
async def test_other_moments_are_moments_too(place: DataDir, claim: str, value: Any) -> None:
    assert (await refusal(place, signed(place, **{claim: value}))).code == "token.invalid"


@pytest.mark.parametrize("changes", [{"iat": 8}, {"nbf": 8}, {"exp": -8, "iat": -60}])
async def test_clocks_may_differ_by_some_seconds(place: DataDir, changes: dict[str, int]) -> None:
    now = int(time.time())
    assert await believed(place, signed(place, **{name: now + by for name, by in changes.items()}))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"iat": 30}, "token.not-yet-valid"), ({"nbf": 30}, "token.not-yet-valid"), ({"exp": -30}, "token.expired")],
)  # fmt: skip
async def test_by_more_they_may_not(place: DataDir, changes: dict[str, int], code: str) -> None:
    now = int(time.time())
    token = signed(place, **{name: now + by for name, by in changes.items()})
    assert (await refusal(place, token)).code == code


async def test_the_longest_life_of_a_token_is_a_setting(place: DataDir) -> None:
    now = int(time.time())
    longest = Holding(time.time, longest=3600)
    assert await believed(place, signed(place, exp=now + 3600), longest)
    for changes in (
        {"exp": now + 7200},
        {"exp": now + 7200, "iat": ...},
        {"exp": now + 60, "iat": now - 7200},
    ):
        assert (await refusal(place, signed(place, **changes), longest)).code == "token.too-long"


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.thorough
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(claims=st.dictionaries(st.sampled_from(CLAIMS), EVERY_SHAPE, max_size=4))
async def test_no_shape_of_any_claim_does_more_than_be_refused(
    place: DataDir, claims: dict[str, Any]
) -> None:
    with suppress(Unauthenticated):
        await believed(place, signed(place, **claims))


@pytest.mark.thorough
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.dictionaries(st.sampled_from(HEADERS), EVERY_SHAPE, max_size=4) | EVERY_SHAPE,
    known=st.booleans(),
)
async def test_no_shape_of_any_header_does_more_than_be_refused(
    place: DataDir, header: Any, known: bool
) -> None:
    if known and isinstance(header, dict):
        header = {"alg": ALGORITHM, "kid": token_key(place)["kid"], **header}
    _, claims, signature = signed(place).split(".")
    await refusal(place, f"{part(header)}.{claims}.{signature}")


@pytest.mark.parametrize("token", [".", "..", "a.b.c", "é.é.é", "[" * 9000, "x" * 20_000, "\x00", "=.=.="])
async def test_what_is_no_token_at_all_is_refused(place: DataDir, token: str) -> None:
    await refusal(place, token)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
async def test_a_header_nested_without_end_is_refused(place: DataDir, opening: str) -> None:
    deep = base64.urlsafe_b64encode((opening * 2000).encode()).decode().rstrip("=")
    await refusal(place, f"{deep}.e30.e30")


async def test_a_signature_is_verified_once_and_what_it_says_holds_every_time(
    place: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, looked = time.time(), 0
    decode = jwt.decode

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal looked
        looked += 1
        return decode(*args, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    tokens = Tokens(makers(place.jwks), Holding(lambda: now, leeway=0))
    token = signed(place)
    other = signed(place, sub="nguoi-khac")
    for _ in range(5):
        assert (await tokens.actor(f"Bearer {token}")).sub == "canbo"
        assert (await tokens.actor(f"Bearer {other}")).sub == "nguoi-khac"
    assert looked == 2

    now += 61
    with pytest.raises(Unauthenticated, match=r"token\.expired"):
        await tokens.actor(f"Bearer {token}")


async def test_a_token_is_verified_anew_after_half_a_minute_and_after_the_keys_were_read(
    place: DataDir, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moment = 1000.0
    monkeypatch.setattr("shared.doors.tokens.monotonic", lambda: moment)
    keys = tmp_path / "jwks.json"
    keys.write_bytes(place.jwks.read_bytes())
    kept = in_file(keys)
    monkeypatch.setattr(kept, "_clock", lambda: moment)
    tokens = Tokens(Makers(kept, ISSUER, AUDIENCE), USUAL)
    token = signed(place)
    assert await tokens.actor(f"Bearer {token}")

    other = DataDir(tmp_path / "other")
    make_keys(other)
    keys.write_bytes(other.jwks.read_bytes())
    moment += 29
    assert await tokens.actor(f"Bearer {token}"), "believed without looking"
    moment += 2
    assert await tokens.actor(f"Bearer {signed(other)}"), "a key we did not know: the keys are read anew"
    with pytest.raises(Refused):
        await tokens.actor(f"Bearer {token}")
