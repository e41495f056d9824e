"""The sample year 2026, chapter by chapter: what is sent on which day, by whom.

Every text that is not the scheme's says that it is sample data. The days lie before 15 October, the cut-off of the
year's figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from services.appraisal.policies import dossier_of
from services.cli.demo.acts import Act, Chapter, act, decision
from services.cli.demo.cast import (
    DECLINED,
    FAILING,
    LATE,
    PUT_FORWARD,
    RETURNED,
    REVOKED,
    SPREADING,
    WAVES,
    Model,
    named,
)
from services.cli.demo.keeping import keeping, renewing
from services.cli.demo.people import APPRAISER, RECEPTION, SECOND_APPRAISER, STANDING_COMMITTEE, officer
from services.cli.importing.sample import MARK
from services.cli.importing.units import CITY
from shared.registers.wishes import thing_id

SEVEN = tuple(f"c_city_{n}" for n in range(1, 8))
FIVE = tuple(f"c_rep_{n}" for n in range(1, 6))
ADOPTERS = ("20285", "20551", "20900")
"""Who takes the spreading model over, once it is listed."""


def registrations(models: Iterable[Model]) -> tuple[Act, ...]:
    """Each model is registered by the officer of its own unit."""
    return tuple(Act(officer(model.unit), model.wish) for model in models)


def story(models: Sequence[Model]) -> list[Chapter]:
    """The whole year."""
    return [
        *registering(models),
        *keeping(models),
        *operating(models),
        *recognising(models),
        *spreading(models),
        revoking(models),
        renewing(models),
    ]


def registering(models: Sequence[Model]) -> list[Chapter]:
    """Registration in three waves, reception by the commission, one return and one late filing."""
    [returned], [late] = named(models, RETURNED), named(models, LATE)
    in_time = [model for model in models if model.on in WAVES]
    first, second, third = ([model for model in in_time if model.on == day] for day in WAVES)
    reception, mended, again, at_last = (
        date(2026, 3, 27),
        date(2026, 4, 8),
        date(2026, 4, 20),
        date(2026, 4, 28),
    )
    receive = tuple(
        act(
            RECEPTION,
            "registry",
            "ReceiveModel",
            f"receive/{model.id}",
            reception,
            model=model.id,
            building=BUILDING,
        )
        for model in in_time
        if model is not returned
    )
    sent_back = act(
        RECEPTION, "registry", "ReturnModel", "return", reception, model=returned.id, due_on="2026-04-10",
        reasons=[f"Chưa có kế hoạch triển khai mô hình {MARK}"],
    )  # fmt: skip
    amended = act(
        officer(returned.unit), "registry", "AmendModel", "amend", mended, model=returned.id,
        plan_document=returned.plan, reason=f"Bổ sung kế hoạch triển khai theo yêu cầu {MARK}",
    )  # fmt: skip
    received = act(
        RECEPTION, "registry", "ReceiveModel", "receive-again", again, model=returned.id, building=BUILDING
    )
    late_received = act(
        RECEPTION, "registry", "ReceiveModel", "receive-late", at_last, model=late.id, building=BUILDING
    )
    return [
        Chapter(WAVES[0], "Đăng ký đợt 1", "first registrations", registrations(first)),
        Chapter(WAVES[1], "Đăng ký đợt 2", "second registrations", registrations(second)),
        Chapter(WAVES[2], "Đăng ký đợt 3, có mô hình mới", "third registrations, new models", registrations(third)),
        Chapter(reception, "Tiếp nhận; một hồ sơ bị trả lại", "reception; one is returned", (*receive, sent_back)),
        Chapter(mended, "Bổ sung hồ sơ bị trả lại", "what was missing is added", (amended,)),
        Chapter(
            again, "Tiếp nhận hồ sơ đã bổ sung; một đăng ký muộn", "received; one registers late",
            (received, *registrations([late])),
        ),
        Chapter(at_last, "Tiếp nhận mô hình đăng ký muộn", "the late one is received", (late_received,)),
    ]  # fmt: skip


BUILDING = {f"c_bld_{n}": "met" for n in range(1, 5)}


def operating(models: Sequence[Model]) -> list[Chapter]:
    """Inspections, ratings, and one adoption within the own unit."""
    inspected_on, rated_on, adopted_on = date(2026, 6, 10), date(2026, 6, 15), date(2026, 7, 1)
    forward = named(models, *PUT_FORWARD)
    inspected = [*forward, *(model for model in models[::4] if model not in forward)]
    inspections = tuple(
        act(
            RECEPTION, "registry", "RecordInspection", f"inspect/{model.id}", inspected_on, model=model.id,
            kind="inspection", by={"office": "Ban Tuyên giáo và Dân vận Thành ủy"},
            findings=f"Mô hình hoạt động đúng kế hoạch, có sự tham gia của Nhân dân {MARK}",
            conclusion="adjust" if number % 9 == 8 else "on_course",
        )
        for number, model in enumerate(inspected)
    )  # fmt: skip
    ratings = tuple(
        act(
            RECEPTION, "registry", "RecordRating", f"rate/{model.id}", rated_on, model=model.id, subject=1,
            period_kind="year", period="2025", level="excellent" if number % 3 == 0 else "good",
            authority_unit=CITY, decision=decision("98-QĐ/TU", rated_on),
        )
        for number, model in enumerate(forward)
    )  # fmt: skip
    [spreading] = named(models, SPREADING)
    own = act(
        officer(spreading.unit), "registry", "AdoptModel", "adopt-own", adopted_on, adoption=OWN_ADOPTION,
        model=spreading.id, unit=spreading.unit, adopter=f"Khu dân cư số 5 {MARK}",
        method=f"Làm theo quy trình của mô hình, phân công hội viên nhận đỡ đầu {MARK}",
        roadmap=[{"milestone": f"Rà soát, lập danh sách {MARK}", "due_on": "2026-07-31"}],
        responsible={"office": "Ban công tác Mặt trận khu dân cư"},
        coordination=f"Chi hội phụ nữ phối hợp với Ban công tác Mặt trận {MARK}",
    )  # fmt: skip
    return [
        Chapter(inspected_on, "Kiểm tra hoạt động của các mô hình", "inspections", inspections),
        Chapter(rated_on, "Ghi nhận kết quả xếp loại chủ thể", "ratings", ratings),
        Chapter(adopted_on, "Nhân rộng trong đơn vị", "adopted within the own unit", (own,)),
    ]


OWN_ADOPTION = thing_id("demo/adoption/own")
REPLICATION = thing_id("demo/replication")


def dossier(model: Model) -> str:
    """The dossier of a model, and so its recognition: they have one id."""
    return thing_id(f"demo/dossier/{model.id}")


def recognising(models: Sequence[Model]) -> list[Chapter]:
    """Dossiers under the seven criteria, and what the Standing Committee makes of them."""
    sent, taken, judged, decided = date(2026, 7, 20), date(2026, 7, 27), date(2026, 8, 20), date(2026, 9, 10)
    forward = named(models, *PUT_FORWARD)
    submissions = tuple(
        act(
            officer(model.unit), "appraisal", "SubmitDossier", f"submit/{model.id}", sent, appraisal=dossier(model),
            model=model.id, purpose="recognition", level="city", unit=model.unit,
            statements=[{"criterion": c, "statement": f"Thuyết minh tiêu chí {c[-1]} {MARK}"} for c in SEVEN],
        )
        for model in forward
    )  # fmt: skip
    accepted = tuple(
        act(APPRAISER, "appraisal", "AcceptDossier", f"accept/{model.id}", taken, appraisal=dossier(model))
        for model in forward
    )
    appraised = tuple(step for model in forward for step in appraisal(model, judged))
    yes = {
        "number": f"126-QĐ/TU {MARK}",
        "decided_on": decided.isoformat(),
        "authority": "Ban Thường vụ Thành ủy",
    }
    eligible = [model for model in forward if model.name not in (FAILING, LATE)]
    recognised = tuple(
        act(
            STANDING_COMMITTEE,
            "awards",
            "RecogniseModel",
            f"recognise/{m.id}",
            decided,
            recognition=dossier(m),
            decision=yes,
        )
        for m in eligible
        if m.name != DECLINED
    )
    [no] = named(models, DECLINED)
    declined = act(
        STANDING_COMMITTEE, "awards", "DeclineRecognition", "decline", decided, recognition=dossier(no),
        reason=f"Đề nghị theo dõi thêm kết quả trước khi công nhận {MARK}",
    )  # fmt: skip
    return [
        Chapter(sent, "Gửi hồ sơ đề nghị công nhận cấp thành phố", "dossiers for recognition", submissions),
        Chapter(taken, "Tiếp nhận hồ sơ", "dossiers accepted", accepted),
        Chapter(judged, "Thẩm định theo bảy tiêu chí", "appraised against the seven criteria", appraised),
        Chapter(
            decided, "Ban Thường vụ Thành ủy xét công nhận", "recognitions decided", (*recognised, declined)
        ),
    ]


def appraisal(model: Model, on: date) -> list[Act]:
    """One dossier's findings, the odd ones by one appraiser and the even ones by another, and its conclusion."""
    failed = {FAILING: "c_city_3", LATE: "c_city_1"}.get(model.name)
    why = {
        "c_city_3": f"Cách làm chưa mới so với các mô hình đã triển khai {MARK}",
        "c_city_1": f"Đăng ký sau thời hạn đầu năm {MARK}",
    }
    findings = [
        act(
            APPRAISER if number % 2 else SECOND_APPRAISER, "appraisal", "AssessCriterion", f"assess/{model.id}/{code}",
            on, appraisal=dossier(model), criterion=code, finding="not_met" if code == failed else "met",
            reason=why[code] if code == failed else f"Có minh chứng trong hồ sơ và qua khảo sát thực tế {MARK}",
        )
        for number, code in [*enumerate(SEVEN, start=1)][::2] + [*enumerate(SEVEN, start=1)][1::2]
    ]  # fmt: skip
    outcome = "Chưa đủ tiêu chí" if failed else "Đáp ứng đầy đủ bảy tiêu chí"
    concluded = act(
        APPRAISER, "appraisal", "CompleteAppraisal", f"complete/{model.id}", on, appraisal=dossier(model),
        summary=f"{outcome} {MARK}",
    )  # fmt: skip
    return [*findings, concluded]


def spreading(models: Sequence[Model]) -> list[Chapter]:
    """A success on record, a proposal for the whole city, its appraisal, the list, and who takes it over."""
    [model] = named(models, SPREADING)
    worked, proposed, judged = date(2026, 9, 15), date(2026, 9, 18), date(2026, 9, 28)
    listed, adopted = date(2026, 10, 2), date(2026, 10, 8)
    success = act(
        officer(model.unit), "registry", "RecordAdoptionOutcome", "outcome", worked, adoption=OWN_ADOPTION,
        outcome="succeeded", findings=f"Mười hai em được nhận đỡ đầu, duy trì thường xuyên {MARK}",
    )  # fmt: skip
    proposal = act(
        officer(model.unit), "registry", "ProposeReplication", "propose", proposed, replication=REPLICATION,
        model=model.id, unit=model.unit, scope="city", adoptions=[OWN_ADOPTION],
        statements={code: f"Thuyết minh tiêu chí {code[-1]} {MARK}" for code in FIVE},
    )  # fmt: skip
    opened = dossier_of(REPLICATION)
    judging = [act(APPRAISER, "appraisal", "AcceptDossier", "accept-replication", judged, appraisal=opened)]
    judging += [
        act(
            APPRAISER, "appraisal", "AssessCriterion", f"assess-replication/{code}", judged, appraisal=opened,
            criterion=code, finding="met", reason=f"Có minh chứng và kết quả khảo sát {MARK}",
        )
        for code in FIVE
    ]  # fmt: skip
    judging.append(
        act(
            APPRAISER, "appraisal", "CompleteAppraisal", "complete-replication", judged, appraisal=opened,
            summary=f"Đủ năm tiêu chí, đề nghị nhân rộng toàn thành phố {MARK}",
        )
    )  # fmt: skip
    listing = act(
        STANDING_COMMITTEE, "awards", "ListModel", "list", listed, listing=opened, supplement=1, scope="city",
        decision=decision("131-QĐ/TU", listed),
    )  # fmt: skip
    adoptions = tuple(
        act(
            officer(unit), "registry", "AdoptModel", f"adopt/{unit}", adopted,
            adoption=thing_id(f"demo/adoption/{unit}"), model=model.id, unit=unit,
            method=f"Theo cẩm nang của mô hình {MARK}",
            roadmap=[{"milestone": f"Ra mắt mô hình {MARK}", "due_on": "2026-12-31"}],
            responsible={"office": "Hội Liên hiệp Phụ nữ"},
            coordination=f"Hội Liên hiệp Phụ nữ chủ trì, Mặt trận phối hợp {MARK}",
        )
        for unit in ADOPTERS
    )  # fmt: skip
    return [
        Chapter(worked, "Nhân rộng trong đơn vị thành công", "the adoption succeeded", (success,)),
        Chapter(proposed, "Đề xuất nhân rộng toàn thành phố", "proposed to the whole city", (proposal,)),
        Chapter(judged, "Thẩm định theo năm tiêu chí", "appraised against the five criteria", tuple(judging)),
        Chapter(listed, "Đưa vào danh mục nhân rộng", "put on the replication list", (listing,)),
        Chapter(adopted, "Ba đơn vị khác áp dụng", "taken over by three others", adoptions),
    ]


def revoking(models: Sequence[Model]) -> Chapter:
    """One recognition is taken back."""
    [model] = named(models, REVOKED)
    on = date(2026, 10, 12)
    revoked = act(
        STANDING_COMMITTEE, "awards", "RevokeRecognition", "revoke", on, recognition=dossier(model),
        ground="later_violation", decision=decision("135-QĐ/TU", on),
        reason=f"Mô hình không còn duy trì như khi được công nhận {MARK}",
    )  # fmt: skip
    return Chapter(on, "Thu hồi một quyết định công nhận", "a recognition is revoked", (revoked,))
