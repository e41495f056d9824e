"""Person: named in any service's events, erased once, on a basis."""

from __future__ import annotations

from datetime import date

from shared.commands.looking import Known
from shared.contracts.people import ErasedWith, ErasePerson, LinkPersons, PersonErased, PersonsLinked
from shared.people.erasing import PERSON, Erasure, PersonCase, evolve, view
from shared.people.keyring import Wrapped
from shared.people.keys import Held
from shared.people.linking import Links
from shared.people.receipt import Around, receipt
from shared.reference.authority import APPRAISER, OPERATOR, Actor, UnitCard, Units
from tests.support.spec import given_for, mark

ID = "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a190"
DAY = date(2027, 5, 4)
NAMED = PersonCase(Actor("ops", OPERATOR), DAY, DAY, held={ID: Known((1,))})
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
    paper = receipt(ID, STATE, HELD, Around(30))

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

    assert not receipt(ID, STATE, held, Around(30))["erased"]["destroyed"]


def test_the_receipt_does_not_claim_that_the_epoch_key_is_gone_before_it_is() -> None:
    held = Held(ID, 1, "o", "s", "e", "awards", erased=9, epoch="registry-1")

    assert not receipt(ID, STATE, held, Around(30))["erased"]["destroyed"]


def test_the_receipt_says_what_remains_and_what_to_search() -> None:
    paper = receipt(ID, STATE, HELD, Around(30, ("ab" * 32,), "0123456789abcdef"))

    texts, files, archives, old = paper["remains"]
    assert [one["what"] for one in (texts, files, archives, old)] == [
        "texts",
        "files",
        "archives",
        "old-copies",
    ]
    assert files["files"] == ["ab" * 32] and old["key"] == "0123456789abcdef"
    assert all(one["search"]["vi"] and one["search"]["en"] for one in paper["remains"])
    assert len(receipt(ID, STATE, HELD, Around(30))["remains"]) == 3


def test_a_receipt_can_be_given_when_the_key_store_knows_nothing_of_the_person() -> None:
    assert "named_in" not in receipt(ID, STATE, None, Around(30))


# --- two ids of one human being ------------------------------------------------------------------

SECOND, THIRD = "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a191", "5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a192"
UNITS = Units(
    {
        card.unit: card
        for card in (
            UnitCard("thanh-uy", "Thành ủy", "city_committee"),
            UnitCard("20242", "Hải Châu", "commune_committee", "thanh-uy"),
            UnitCard("20194", "Hải Vân", "commune_committee", "thanh-uy"),
        )
    }
)
BOTH = {ID: Known((1,), "20242"), SECOND: Known((1,), "20194")}
LINK = LinkPersons(person=ID, same_as=SECOND, reason="Đối chiếu hồ sơ ngày 02/5/2027")
LINKED = PersonsLinked(on=DAY, person=ID, same_as=SECOND, reason="Đối chiếu hồ sơ ngày 02/5/2027")


def linking(actor: Actor, **held: Known) -> PersonCase:
    """What a link is decided on."""
    return PersonCase(actor, DAY, DAY, UNITS, held={**BOTH, **held})


OPERATES, IN_THE_WARD = Actor("ops", OPERATOR), Actor("td", APPRAISER, "20242")


def test_two_ids_are_linked_once() -> None:
    given().within(linking(OPERATES)).when(LINK).then(LINKED)
    given(LINKED).within(linking(OPERATES)).when(LINK).then()
    assert view(evolve(Erasure(), LINKED, mark(1))) == {"state": "linked", "same_as": [SECOND]}


def test_an_appraiser_links_only_persons_whose_names_he_may_see() -> None:
    given().within(linking(IN_THE_WARD)).when(LINK).refused("not-allowed", unit="20194")
    both_here = linking(IN_THE_WARD, **{SECOND: Known((1,), "20242")})
    assert given().within(both_here).when(LINK).event == LINKED


def test_nobody_is_linked_who_is_unknown_himself_or_erased() -> None:
    itself = LINK.model_copy(update={"same_as": ID})
    stranger = LINK.model_copy(update={"same_as": THIRD})

    given().within(linking(OPERATES)).when(itself).refused("person.same")
    given().within(linking(OPERATES)).when(stranger).refused("person.unknown", person=THIRD)
    gone = linking(OPERATES, **{SECOND: Known((), None, erased=True)})
    given().within(gone).when(LINK).refused("person.erased", person=SECOND)


def test_erasing_one_erases_all_that_are_the_same_human_being() -> None:
    case = PersonCase(
        OPERATES, DAY, DAY, held={**BOTH, THIRD: Known((), None, erased=True)}, others=(SECOND, THIRD)
    )

    erased = given().within(case).when(ERASE).event

    assert erased.linked == (ErasedWith(person=SECOND, keys=(1,)),)
    assert erased.persons() == (ID, SECOND)
    given().within(PersonCase(OPERATES, DAY, DAY, held={ID: Known((), None, erased=True)})).when(
        ERASE
    ).refused("person.erased")
    paper = receipt(SECOND, evolve(Erasure(), erased, mark(7, "ops")), None, Around(30))
    assert (paper["person"], paper["erased"]["keys"], paper["recorded"]["linked_to"]) == (SECOND, [1], ID)


def test_links_of_links_count_in_both_directions() -> None:
    links = Links()
    for person, same_as in ((ID, SECOND), (THIRD, SECOND)):
        link = PersonsLinked(on=DAY, person=person, same_as=same_as, reason="x")
        links.apply(type("Told", (), {"event": link})())

    assert links.others(ID) == (SECOND, THIRD)
    assert links.others(THIRD) == (ID, SECOND)
    assert links.others("5f3c2b1a-0e9d-4c8b-a7f6-e5d4c3b2a199") == ()
