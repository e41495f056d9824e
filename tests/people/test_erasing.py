"""Person: named in any service's events, erased once, on a basis."""

from __future__ import annotations

from datetime import date

from shared.contracts.people import ErasePerson, PersonErased
from shared.people.erasing import PERSON, Erasure, PersonCase, evolve, view
from shared.people.keyring import Wrapped
from shared.people.keys import Held
from shared.people.receipt import receipt
from shared.reference.authority import OPERATOR, Actor
from tests.support.spec import given_for, mark

ID = "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a190"
DAY = date(2027, 5, 4)
NAMED = PersonCase(Actor("ops", OPERATOR), DAY, DAY, keys=(1,))
UNNAMED = PersonCase(Actor("ops", OPERATOR), DAY, DAY)
ERASE = ErasePerson(person=ID, basis="Theo yêu cầu ngày 02/5/2027")
ERASED = PersonErased(on=DAY, person=ID, keys=(1,), basis="Theo yêu cầu ngày 02/5/2027")
STATE = evolve(Erasure(), ERASED, mark(7, "ops"))
HELD = Held(ID, 1, "dvk.danang.gov.vn/awards", "round/1", "0190b4f0", "awards")

given = given_for(PERSON.decider, NAMED)


def test_a_person_is_erased_with_all_keys() -> None:
    given().when(ERASE).then(ERASED)


def test_erasing_twice_is_erasing_once() -> None:
    given(ERASED).when(ERASE).then()


def test_nobody_is_erased_who_was_never_named() -> None:
    given().within(UNNAMED).when(ERASE).refused("person.unknown", person=ID)


def test_erasing_again_after_the_key_is_gone_is_still_already_so() -> None:
    given(ERASED).within(UNNAMED).when(ERASE).then()


def test_what_is_on_record_is_shown() -> None:
    assert view(Erasure()) is None
    assert view(STATE) == {"state": "erased", **ERASED.data()}


def test_the_receipt_says_what_was_erased_what_is_kept_and_until_when_backups_hold_it() -> None:
    paper = receipt(STATE, HELD, backup_days=30)

    assert paper["erased"]["destroyed"] and paper["erased"]["keys"] == [1]
    assert paper["recorded"]["basis"] == "Theo yêu cầu ngày 02/5/2027" and paper["recorded"]["by"] == "ops"
    assert paper["backups"]["until"] == "2026-01-31"
    assert paper["named_in"] == {
        "origin": "dvk.danang.gov.vn/awards",
        "stream": "round/1",
        "event": "0190b4f0",
    }
    assert len(paper["kept"]) == 3 and all(one["why"]["vi"] and one["why"]["en"] for one in paper["kept"])


def test_the_receipt_does_not_claim_what_has_not_happened_yet() -> None:
    held = Held(ID, 1, "o", "s", "e", "awards", wrapped=Wrapped("k", b""))

    assert not receipt(STATE, held, 30)["erased"]["destroyed"]


def test_a_receipt_can_be_given_when_the_key_store_knows_nothing_of_the_person() -> None:
    assert "named_in" not in receipt(STATE, None, 30)
