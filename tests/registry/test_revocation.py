"""Tokens taken back: one, or those of an account; once, and for good."""

from __future__ import annotations

from typing import Any

import pytest

from services.registry.domain import revocation
from shared.contracts.revoking import RevokeTokens, TokensRevoked
from shared.decider import Case
from tests.registry.cast import OPERATOR, TODAY
from tests.support.spec import given_for

ID = "0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11"
given = given_for(revocation.decider, Case(by=OPERATOR, on=TODAY, today=TODAY))

ONE = {"jti": "a1b2"}
OF_AN_ACCOUNT = {"sub": "canbo", "before": 1_790_000_000}


def revoke(**said: Any) -> RevokeTokens:
    return RevokeTokens(revocation=ID, reason="Mất máy", **said)


def revoked(**said: Any) -> TokensRevoked:
    return TokensRevoked(on=TODAY, revocation=ID, reason="Mất máy", **said)


@pytest.mark.parametrize("whose", [ONE, OF_AN_ACCOUNT])
def test_a_token_or_those_of_an_account_are_taken_back_once(whose: dict[str, Any]) -> None:
    given().when(revoke(**whose)).then(revoked(**whose))
    given(revoked(**whose)).when(revoke(**whose)).then()


@pytest.mark.parametrize(
    "whose", [{}, {"sub": "canbo"}, {"before": 1}, {**ONE, **OF_AN_ACCOUNT}, {**ONE, "before": 1}]
)
def test_it_is_either_one_token_or_an_account_and_a_moment(whose: dict[str, Any]) -> None:
    given().when(revoke(**whose)).refused("revocation.whose")


def test_the_id_of_one_revocation_is_not_that_of_another() -> None:
    given(revoked(**ONE)).when(revoke(**OF_AN_ACCOUNT)).refused("revocation.already-made")
