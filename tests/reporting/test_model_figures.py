"""A model's life in the figures: one sentence per fact that is read."""

from __future__ import annotations

from services.reporting.figures.changes import rows
from services.reporting.figures.model_figures import STOCK, standing
from services.reporting.figures.report_figures import kept, mended
from services.reporting.figures.versions import RULES, figure_of
from tests.reporting.lives import ADOPTION, LISTING, MODEL, RECOGNITION, REPLICATION, Life

END = "2027-12-31"


def marks(life: Life, cut_off: str = END, rules: int = RULES) -> dict[tuple[str, str], int]:
    """{(figure, flow date): count} by a version of the rules; parts are told in the tests that mean them."""
    found: dict[tuple[str, str], int] = {}
    for (key, _, flow), value in parts(life, cut_off, rules).items():
        found[key, flow] = found.get((key, flow), 0) + value
    return found


def parts(life: Life, cut_off: str = END, rules: int = RULES) -> dict[tuple[str, str, str], int]:
    """{(figure, part, flow date): count} by a version of the rules."""
    told = standing(life.facts, cut_off).marks.items()
    return {
        (name, part, flow): n for (key, part, flow), n in told if (name := figure_of(key, rules)) is not None
    }


def cell(life: Life, cut_off: str = END) -> tuple[str, str]:
    at = standing(life.facts, cut_off)
    return at.unit, at.field


def test_a_registration_flows_on_its_own_day() -> None:
    assert marks(Life().registered("2026-02-01")) == {("models.registered_new", "2026-02-01"): 1}


def test_a_maintained_model_is_registered_as_maintained() -> None:
    assert ("models.registered_maintained", "2026-02-01") in marks(Life().registered(basis="maintained"))


def test_nothing_counts_before_it_happened() -> None:
    assert marks(Life().registered("2026-02-01"), "2026-01-31") == {}


def test_a_late_registration_is_late() -> None:
    assert marks(Life().registered("2026-05-01", late=True))["quality.late", "2026-05-01"] == 1


def test_a_late_registration_stays_late_though_its_year_was_amended_when_that_could_be() -> None:
    life = Life().registered("2026-05-01", late=True)
    life.model("ModelAmended", "2026-06-01", changes={"year": 2027}, late=False)

    assert ("quality.late", "2026-05-01") in marks(life)
    assert ("quality.late", "2026-05-01") not in marks(life, rules=1)
    assert ("quality.late", "2026-05-01") in marks(life, "2026-05-31", rules=1)


def test_each_year_of_a_model_is_a_registration_of_its_own_late_or_in_time() -> None:
    life = Life().registered("2026-05-01", late=True).model("ModelReceived", "2026-05-02")
    life.model("RegistrationRenewed", "2027-02-01", year=2027, late=False)
    life.model("RegistrationRenewed", "2028-06-01", year=2028, late=True)

    late = {flow for key, flow in marks(life, "2028-12-31") if key == "quality.late"}
    assert late == {"2026-05-01", "2028-06-01"}


def test_similar_names_are_pairs() -> None:
    near = [{"model": "x", "name": "Vườn trường", "unit": "20195", "score": 99}]
    assert marks(Life().registered(similar=near))["quality.similar_pairs", "2026-02-01"] == 1


def test_the_first_reception_counts_and_the_model_is_in_operation() -> None:
    life = Life().registered().model("ModelReceived", "2026-03-01")

    assert marks(life)["models.received", "2026-03-01"] == 1
    assert marks(life)["models.in_operation", STOCK] == 1
    assert ("models.in_operation", STOCK) not in marks(life, "2026-02-28")


def test_a_suspended_model_is_not_in_operation_until_it_is_resumed() -> None:
    life = Life().registered().model("ModelReceived", "2026-03-01").model("ModelSuspended", "2026-04-01")
    life.model("ModelResumed", "2026-05-01")

    assert marks(life)["models.suspended", "2026-04-01"] == 1
    assert ("models.in_operation", STOCK) not in marks(life, "2026-04-30")
    assert ("models.in_operation", STOCK) in marks(life, "2026-05-01")


def test_an_ended_model_ended_and_was_registered_all_the_same() -> None:
    life = (
        Life()
        .registered()
        .model("ModelReceived", "2026-03-01")
        .model("ModelEnded", "2026-09-01", ground="duplicate")
    )

    assert marks(life)["models.ended", "2026-09-01"] == 1
    assert ("models.registered_new", "2026-02-01") in marks(life)
    assert ("models.in_operation", STOCK) not in marks(life)


def test_a_duplicate_that_was_never_received_was_never_registered() -> None:
    life = Life().registered("2026-02-01").model("ModelEnded", "2026-03-01", ground="duplicate")

    assert ("models.registered_new", "2026-02-01") not in marks(life)
    assert ("models.registered_new", "2026-02-01") not in marks(life, "2026-02-28"), (
        "whatever is asked, one answer"
    )
    assert ("models.registered_new", "2026-02-01") in marks(life, "2026-02-28", rules=1)


def test_a_failed_model_that_was_never_received_was_registered() -> None:
    life = Life().registered().model("ModelEnded", "2026-03-01", ground="failed")
    assert ("models.registered_new", "2026-02-01") in marks(life)


def test_the_basis_of_the_first_registration_stays_though_it_was_amended_when_that_could_be() -> None:
    life = Life().registered().model("ModelAmended", "2026-06-01", changes={"basis": "maintained"})

    assert ("models.registered_new", "2026-02-01") in marks(life)
    assert ("models.registered_maintained", "2026-02-01") not in marks(life)
    assert marks(life)["quality.amended", "2026-06-01"] == 1
    assert ("models.registered_new", "2026-02-01") in marks(life, "2026-05-31", rules=1)
    assert ("models.registered_maintained", "2026-02-01") in marks(life, "2026-06-01", rules=1)


def test_a_returned_model_awaits_reception_again_when_amended() -> None:
    life = Life().registered().model("ModelReturned", "2026-02-10")
    life.model("ModelAmended", "2026-02-20", changes={}).model("ModelReceived", "2026-03-01")

    assert marks(life)["models.received", "2026-03-01"] == 1


def test_the_field_is_the_one_at_the_cut_off() -> None:
    life = Life().registered(field="economy")
    life.model("ModelReclassified", "2026-11-01", field="culture_society", previous="economy")

    assert cell(life, "2026-10-31") == ("20194", "economy")
    assert cell(life, "2026-11-01") == ("20194", "culture_society")
    assert marks(life)["quality.reclassified", "2026-11-01"] == 1


def test_declaring_a_field_for_the_first_time_is_no_reclassification() -> None:
    life = Life().registered(field="").model("ModelReclassified", "2026-03-01", field="economy")

    assert cell(life, "2026-02-28") == ("20194", "none")
    assert ("quality.reclassified", "2026-03-01") not in marks(life)


def test_an_inspection_before_registration_stands_where_the_model_was_registered() -> None:
    life = Life().registered("2026-03-01").model("InspectionRecorded", "2026-01-10", kind="supervision")

    assert marks(life, "2026-01-31") == {
        ("inspections.supervision", "2026-01-10"): 1, ("inspected.supervision", "2026-01-10"): 1,
    }  # fmt: skip
    assert cell(life, "2026-01-31") == ("20194", "economy")


def test_what_others_tell_first_stands_where_they_say() -> None:
    life = Life().recognised("2026-09-02", field="economy")

    assert cell(life) == ("20194", "economy")
    assert marks(life)["recognised.city", "2026-09-02"] == 1


def test_planned_resources_are_those_of_the_latest_declaration() -> None:
    life = Life().registered(resources={"state_budget": 5, "socialised": 2})
    life.model("ModelAmended", "2026-06-01", changes={"resources": {"state_budget": 9}})

    assert marks(life, "2026-05-31")["resources.planned.socialised", STOCK] == 2
    assert marks(life)["resources.planned.state_budget", STOCK] == 9
    assert ("resources.planned.socialised", STOCK) not in marks(life)


def test_used_resources_are_those_of_the_latest_day_reported_on() -> None:
    life = Life().registered()
    life.model("ProgressReported", "2026-09-01", as_of="2026-08-31", resources={"state_budget": 7})
    life.model("ProgressReported", "2026-09-05", as_of="2026-06-30", resources={"state_budget": 3})

    assert marks(life)["resources.used.state_budget", STOCK] == 7


def test_progress_counts_from_the_day_it_speaks_of_however_late_it_was_written() -> None:
    life = Life().registered()
    life.model("ProgressReported", "2026-11-20", as_of="2026-10-10", resources={"state_budget": 7})

    assert marks(life, "2026-10-15")["resources.used.state_budget", STOCK] == 7
    assert ("resources.used.state_budget", STOCK) not in marks(life, "2026-10-09")


def test_progress_of_a_day_before_all_days_counts_from_the_first() -> None:
    life = Life().registered()
    life.model("ProgressReported", "2026-11-20", as_of="2019-06-30", resources={"state_budget": 7})

    *before, fact = life.facts
    assert [(row.eff, row.value) for row in rows("model/m", before, fact)] == [("2020-01-01", 7)]


def test_progress_that_says_nothing_of_resources_takes_nothing_back() -> None:
    life = Life().registered()
    life.model("ProgressReported", "2026-09-01", as_of="2026-08-31", resources={"state_budget": 7})
    life.model("ProgressReported", "2026-09-05", as_of="2026-09-05")

    assert marks(life)["resources.used.state_budget", STOCK] == 7


def test_similar_names_found_on_renaming_are_pairs_of_that_day() -> None:
    near = [{"model": "x", "name": "Vườn trường", "unit": "20195", "score": 99}]
    life = (
        Life()
        .registered(similar=near)
        .model("ModelAmended", "2027-02-01", changes={"name": "Vườn"}, similar=near)
    )

    found = marks(life)
    assert found["quality.similar_pairs", "2026-02-01"] == found["quality.similar_pairs", "2027-02-01"] == 1


def test_a_corrected_report_is_a_correction_of_its_unit() -> None:
    life = Life().tell(
        "unit-report/20194:2026", "UnitReportSubmitted", "2026-11-01", unit="20194", period="2026"
    )
    life.tell("unit-report/20194:2026", "RecordCorrected", "2026-12-01", corrects="id-1", changes={})

    at = mended(life.facts, END)
    assert (at.unit, at.field, dict(at.marks)) == (
        "20194",
        "none",
        {("quality.corrected", "", "2026-12-01"): 1},
    )
    assert mended(life.facts, "2026-11-30").marks == {}


def built(life: Life, rules: int = RULES) -> dict[str, str]:
    """{year: new or maintained}"""
    told = parts(life, "2030-12-31", rules)
    return {year: key.removeprefix("built.") for (key, year, _) in told if key.startswith("built.")}


def test_a_model_is_new_in_the_year_of_its_first_registration_and_maintained_by_renewal_or_confirmation() -> (
    None
):
    life = Life().registered(year=2026).model("ModelReceived", "2026-03-01")
    life.model("MaintenanceConfirmed", "2027-03-01", year=2027)
    life.model("RegistrationRenewed", "2028-03-01", year=2028, late=False)

    assert built(life) == {"2026": "new", "2027": "maintained", "2028": "maintained"}


def test_a_year_that_was_amended_when_that_could_be_makes_no_second_year_new() -> None:
    life = Life().registered(year=2026).model("ModelReceived", "2026-03-01")
    life.model("ModelAmended", "2027-01-10", changes={"year": 2027})

    assert built(life) == {"2026": "new"}
    assert built(life, rules=1) == {"2027": "new"}


def test_a_model_registered_as_maintained_is_maintained_from_its_first_year_on() -> None:
    life = Life().registered(year=2026, basis="maintained").model("ModelReceived", "2026-03-01")
    life.model("RegistrationRenewed", "2027-03-01", year=2027, late=False)

    assert built(life) == {"2026": "maintained", "2027": "maintained"}


def test_a_model_counts_once_for_a_year() -> None:
    life = Life().registered(year=2026).model("ModelReceived", "2026-03-01")
    life.model("MaintenanceConfirmed", "2026-09-01", year=2026)

    assert built(life) == {"2026": "new"}
    assert sum(n for (key, _, _), n in parts(life).items() if key.startswith("built.")) == 1


def test_a_model_that_was_never_received_is_built_for_no_year() -> None:
    assert built(Life().registered(year=2026)) == {}


def test_a_dossier_is_submitted_returned_and_concluded() -> None:
    life = Life().registered().submitted("2026-09-01").dossier("DossierReturned", "2026-09-03", missing=["x"])
    life.dossier("DossierSupplemented", "2026-09-08").dossier("DossierAccepted", "2026-09-10").completed(
        "2026-09-30"
    )

    found = marks(life)
    assert found["dossiers.submitted.recognition.city", "2026-09-01"] == 1
    assert found["dossiers.returned.recognition.city", "2026-09-03"] == 1
    assert found["dossiers.eligible.recognition.city", "2026-09-30"] == 1


def test_days_run_from_the_first_acceptance_and_rest_while_the_sender_has_it() -> None:
    life = Life().registered().submitted("2026-09-01").dossier("DossierAccepted", "2026-09-02")
    life.dossier("DossierReturned", "2026-09-05", missing=["x"]).dossier("DossierSupplemented", "2026-09-15")
    life.dossier("DossierAccepted", "2026-09-16").completed("2026-09-30")

    assert standing(life.facts, END).marks["dossiers.days.recognition.city", "18", "2026-09-30"] == 1


def test_the_last_conclusion_counts_and_a_reopened_one_does_not() -> None:
    life = Life().registered().submitted("2026-09-01").dossier("DossierAccepted", "2026-09-02")
    life.completed("2026-09-10", "c_city_7").dossier("AppraisalReopened", "2026-09-20").completed(
        "2026-09-30"
    )

    assert ("dossiers.not_eligible.recognition.city", "2026-09-10") in marks(life, "2026-09-19")
    assert ("criteria.not_met.c_city_7", "2026-09-10") in marks(life, "2026-09-19")
    assert not any("eligible" in key for key, _ in marks(life, "2026-09-20"))
    assert ("dossiers.eligible.recognition.city", "2026-09-30") in marks(life)
    assert not any(key.startswith("criteria.not_met") for key, _ in marks(life))


def test_two_recognitions_of_one_model_are_two_decisions_and_one_model() -> None:
    life = Life().registered().recognised("2026-09-02").recognised("2027-09-02", stream="recognition/e")

    found = marks(life)
    assert found["recognised.city", "2026-09-02"] == found["recognised.city", "2027-09-02"] == 1
    assert {flow for key, flow in found if key == "recognised.city.models"} == {"2027-09-02"}
    assert ("recognised.city.models", "2026-09-02") in marks(life, "2026-12-31")


def test_many_recognised_under_one_document_are_one_decision() -> None:
    paper = {"number": "12-QĐ/TU", "decided_on": "2026-09-02", "authority": "Ban Thường vụ Thành ủy"}
    life = Life().registered().recognised("2026-09-02", decision=paper)
    life.recognised("2026-09-02", level="grassroots", stream="recognition/e", decision=paper)

    told = {part: n for (key, part, _), n in parts(life).items() if key == "recognised.decisions"}
    assert told == {"12-QĐ/TU · 2026-09-02 · Ban Thường vụ Thành ủy": 2}


def test_a_recognition_from_before_the_scheme_is_counted_apart() -> None:
    found = marks(Life().registered().recognised("2025-03-01", earlier=True))

    assert found["recognised.city.earlier", "2025-03-01"] == 1
    apart = ("recognised.city", "recognised.city.models", "recognised.decisions")
    assert not any(key in apart for key, _ in found)


def test_declined_and_revoked_are_told_and_nothing_is_subtracted() -> None:
    life = Life().registered().recognised("2026-09-02", level="grassroots")
    life.tell(RECOGNITION, "RecognitionRevoked", "2027-02-01", model="m", ground="fraud")
    life.tell("recognition/e", "RecognitionDeclined", "2027-03-01", model="m", level="city")

    found = marks(life)
    assert found["recognised.grassroots", "2026-09-02"] == 1
    assert found["recognised.revoked", "2027-02-01"] == found["recognised.declined", "2027-03-01"] == 1


def test_a_proposal_flows_by_its_scope_and_a_listing_by_its_decision() -> None:
    life = Life().registered()
    life.tell(REPLICATION, "ReplicationProposed", "2026-10-01", model="m", unit="20194", scope="area")
    life.tell(LISTING, "ModelListed", "2026-12-01", model="m", scope="city", earlier=True)

    found = marks(life)
    assert found["replication.proposed.area", "2026-10-01"] == 1
    assert found["replication.listed", "2026-12-01"] == found["replication.listed.earlier", "2026-12-01"] == 1


def test_an_adoption_counts_its_unit_and_its_latest_outcome() -> None:
    life = Life().registered().tell(ADOPTION, "ReplicationAdopted", "2026-10-01", model="m", unit="20200")
    life.tell(ADOPTION, "ReplicationOutcomeRecorded", "2026-12-01", outcome="succeeded")
    life.tell(ADOPTION, "ReplicationOutcomeRecorded", "2027-05-01", outcome="failed")

    assert standing(life.facts, END).marks["replication.units", "20200", "2026-10-01"] == 1
    assert ("replication.succeeded", "2026-12-01") in marks(life, "2026-12-31")
    assert ("replication.succeeded", "2026-12-01") not in marks(life)
    assert marks(life)["replication.failed", "2027-05-01"] == 1


def test_a_correction_is_counted_and_says_nothing_else_by_itself() -> None:
    life = (
        Life()
        .registered()
        .model("RecordCorrected", "2026-06-01", corrects="id-1", changes={"basis": "maintained"})
    )

    assert marks(life)["quality.corrected", "2026-06-01"] == 1


def test_a_stream_that_is_not_about_models_adds_nothing() -> None:
    assert (
        standing([*Life().tell(MODEL.replace("model", "unit"), "UnitClosed", "2026-01-01").facts], END).marks
        == {}
    )


def test_an_activity_and_a_document_count_on_their_day_by_kind_for_the_unit_that_put_them_on_record() -> None:
    held = Life().tell("activity/a", "ActivityRecorded", "2026-10-15", unit="20194", kind="contests")
    issued = Life().tell(
        "unit-document/d", "UnitDocumentRecorded", "2026-03-01", unit="20195", kind="inspection_plan"
    )
    issued.tell("unit-document/d", "RecordCorrected", "2026-04-01", corrects="id-1", changes={"kind": "plan"})

    first, second = kept(held.facts, END), kept(issued.facts, END)
    assert (first.unit, first.field) == ("20194", "none")
    assert dict(first.marks) == {("activities.recorded.contests@2", "", "2026-10-15"): 1}
    assert second.unit == "20195"
    assert second.marks["documents.recorded.inspection_plan@2", "", "2026-03-01"] == 1
    assert second.marks["quality.corrected@2", "", "2026-04-01"] == 1
    assert kept(held.facts, "2026-10-14").marks == {}
