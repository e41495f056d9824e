"""Who is told of what, and the secret address at which a feed reader is told it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.reporting.notices.concerning import DEADLINES, EVENTS
from services.reporting.notices.keys import DAY, DAYS, Addresses
from services.reporting.queries.browsing import NAMES
from shared.doors.claims import Unauthenticated
from shared.reference.authority import Actor

OFFICER = Actor("cb.hai-chau", "unit_officer", "20242")
NOW = 1_800_000_000


def never(_sub: str, _claims: Mapping[str, Any]) -> bool:
    return False


def addresses(
    seed: bytes = b"s" * 32, now: int = NOW, revoked: Callable[[str, Mapping[str, Any]], bool] = never
) -> Addresses:
    return Addresses(seed, lambda: now, revoked)


def refused(of: Addresses, address: str) -> str:
    with pytest.raises(Unauthenticated) as error:
        of.reader(address)
    return error.value.code


def test_everybody_is_told_of_events_that_there_are_and_nobody_of_what_is_theirs_twice() -> None:
    assert {kind.fact_name() for kinds in EVENTS.values() for kind in kinds} <= set(NAMES)
    assert EVENTS.keys() == DEADLINES.keys()
    assert not set.intersection(*(set(kinds) for kinds in DEADLINES.values()))


def test_an_address_says_who_reads_for_as_long_as_it_is_good() -> None:
    address = addresses().of(OFFICER)
    assert addresses(now=NOW + 399 * DAY).reader(address) == OFFICER
    assert refused(addresses(now=NOW + (DAYS + 1) * DAY), address) == "token.expired"


def test_on_one_day_it_stays_the_same() -> None:
    assert addresses(now=NOW).of(OFFICER) == addresses(now=NOW + 60).of(OFFICER)


@pytest.mark.parametrize("made_up", ["", "x", "A" * 43, "..%2f", "é", "A" * 100_000])
def test_what_was_not_made_here_is_refused(made_up: str) -> None:
    assert refused(addresses(), made_up) == "token.invalid"


def test_nobody_makes_another_of_it() -> None:
    address = addresses().of(OFFICER)
    assert refused(addresses(seed=b"t" * 32), address) == "token.invalid"
    for at in range(len(address)):
        other = address[:at] + ("A" if address[at] != "A" else "B") + address[at + 1 :]
        if other.rstrip("=") != address and at < len(address) - 1:
            assert refused(addresses(), other) == "token.invalid"


def test_taking_back_an_account_s_tokens_ends_its_address() -> None:
    def taken_back(sub: str, claims: Mapping[str, Any]) -> bool:
        return sub == OFFICER.sub and claims["iat"] < NOW

    address = addresses().of(OFFICER)
    assert refused(addresses(revoked=taken_back), address) == "token.revoked"
    assert (
        addresses(revoked=taken_back).reader(addresses().of(Actor("other", "approver", "btv-thanhuy"))).sub
        == "other"
    )
