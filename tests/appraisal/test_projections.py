"""What the appraisal keeps of others: one fact, one difference."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from services.appraisal.app import SERVICE
from services.appraisal.domain.records import (
    AdoptionOutcome,
    AdoptionRecord,
    Day,
    Inspection,
    ModelRecord,
    Plan,
    Rating,
    Registration,
    ReplicationRecord,
    Suspension,
)
from services.appraisal.projections import (
    ADOPTIONS,
    MODELS,
    PROJECTIONS,
    REPLICATIONS,
    adoption_record,
    decision_record,
    model_record,
    replication_record,
)
from shared.contracts.awards import (
    Changed,
    ListingRefused,
    ModelDelisted,
    ModelListed,
    ModelRecognised,
    RecognitionDeclined,
    RecognitionDeferred,
    RecognitionRevoked,
)
from shared.contracts.message import Event
from shared.contracts.registry import (
    InspectionRecorded,
    ModelAmended,
    ModelChanges,
    ModelEnded,
    ModelReceived,
    ModelReclassified,
    ModelRegistered,
    ModelResumed,
    ModelReturned,
    ModelSuspended,
    PolicyPublished,
    ProgressReported,
    RatingRecorded,
    RecordCorrected,
    RegistrationRenewed,
    ReplicationAdopted,
    ReplicationEndorsed,
    ReplicationOutcomeRecorded,
    ReplicationProposed,
    ReplicationWithdrawn,
    UnitAmended,
    UnitClosed,
    UnitRegistered,
)
from shared.contracts.values import DocumentRef, Person, PersonOrOffice, Subject
from shared.errors import CorruptHistory
from shared.reference.scheme import in_force, of_version
from shared.reference.unit_cards import unit_card
from shared.wiring import Fact
from tests.appraisal.cast import ADOPTION, APPRAISAL, MODEL, REPLICATION
from tests.support.city import POLICY_V1, RESIDENTS, WARD, WOMENS_UNION, day, decision, id_of
from tests.support.spec import mark

ON = day("2026-03-01")

registered = ModelRegistered(
    on=day("2026-02-01"),
    model=MODEL,
    unit="20242",
    name="Tổ phụ nữ tự quản",
    scope="Phường",
    beneficiaries="Hộ nghèo",
    content="Giúp nhau",
    year=2026,
    basis="new",
    subjects=(WOMENS_UNION, RESIDENTS),
    reference="DVK-2026-000001",
    late=False,
    backdated=False,
)
received = ModelReceived(on=day("2026-02-10"), model=MODEL)
suspended = ModelSuspended(on=day("2026-03-01"), model=MODEL, reason="Bão")
resumed = ModelResumed(on=day("2026-03-11"), model=MODEL, reason="Đã dọn xong")


def amended(**changes: Any) -> ModelAmended:
    """What was declared changed."""
    late = changes.pop("late", None)
    return ModelAmended(on=ON, model=MODEL, changes=ModelChanges(**changes), reason="Bổ sung", late=late)


def model(*events: Event) -> ModelRecord:
    """The record after these facts, stored and read back after each."""
    record: ModelRecord | None = None
    for number, event in enumerate(events, start=1):
        record = model_record(record, event, mark(number))
        record = MODELS.validate_python(MODELS.dump_python(record, mode="json", exclude_none=True))
    assert record is not None
    return record


def proof(number: int) -> str:
    """The id of the n-th fact."""
    return mark(number).id


# --- models: one assertion per fact ------------------------------------------------------------


def test_a_model_registered() -> None:
    assert model(registered) == ModelRecord(
        model=MODEL,
        name="Tổ phụ nữ tự quản",
        unit="20242",
        registered=Day(day("2026-02-01"), proof(1)),
        subjects=(WOMENS_UNION, RESIDENTS),
        registrations=(Registration(2026, Day(day("2026-02-01"), proof(1)), False, proof(1)),),
        name_because=proof(1),
        subjects_because=proof(1),
        field_because=proof(1),
        led_by_because=proof(1),
    )


def test_a_model_registered_with_its_plan_and_its_start() -> None:
    full = registered.model_copy(
        update={
            "plan_document": DocumentRef(number="01-KH", dated=day("2026-01-20")),
            "started_on": day("2025-09-01"),
            "field": "economy",
        }
    )

    kept = model(full)

    assert (kept.plans, kept.started, kept.field) == (
        (Plan(2026, Day(day("2026-02-01"), proof(1)), day("2026-01-20"), True),),
        Day(day("2025-09-01"), proof(1)),
        "economy",
    )


def test_a_sealed_name_is_not_kept() -> None:
    sealed = Subject(
        kind="individual", type="cadre", person=Person(id=id_of(7), sealed="v1.1.abc"), unit="20242"
    )

    kept = model(registered.model_copy(update={"subjects": (sealed,)}))

    assert kept.subjects[0].person == Person(id=id_of(7))


def test_a_model_received_is_at_work_since_its_first_reception() -> None:
    kept = model(registered, received)

    assert (kept.state, kept.received) == ("received", Day(day("2026-02-10"), proof(2)))


def test_a_returned_model_awaits_reception_again_once_amended() -> None:
    back = ModelReturned(on=ON, model=MODEL, reasons=("Thiếu địa chỉ",))

    assert model(registered, back).state == "returned"
    assert model(registered, back, amended(address="Tổ 12")).state == "registered"


def test_a_new_name() -> None:
    assert model(registered, amended(name="Tổ tự quản")).name == "Tổ tự quản"


def test_other_subjects() -> None:
    assert model(registered, amended(subjects=(RESIDENTS,))).subjects == (RESIDENTS,)


def test_who_leads_it() -> None:
    assert model(registered, amended(led_by="Đảng ủy phường")).led_by == "Đảng ủy phường"


def test_another_start() -> None:
    assert model(registered, amended(started_on=day("2025-10-01"))).started == Day(
        day("2025-10-01"), proof(2)
    )


def test_every_plan_that_was_filed_is_kept_with_its_year_its_date_and_what_backs_it() -> None:
    title = DocumentRef(title="Kế hoạch", dated=day("2026-02-25"))
    kept = model(registered, amended(plan_document=DocumentRef(number="01-KH")), amended(plan_document=title))

    assert kept.plans == (
        Plan(2026, Day(ON, proof(2)), None, True),
        Plan(2026, Day(ON, proof(3)), day("2026-02-25"), False),
    )


renewed = RegistrationRenewed(
    on=day("2027-03-01"),
    model=MODEL,
    year=2027,
    registration_document=DocumentRef(number="02-BC"),
    plan_document=DocumentRef(number="02-KH", dated=day("2027-02-20")),
    late=False,
    backdated=False,
)


def test_each_year_is_a_registration_with_a_plan_of_its_own() -> None:
    kept = model(registered, received, renewed)

    assert [(r.year, r.late, r.late_because) for r in kept.registrations] == [
        (2026, False, proof(1)),
        (2027, False, proof(3)),
    ]
    assert kept.plans == (Plan(2027, Day(day("2027-03-01"), proof(3)), day("2027-02-20"), True),)


def test_a_renewal_is_corrected_where_it_stands() -> None:
    read = correction(
        3, "RegistrationRenewed", on="2027-04-02", late=True, plan_document={"title": "Kế hoạch"}
    )

    kept = model(registered, received, renewed, read)

    assert kept.registrations[0] == model(registered).registrations[0]
    assert kept.registrations[1] == Registration(2027, Day(day("2027-04-02"), proof(3)), True, proof(3))
    assert kept.plans == (Plan(2027, Day(day("2027-04-02"), proof(3))),)


def test_an_amendment_of_before_years_were_fixed_is_read_as_it_was() -> None:
    kept = model(registered, amended(year=2025, late=True))

    assert kept.registrations == (Registration(2025, Day(day("2026-02-01"), proof(1)), True, proof(2)),)


def test_its_field() -> None:
    assert (
        model(registered, ModelReclassified(on=ON, model=MODEL, field="economy", reason="…")).field
        == "economy"
    )


def test_a_rest_begins_and_ends() -> None:
    since = Day(day("2026-03-01"), proof(3))

    assert model(registered, received, suspended).suspensions == (Suspension(since),)
    again = model(registered, received, suspended, resumed)
    assert again.suspensions == (Suspension(since, Day(day("2026-03-11"), proof(4))),)
    assert again.state == "received"


def test_its_end() -> None:
    assert model(registered, ModelEnded(on=ON, model=MODEL, ground="failed", reason="…")).state == "ended"


def test_an_inspection_of_any_kind() -> None:
    seen = InspectionRecorded(
        on=ON,
        model=MODEL,
        kind="self_inspection",
        by=PersonOrOffice(office="Chi bộ 7"),
        findings="Tốt",
        conclusion="on_course",
    )

    assert model(registered, seen).inspections == (
        Inspection(ON, proof(2), "self_inspection", None, "Chi bộ 7"),
    )


def test_an_inspection_is_that_of_the_unit_for_which_it_was_recorded() -> None:
    seen = InspectionRecorded(
        on=ON,
        model=MODEL,
        kind="inspection",
        by=PersonOrOffice(office="Ban"),
        findings="Tốt",
        conclusion="adjust",
    )
    record = model_record(model(registered), seen, replace(mark(2), actorunit="btgdv"))

    assert record.inspections == (Inspection(ON, proof(2), "inspection", "btgdv", "Ban"),)


def test_a_rating() -> None:
    rating = RatingRecorded(
        on=ON, model=MODEL, subject=1, period_kind="year", period="2025", level="good", authority="Đảng ủy"
    )

    assert model(registered, rating).ratings == (Rating(1, "year", "2025", "good", ON, proof(2), 2),)


def test_what_cannot_have_happened_is_not_folded() -> None:
    with pytest.raises(CorruptHistory):
        model(received)
    with pytest.raises(CorruptHistory):
        model(registered, received, resumed)


# --- what the registry corrected ---------------------------------------------------------------


def correction(corrects: int, kind: str, of: str = "model", **changes: Any) -> RecordCorrected:
    """The n-th event of a thing should have read otherwise."""
    things = {"model": MODEL, "adoption": ADOPTION, "replication": REPLICATION}
    return RecordCorrected(
        on=ON,
        corrects=proof(corrects),
        corrected_type=kind,
        changes=changes,
        reason="Ghi nhầm",
        **{of: things[of]},  # pyright: ignore[reportArgumentType]
    )


def test_a_corrected_registration_reads_as_if_it_had_always_read_so() -> None:
    read = correction(
        1,
        "ModelRegistered",
        on="2026-01-20",
        name="Tổ phụ nữ",
        field="economy",
        led_by="Chi bộ 7",
        late=True,
        started_on="2025-05-01",
        plan_document={"number": "01-KH"},
    )

    kept = model(registered, received, read)
    moved = Day(day("2026-01-20"), proof(1))

    assert kept.registered == moved
    assert kept.plans == (Plan(2026, moved, None, True),)
    assert kept.registrations == (Registration(2026, moved, True, proof(1)),)
    assert (kept.name, kept.field, kept.led_by) == ("Tổ phụ nữ", "economy", "Chi bộ 7")
    assert kept.started == Day(day("2025-05-01"), proof(1))


def test_corrected_subjects_are_those_unless_they_were_amended_since() -> None:
    renamed = RESIDENTS.model_copy(update={"name": "Khu dân cư số 8"})
    said = [one.model_dump(mode="json", exclude_none=True) for one in (WOMENS_UNION, renamed)]
    read = correction(1, "ModelRegistered", subjects=said)

    assert model(registered, read).subjects == (WOMENS_UNION, renamed)
    assert model(registered, amended(subjects=(RESIDENTS,)), read).subjects == (RESIDENTS,)


def test_what_was_amended_since_is_not_undone_by_a_correction_of_what_was_before() -> None:
    later = amended(name="Tổ tự quản", led_by="Đảng ủy", started_on=day("2025-10-01"), year=2025, late=True)
    reclassified = ModelReclassified(on=ON, model=MODEL, field="political_system", reason="…")
    read = correction(
        1, "ModelRegistered", name="Tổ", field="economy", led_by="Chi bộ", late=False, started_on="2024-01-01"
    )

    assert model(registered, later, reclassified, read) == model(registered, later, reclassified)


def test_other_days_are_corrected_where_they_stand() -> None:
    kept = model(
        registered,
        received,
        suspended,
        resumed,
        correction(2, "ModelReceived", on="2026-02-05"),
        correction(3, "ModelSuspended", on="2026-03-02"),
        correction(4, "ModelResumed", on="2026-03-12"),
    )

    assert kept.received == Day(day("2026-02-05"), proof(2))
    assert kept.suspensions == (
        Suspension(Day(day("2026-03-02"), proof(3)), Day(day("2026-03-12"), proof(4))),
    )


def test_an_inspection_and_a_rating_are_corrected() -> None:
    seen = InspectionRecorded(
        on=ON,
        model=MODEL,
        kind="inspection",
        by=PersonOrOffice(office="Chi bộ 7"),
        findings="Tốt",
        conclusion="on_course",
    )
    rating = RatingRecorded(
        on=ON, model=MODEL, subject=1, period_kind="year", period="2025", level="good", authority="Đảng ủy"
    )
    kept = model(
        registered,
        seen,
        rating,
        correction(2, "InspectionRecorded", on="2026-02-20"),
        correction(3, "RatingRecorded", level="completed", period="2024", subject=2),
    )

    assert kept.inspections == (Inspection(day("2026-02-20"), proof(2), "inspection", None, "Chi bộ 7"),)
    assert kept.ratings == (Rating(2, "year", "2024", "completed", ON, proof(3), 3),)


def test_an_outcome_and_the_targets_of_a_proposal_are_corrected() -> None:
    went = adoption_record(adoption_record(None, adopted, mark(1)), succeeded, mark(2))
    moved = correction(2, "ReplicationOutcomeRecorded", "adoption", on="2026-02-20")
    meant = correction(1, "ReplicationProposed", "replication", targets=["rural"])

    assert adoption_record(went, moved, mark(3)).outcomes[0].on == day("2026-02-20")
    first = replication_record(None, proposed, mark(1))
    assert replication_record(first, meant, mark(2)).targets == ("rural",)
    said = correction(1, "ReplicationProposed", "replication", statements={"c_rep_1": "Có"})
    assert replication_record(first, said, mark(2)).stated == ("c_rep_1",)


# --- adoptions, replications, decisions --------------------------------------------------------

adopted = ReplicationAdopted(
    on=ON,
    adoption=ADOPTION,
    model=MODEL,
    unit="20194",
    adopter="Chi hội 3",
    method="Theo tài liệu",
    roadmap=({"milestone": "Ra mắt", "due_on": ON},),  # pyright: ignore[reportArgumentType]
    responsible=PersonOrOffice(office="Chi hội trưởng"),
    coordination="MTTQ",
    known={},
)
succeeded = ReplicationOutcomeRecorded(on=ON, adoption=ADOPTION, outcome="succeeded", findings="Tốt")
proposed = ReplicationProposed(
    on=ON,
    replication=REPLICATION,
    model=MODEL,
    model_name="Tổ phụ nữ tự quản",
    unit="so-y-te",
    scope="city",
    targets=("urban",),
    next="du-ubnd",
    known={},
)
endorsed = ReplicationEndorsed(on=ON, replication=REPLICATION, unit="du-ubnd")


def test_an_adoption_and_how_it_went() -> None:
    kept = adoption_record(adoption_record(None, adopted, mark(1)), succeeded, mark(2))

    assert ADOPTIONS.validate_python(ADOPTIONS.dump_python(kept, mode="json", exclude_none=True)) == kept
    assert kept == AdoptionRecord(
        ADOPTION,
        MODEL,
        "20194",
        "Chi hội 3",
        (AdoptionOutcome("succeeded", ON, proof(2), 2),),
        Day(ON, proof(1)),
    )


def test_a_proposal_is_ready_once_nobody_else_must_endorse_it() -> None:
    first = replication_record(None, proposed, mark(1))
    ready = replication_record(first, endorsed, mark(2))
    at_once = replication_record(None, proposed.model_copy(update={"next": None}), mark(1))

    assert first == ReplicationRecord(REPLICATION, MODEL, "so-y-te", "city", ("urban",))
    assert ready.ready_unit == "du-ubnd"
    assert at_once.ready_unit == "so-y-te"
    assert (
        REPLICATIONS.validate_python(REPLICATIONS.dump_python(ready, mode="json", exclude_none=True)) == ready
    )


def test_a_proposal_withdrawn() -> None:
    gone = ReplicationWithdrawn(on=ON, replication=REPLICATION, reason="…", known={})

    assert replication_record(replication_record(None, proposed, mark(1)), gone, mark(2)).withdrawn


ABOUT: dict[str, Any] = {
    "on": ON,
    "level": "city",
    "unit": "20242",
    "model": MODEL,
    "model_name": "Tổ phụ nữ tự quản",
}
recognised = ModelRecognised(
    **ABOUT,
    recognition=APPRAISAL,
    decision=decision("2026-03-01"),
    model_unit="20242",
    unit_name=WARD.name,
    subjects=(WOMENS_UNION,),
    appraisal=APPRAISAL,
)
listed = ModelListed(
    **ABOUT,
    listing=APPRAISAL,
    decision=decision("2026-03-01"),
    supplement=1,
    scope="city",
    model_unit="20242",
    appraisal=APPRAISAL,
)


def fact(event: Event, source: str = "awards") -> Fact:
    """The event as a follower sees it."""
    return Fact(source, "x/y", event, mark(1), "c")


@pytest.mark.parametrize(
    "event, decided",
    [
        (recognised, True),
        (RecognitionDeclined(**ABOUT, recognition=APPRAISAL, reason="…", appraisal=APPRAISAL), True),
        (listed, True),
        (ListingRefused(**ABOUT, listing=APPRAISAL, reason="…", appraisal=APPRAISAL), True),
        (RecognitionDeferred(**ABOUT, recognition=APPRAISAL, reason="…", appraisal=APPRAISAL), False),
        (
            RecognitionRevoked(
                **ABOUT,
                recognition=APPRAISAL,
                ground="fraud",
                decision=decision("2026-03-01"),
                reason="…",
                changes=Changed(id=id_of(1), position=1),
            ),
            True,  # what was decided stays decided, and stands no more
        ),
        (recognised.model_copy(update={"appraisal": None, "earlier": True}), False),
        (ListingRefused(**ABOUT, listing=REPLICATION, reason="…", replication=REPLICATION), False),
    ],
)
def test_what_counts_as_decided(event: Event, decided: bool) -> None:
    decisions = next(one for one in PROJECTIONS if one.name == "decisions")

    assert list(decisions.keys(fact(event))) == ([APPRAISAL] if decided else [])
    if decided:
        assert decision_record(None, event, mark(1)).because == proof(1)


def test_a_decision_stands_until_it_is_taken_back() -> None:
    about = {**ABOUT, "decision": decision("2026-04-01"), "reason": "…"}
    changes = Changed(id=id_of(1), position=1)
    revoked = RecognitionRevoked(**about, recognition=APPRAISAL, ground="fraud", changes=changes)
    delisted = ModelDelisted(**about, listing=APPRAISAL, changes=changes)
    declined = RecognitionDeclined(**ABOUT, recognition=APPRAISAL, reason="…", appraisal=APPRAISAL)

    for decided, back in ((recognised, revoked), (listed, delisted)):
        first = decision_record(None, decided, mark(1))
        after = decision_record(first, back, mark(2))
        assert (first.standing, first.level) == (True, "city")
        assert (after.standing, after.because) == (False, proof(1))
    assert not decision_record(None, declined, mark(1)).standing


# --- units and policy, which the awards keep too -----------------------------------------------


def test_a_unit_from_its_registration_to_its_end() -> None:
    card = unit_card(
        None,
        UnitRegistered(
            on=ON, unit="20242", name="Phường", kind="commune_committee", area="ward", tags=("urban",)
        ),
    )
    moved = unit_card(card, UnitAmended(on=ON, unit="20242", parent="thanh-uy", tags=("rural",), reason="…"))
    gone = unit_card(moved, UnitClosed(on=ON, unit="20242", merged_into="20194", reason="…"))

    assert (card.parent, card.area, card.tags) == (None, "ward", ("urban",))
    assert (moved.name, moved.parent, moved.tags) == ("Phường", "thanh-uy", ("rural",))
    assert (gone.closed, gone.merged_into) == (True, "20194")


def test_the_policy_in_force_and_the_one_pinned() -> None:
    second = PolicyPublished(**{**dict(POLICY_V1), "version": 2, "effective_from": day("2026-06-01")})
    both = (POLICY_V1, second)

    assert in_force(both, day("2025-12-31")) is None
    assert in_force(both, day("2026-05-31")) == POLICY_V1
    assert in_force(both, day("2026-06-01")) == second
    assert of_version(both, 1) == POLICY_V1
    assert of_version(both, 3) is None


# --- any order of streams and sources ----------------------------------------------------------

STREAMS: tuple[tuple[str, str, tuple[Event, ...]], ...] = (
    ("registry", f"model/{MODEL}", (registered, received, suspended, resumed, amended(name="Tổ tự quản"))),
    ("registry", f"adoption/{ADOPTION}", (adopted, succeeded)),
    ("registry", f"replication/{REPLICATION}", (proposed, endorsed)),
    (
        "registry",
        "unit/20242",
        (
            UnitRegistered(on=ON, unit="20242", name="Phường", kind="commune_committee"),
            UnitAmended(on=ON, unit="20242", parent="thanh-uy", reason="…"),
        ),
    ),
    ("registry", "policy/scheme", (POLICY_V1,)),
    ("awards", f"recognition/{APPRAISAL}", (recognised,)),
    (
        "registry",
        f"model/{id_of(8)}",
        (ProgressReported(on=ON, model=id_of(8), as_of=ON, results="…"),),  # nobody here reads it
    ),
)


@pytest.mark.parametrize("seed", range(20))
def test_whichever_stream_comes_first_the_documents_are_the_same(seed: int) -> None:
    assert _kept(random.Random(seed)) == _kept(None)


def _kept(order: random.Random | None) -> dict[tuple[str, str], Any]:
    """Every document after the streams were told in this order, each stream in its own."""
    waiting = [
        [(source, stream, n, event) for n, event in enumerate(events, 1)]
        for source, stream, events in STREAMS
    ]
    documents: dict[tuple[str, str], Any] = {}
    while waiting:
        turn = order.choice(waiting) if order else waiting[0]
        source, stream, number, event = turn.pop(0)
        waiting = [row for row in waiting if row]
        told = Fact(source, stream, event, mark(number), "c")
        for projection in SERVICE.projections:
            if source in projection.sources:
                for key in projection.keys(told):
                    place = (projection.name, key)
                    documents[place] = projection.fold(key, documents.get(place), told)
    return documents
