"""Which settings say whom a process believes; what is missing is said in a sentence."""

from __future__ import annotations

import pytest

from shared.process.believing import Believing
from shared.process.declaring import SettingsWrong

FULL = {
    "DVK_JWKS_URL": "https://id.example/jwks",
    "DVK_TOKEN_ISSUER": "https://id.example",
    "DVK_TOKEN_AUDIENCE": "dvk",
}


@pytest.mark.parametrize("missing", ["DVK_TOKEN_ISSUER", "DVK_TOKEN_AUDIENCE"])
@pytest.mark.parametrize("keys", ["DVK_JWKS_URL", "DVK_JWKS_FILE"])
def test_nobody_is_believed_without_saying_who_makes_tokens_and_for_whom(missing: str, keys: str) -> None:
    given = {**FULL, missing: " "}
    given[keys] = given.pop("DVK_JWKS_URL")
    with pytest.raises(SettingsWrong, match=rf"{missing} is not set; .* another system would be believed"):
        Believing.read(given)


def test_a_providers_tokens_are_good_for_a_day_unless_it_is_said_otherwise() -> None:
    assert Believing.read(FULL).longest == 86_400
    assert Believing.read({**FULL, "DVK_TOKEN_LONGEST_SECONDS": "3600"}).longest == 3600
    own = {**FULL, "DVK_JWKS_URL": "", "DVK_JWKS_FILE": "jwks.json"}
    assert Believing.read(own).longest is None
