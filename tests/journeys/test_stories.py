"""What officers, appraisers and authority asked for, told over the four running services."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import pytest
from nats.aio.msg import Msg

from services.cli.importing import earlier, models, units
from services.cli.importing.finding import on_record
from services.cli.importing.sending import send
from services.cli.importing.units import code_of
from services.cli.places import DataDir
from services.cli.talking import OPERATOR, READER, Actor, Refusal, System, local
from shared import SERVICES
from shared.reference.media_types import PDF
from shared.registers import reports
from tests.support.papers import pdf
from tests.support.upped import ended_up, started_up

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.servers,
    pytest.mark.timeout(300),
]

OFFICER = Actor("can-bo-hai-chau", "unit_officer", "20242")
RECEPTION = Actor("tiep-nhan", "appraiser", "btgdv")
APPRAISER = Actor("tham-dinh-1", "appraiser", "btgdv")
RELATED = Actor("tham-dinh-2", "appraiser", "btgdv")
AUTHORITY = Actor("thuong-truc", "approver", "btv-thanhuy")
COMMISSION = Actor("truong-ban", "approver", "btgdv")
PEOPLES = Actor("chu-tich", "approver", "ubnd-tp")
SEVEN = [f"c_city_{n}" for n in range(1, 8)]
FORM = {
    "unit": "20242", "name": "Tuyến phố không rác", "field": "culture_society", "address": "Đường Bạch Đằng",
    "scope": "Toàn tuyến", "beneficiaries": "Nhân dân", "content": "Thu gom đúng giờ", "year": 2026, "basis": "new",
    "political_task": "Văn minh đô thị", "on": "2026-02-02", "started_on": "2026-01-10",
    "subjects": [{"kind": "collective", "type": "socio_political_org", "name": "Hội Phụ nữ phường"}],
    "registration_document": {"number": "1/ĐK"}, "plan_document": {"number": "2/KH", "dated": "2026-01-20"},
}  # fmt: skip


@dataclass
class City:
    """The running services, and how far each was when it last answered."""

    system: System
    nats: str
    reached: dict[str, int]

    def do(self, actor: Actor, service: str, path: str, id: str | None = None, **body: Any) -> dict[str, Any]:
        """One command after everything that was done before; Refusal when it is refused."""
        after = [f"{other}:{position}" for other, position in self.reached.items() if other != service]
        answer = self.system.post(service, path, {**body, "after": after}, actor, id or str(uuid4()))
        self.reached[service] = max(self.reached.get(service, 0), answer["position"])
        return answer

    def say(
        self, actor: Actor, service: str, command: str, id: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """The same over NATS: a request on `cmd.<service>.<command>`, a reply; Refusal when it is refused."""
        headers = {**self.system.headers(actor), "Idempotency-Key": id or str(uuid4())}

        async def ask() -> Msg:
            connection = await nats.connect(self.nats)
            try:
                subject = f"cmd.{service}.{command}"
                return await connection.request(
                    subject, json.dumps(body).encode(), timeout=40, headers=headers
                )
            finally:
                await connection.close()

        reply = asyncio.run(ask())
        answer = json.loads(reply.data)
        if (reply.headers or {})["Http-Status"] != "200":
            raise Refusal(service, answer)
        self.reached[service] = max(self.reached.get(service, 0), answer["position"])
        return answer

    def refused(self, actor: Actor, service: str, path: str, **body: Any) -> str:
        with pytest.raises(Refusal) as refusal:
            self.do(actor, service, path, **body)
        return refusal.value.code

    def read(self, path: str, actor: Actor = READER, **more: str) -> Any:
        """A query of reporting that knows all that was done before."""
        after = [f"{service}:{position}" for service, position in self.reached.items()]
        return self.system.get("reporting", path, actor, {"after": after, **more})

    def model(self, name: str, **changed: Any) -> str:
        paper = {"number": "1/ĐK", "evidence": self.filed()}  # what is told in October of February is shown
        form = {**FORM, "registration_document": paper, "name": name, **changed}
        answer = self.do(OFFICER, "registry", "/models", **form)
        return answer["event"]["data"]["model"]

    def filed(self) -> dict[str, Any]:
        """The file of the registration, sent to the registry."""
        answer = self.system.http.post(
            f"{self.system.urls['registry']}/evidence",
            headers=self.system.headers(OFFICER),
            files={"file": ("dang-ky.pdf", pdf(), PDF)},
        )
        return answer.raise_for_status().json()

    def received(self, name: str) -> str:
        model = self.model(name)
        self.do(RECEPTION, "registry", f"/models/{model}/receive", on="2026-02-10",
                building={f"c_bld_{n}": "met" for n in range(1, 5)})  # fmt: skip
        return model

    def dossier(self, name: str) -> tuple[str, str]:
        """A model with everything that the criteria ask for, and its accepted dossier."""
        model = self.received(name)
        self.do(RECEPTION, "registry", f"/models/{model}/inspect", kind="inspection", by={"office": "Ban"},
                findings="Đúng kế hoạch", conclusion="on_course", on="2026-06-10")  # fmt: skip
        self.do(RECEPTION, "registry", f"/models/{model}/rate", subject=1, period_kind="year", period="2025",
                level="good", authority_unit="thanh-uy-da-nang", on="2026-06-15",
                decision={"number": "9-QĐ/TU", "decided_on": "2026-06-15", "authority": "Thành ủy"})  # fmt: skip
        sent = self.do(OFFICER, "appraisal", "/appraisals", model=model, purpose="recognition", level="city",
                       unit="20242", on="2026-08-20",
                       statements=[{"criterion": code, "statement": "Có"} for code in SEVEN])  # fmt: skip
        appraisal = sent["event"]["data"]["appraisal"]
        self.do(APPRAISER, "appraisal", f"/appraisals/{appraisal}/accept", on="2026-08-21")
        return model, appraisal

    def assess(self, appraisal: str, codes: list[str], finding: str = "met") -> None:
        for code in codes:
            self.do(APPRAISER, "appraisal", f"/appraisals/{appraisal}/assess", criterion=code, finding=finding,
                    reason="Có minh chứng", on="2026-08-25")  # fmt: skip

    def completed(self, name: str) -> tuple[str, str]:
        """An eligible model, and its recognition, open before authority."""
        model, appraisal = self.dossier(name)
        self.assess(appraisal, SEVEN)
        self.do(APPRAISER, "appraisal", f"/appraisals/{appraisal}/complete", summary="Đủ", on="2026-08-28")
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                self.system.get("awards", f"/recognitions/{appraisal}", AUTHORITY)
                return model, appraisal
            except Refusal:
                time.sleep(0.2)
        raise AssertionError("no recognition was opened")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    place = tmp_path_factory.mktemp("stories") / "data"
    process, ready = started_up(place, "--now", "2026-10-05")
    system = local(DataDir(place), {service: ready[service] for service in SERVICES})
    assert send(system, units.wishes([units.UNITS_FILE]), "units").refused == []
    yield City(system, ready["nats"], {})
    system.http.close()
    ended_up(process)


def test_an_officer_sends_twice_and_gets_one_registration_with_one_reference(city: City) -> None:
    """F.1.2: a poor connection, and the second time by the other door."""
    id = str(uuid4())
    first = city.system.post("registry", "/models", {**FORM, "name": "Gửi hai lần"}, OFFICER, id)
    second = city.system.post("registry", "/models", {**FORM, "name": "Gửi hai lần"}, OFFICER, id)
    third = city.say(OFFICER, "registry", "register-model", id, **FORM | {"name": "Gửi hai lần"})

    assert first["event"] == second["event"] == third["event"]
    assert first["event"]["data"]["reference"].startswith("DVK-2026-")


def test_an_officer_reads_why_a_filing_came_back_and_its_whole_history(city: City) -> None:
    """F.1.5: the reason, the deadline, and the history of the own filing."""
    model = city.model("Hồ sơ bị trả")
    city.do(RECEPTION, "registry", f"/models/{model}/return", reasons=["Thiếu kế hoạch"], due_on="2026-02-20",
            on="2026-02-10")  # fmt: skip
    history = city.read(f"/histories/model/{model}", OFFICER)

    assert [event["event"] for event in history["events"]] == ["ModelRegistered", "ModelReturned"]
    assert "Thiếu kế hoạch" in json.dumps(history, ensure_ascii=False)
    assert "2026-02-20" in json.dumps(history)


def test_an_appraiser_sees_the_known_facts_each_with_the_events_that_prove_it(city: City) -> None:
    """F.2.2: what the system knows already, each fact with its events."""
    model, appraisal = city.dossier("Sự việc đã biết")
    [sent, *_] = city.system.get("appraisal", f"/appraisals/{appraisal}/events", APPRAISER)
    known = {event["id"] for event in city.system.get("registry", f"/models/{model}/events", READER)}
    facts = sent["data"]["facts"]

    assert facts and all(fact["met"] for fact in facts)
    assert all(fact["because"] and set(fact["because"]) <= known for fact in facts)


def test_a_dossier_keeps_the_criteria_of_its_day_though_the_set_was_changed_since(city: City) -> None:
    """F.2.7: the criteria in force when the dossier arrived."""
    shipped = json.loads((ROOT / "services/appraisal/data/criteria_city.json").read_text("utf-8"))
    shipped.pop("on", None)
    changed = city.do(OPERATOR, "appraisal", "/criteria-sets", **{**shipped, "effective_from": "2026-10-01"})
    _, appraisal = city.dossier("Tiêu chí của ngày gửi")
    sent = city.system.get("appraisal", f"/appraisals/{appraisal}/events", APPRAISER)[0]

    assert changed["event"]["data"]["version"] == 2
    assert sent["data"]["criteria_version"] == 1


def test_no_appraisal_ends_with_a_criterion_open_and_one_failed_is_not_eligible(city: City) -> None:
    """F.2.3: met, not met, or in need of evidence, which leaves a criterion open."""
    _, appraisal = city.dossier("Còn một tiêu chí")
    city.assess(appraisal, SEVEN[:6])
    complete = f"/appraisals/{appraisal}/complete"

    assert city.refused(APPRAISER, "appraisal", complete, summary="Đủ") == "appraisal.criterion-open"
    city.assess(appraisal, SEVEN[6:], "needs_evidence")
    assert city.refused(APPRAISER, "appraisal", complete, summary="Đủ") == "appraisal.criterion-open"
    city.assess(appraisal, SEVEN[6:], "not_met")
    done = city.do(APPRAISER, "appraisal", complete, summary="Chưa đủ", on="2026-08-28")
    assert done["event"]["data"]["outcome"] == "not_eligible"


def test_an_appraiser_with_a_conflict_is_taken_off_and_the_fact_is_kept(city: City) -> None:
    """F.2.6: a conflict of interest, declared over NATS."""
    _, appraisal = city.dossier("Có xung đột")
    city.say(
        RELATED, "appraisal", "declare-conflict", appraisal=appraisal, reason="Người thân", on="2026-08-22"
    )
    assess = {"criterion": "c_city_1", "finding": "met", "reason": "x"}

    assert (
        city.refused(RELATED, "appraisal", f"/appraisals/{appraisal}/assess", **assess)
        == "appraisal.conflict"
    )
    with pytest.raises(Refusal) as refusal:
        city.say(RELATED, "appraisal", "assess-criterion", appraisal=appraisal, **assess)
    assert refusal.value.code == "appraisal.conflict"
    assert "ConflictDeclared" in str(city.read(f"/histories/appraisal/{appraisal}"))


def test_who_appraised_does_not_decide(city: City) -> None:
    """F.3.2: the appraiser of a model is not the one who decides."""
    _, recognition = city.completed("Người thẩm định không quyết định")
    decision = {"number": "1-QĐ/TU", "decided_on": "2026-09-10", "authority": "Ban Thường vụ"}
    path = f"/recognitions/{recognition}/recognise"

    same = Actor(APPRAISER.sub, "approver", "btv-thanhuy")
    assert city.refused(same, "awards", path, decision=decision) == "recognition.appraiser-decides"
    assert city.do(AUTHORITY, "awards", path, decision=decision)["event"]["data"]["level"] == "city"


def test_a_revocation_reaches_others_as_the_recognition_did_and_points_at_it(city: City) -> None:
    """F.3.4: a ground, a document, and the event that it takes back."""
    model, recognition = city.completed("Bị thu hồi")
    decision = {"number": "2-QĐ/TU", "decided_on": "2026-09-10", "authority": "Ban Thường vụ"}
    given = city.do(AUTHORITY, "awards", f"/recognitions/{recognition}/recognise", decision=decision)
    assert model in str(city.read("/recognised"))
    taken = city.do(AUTHORITY, "awards", f"/recognitions/{recognition}/revoke", ground="fraud", reason="Sai",
                    decision={**decision, "number": "3-QĐ/TU", "decided_on": "2026-09-20"})  # fmt: skip

    assert taken["event"]["data"]["changes"] == {"id": given["event"]["id"], "position": given["position"]}
    assert model not in str(city.read("/recognised"))


def test_an_officer_sees_which_fields_still_lack_a_new_model_this_year(city: City) -> None:
    """F.1.4: per field, what there is of what is asked, on the scorecard of the unit."""
    lacking = Actor("can-bo-hoa-cuong", "unit_officer", "20197")
    card = city.read("/scorecards/2026/20197", lacking)

    assert sorted(line["field"] for line in card["quota"]) == [
        "culture_society", "defence_security", "economy", "political_system",
    ]  # fmt: skip
    assert all((line["minimum"], line["have"], line["missing"]) == (1, 0, 1) for line in card["quota"])
    city.received("Đã có một mô hình")
    own = {line["field"]: line["missing"] for line in city.read("/scorecards/2026/20242", OFFICER)["quota"]}
    assert own[FORM["field"]] == 0 < own["economy"]


def test_an_officer_takes_a_listed_model_over_and_records_whether_it_worked(city: City) -> None:
    """F.1.8: a roadmap, who is responsible, and later the outcome."""
    model = city.received("Để nhân rộng")
    decision = {"number": "1-ĐA/TU", "decided_on": "2026-06-01", "authority": "Ban Thường vụ"}
    city.do(OPERATOR, "awards", "/listings", model=model, decision=decision)
    neighbour = Actor("can-bo-hai-van", "unit_officer", "20194")
    adopted = city.do(neighbour, "registry", "/adoptions", model=model, unit="20194", method="Như mẫu",
                      roadmap=[{"milestone": "Ra mắt", "due_on": "2026-08-31"}], responsible={"office": "Hội"},
                      coordination="Mặt trận phối hợp", on="2026-07-01")  # fmt: skip
    adoption = adopted["event"]["data"]["adoption"]
    city.do(neighbour, "registry", f"/adoptions/{adoption}/outcome", outcome="succeeded", findings="Tốt",
            on="2026-09-01")  # fmt: skip
    spread = city.read(f"/replications/{model}")

    assert [(each["unit"], each["outcome"]) for each in spread["adoptions"]] == [("20194", "succeeded")]


def test_a_form_is_filled_in_once_and_dossier_decision_and_guide_carry_it(city: City) -> None:
    """F.1.1: what was registered once is typed never again."""
    model, appraisal = city.completed("Đăng ký một lần")
    city.do(OFFICER, "registry", f"/models/{model}/guide", content="Thu gom", process="Ba bước", method="Tổ tự quản",
            experience="Kiên trì", on="2026-09-01")  # fmt: skip
    decision = {"number": "7-QĐ/TU", "decided_on": "2026-09-10", "authority": "Ban Thường vụ Thành ủy"}
    done = city.do(AUTHORITY, "awards", f"/recognitions/{appraisal}/recognise", decision=decision)["event"][
        "data"
    ]
    told = {line["event"]: line["data"] for line in city.read(f"/histories/model/{model}")["events"]}

    assert (done["model_name"], done["field"], done["model_unit"]) == (
        "Đăng ký một lần",
        FORM["field"],
        "20242",
    )
    assert done["subjects"] == told["ModelRegistered"]["subjects"]
    assert told["AppraisalCompleted"]["model_name"] == told["ModelRegistered"]["name"]
    assert told["ModelRegistered"]["registration_document"]["number"] == "1/ĐK"
    as_filled_in = {
        name: value for name, value in FORM.items() if name not in ("name", "registration_document")
    }
    assert {name: told["ModelRegistered"][name] for name in as_filled_in} == as_filled_in
    assert set(told["GuidePublished"]) == {"on", "model", "content", "process", "method", "experience"}


def test_authority_sees_proposals_against_the_quota_and_none_is_granted_beyond_it(city: City) -> None:
    """F.3.7: proposals beside the quota of their kind, before deciding."""
    opened = city.do(
        APPRAISER, "awards", "/rounds", year=2026, occasion="annual", on="2026-09-30",
        form="bang_khen_ubnd_thanh_pho",
    )  # fmt: skip
    round_ = opened["event"]["data"]["round"]
    decision = {"number": "9-QĐ/UBND", "decided_on": "2026-10-01", "authority": "Ủy ban nhân dân thành phố"}
    path = f"/rounds/{round_}"
    city.do(PEOPLES, "awards", f"{path}/allocate", quota={"collective": 1}, decision=decision)
    proposed = [
        city.do(APPRAISER, "awards", f"{path}/propose", achievement="Nhiều năm liền", on="2026-10-01",
                recipient={"kind": "collective", "type": "residential_area", "name": name, "unit": "20242"})
        ["event"]["data"]["commendation"]
        for name in ("Tổ dân phố 1", "Tổ dân phố 2")
    ]  # fmt: skip
    before = city.system.get("awards", path, PEOPLES)
    city.do(PEOPLES, "awards", f"{path}/grant", commendation=proposed[0], decision=decision)

    assert before["quota"] == {"collective": 1}
    assert before["form"] == "bang_khen_ubnd_thanh_pho"
    code = city.refused(PEOPLES, "awards", f"{path}/grant", commendation=proposed[1], decision=decision)
    assert code == "round.quota-exhausted"
    assert (
        city.read("/summaries/2026")["figures"]["whole"]["commendations.granted.bang_khen_ubnd_thanh_pho"]
        == 1
    )


@pytest.mark.parametrize("review", ["interim-2028", "final-2030"])
def test_a_published_review_is_counted_again_to_the_byte(city: City, review: str) -> None:
    """F.3.9: both reviews, published, and counted again when more has happened."""
    published = city.system.post(
        "reporting", f"/summaries/{review}/publish?cut_off=2026-06-30", {}, COMMISSION, str(uuid4())
    )
    told = published["event"]["data"]
    city.received(f"Sau khi công bố {review}")
    again = city.system.get(
        "reporting", f"/summaries/{review}", READER, {"at": told["ledger_size"], "cut_off": "2026-06-30"}
    )
    kept = city.system.get("reporting", f"/published/{told['publication']}.json", READER,
                           {"after": f"reporting:{published['position']}"})  # fmt: skip

    assert kept == again
    assert (told["period"], again["ledger_size"], again["root"]) == (
        review,
        told["ledger_size"],
        told["root"],
    )


def test_a_summary_is_regenerated_to_the_byte_whatever_happens_afterwards(city: City) -> None:
    """F.6.2: a report as it was known then."""
    before = city.read("/summaries/2026")
    city.received("Sau khi tổng hợp")
    after = city.read("/summaries/2026")
    again = city.system.get("reporting", "/summaries/2026", READER, {"at": before["ledger_size"]})

    assert again == before
    assert after != before


def test_what_exists_is_imported_once_however_often_it_is_asked_for(city: City) -> None:
    """F.4.4: loaded from files, twice, with the same result."""
    examples = ROOT / "docs" / "examples"
    system = city.system
    for again in (False, True):
        for kind, ask in (
            ("models", models.wishes),
            ("reports", lambda files: reports.wishes(files, code_of)),
            ("recognitions", lambda files: earlier.recognitions(files, lambda: on_record(system))),
            ("listings", lambda files: earlier.listings(files, lambda: on_record(system))),
        ):
            wishes = ask([examples / f"{kind}.csv"])
            outcome = send(system, wishes, kind)
            new = 0 if again else len(wishes)
            assert (outcome.sent, outcome.unchanged, outcome.refused) == (new, len(wishes) - new, [])
