"""Which tokens were taken back, as every service knows it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.revoking import TokensRevoked
from shared.process.revoking import Revoked
from shared.wiring import Fact
from tests.registry.cast import TODAY
from tests.support.spec import mark

IDS = iter(range(1000))


class Nowhere(dict[str, Any]):
    """A database that nobody asks here."""

    def __missing__(self, _name: str) -> None:
        return None


def knowing(*said: dict[str, Any]) -> Revoked:
    database: Any = Nowhere()
    known = Revoked(database)
    for each in said:
        event = TokensRevoked(
            on=TODAY, revocation=f"0190b4f0-7f3c-7cc2-9d57-{next(IDS):012x}", reason="x", **each
        )
        known.apply(Fact("registry", f"revocation/{event.revocation}", event, mark(1), "c"))
    return known


ONE = {"jti": "stolen"}
LEFT = {"sub": "canbo", "before": 1000}


@pytest.mark.parametrize(("claims", "is_revoked"), [
    ({"jti": "stolen", "iat": 5}, True),
    ({"jti": "another", "iat": 5}, False),
    ({"jti": ["stolen"], "iat": 5}, False),
    ({"iat": 5}, False),
], ids=str)  # fmt: skip
def test_one_token_is_taken_back_by_its_id_whoever_shows_it(claims: dict[str, Any], is_revoked: bool) -> None:
    assert knowing(ONE)("whoever", claims) is is_revoked


@pytest.mark.parametrize(("sub", "claims", "is_revoked"), [
    ("canbo", {"iat": 999}, True),
    ("canbo", {"iat": 999.5}, True),
    ("canbo", {"iat": 1000}, False),
    ("canbo", {"nbf": 999}, True),
    ("canbo", {"iat": None, "nbf": 1000}, False),
    ("canbo", {}, True),
    ("can-bo", {"iat": 5}, False),
], ids=str)  # fmt: skip
def test_those_of_an_account_by_when_they_were_made(
    sub: str, claims: dict[str, Any], is_revoked: bool
) -> None:
    assert knowing(LEFT)(sub, claims) is is_revoked


def test_an_earlier_moment_said_later_takes_nothing_back_from_a_later_one() -> None:
    known = knowing(LEFT, {"sub": "canbo", "before": 500})
    assert known("canbo", {"iat": 700})
