"""Pages of lists: each shows what the query at its own path answers, with the filters that this query takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Response

from services.console.forms.offering import makings
from services.console.page import as_file, page
from services.console.stretches import stretch
from services.console.visit import Visit
from services.console.words import FIELDS, MOST_COMPARED, NO_FIELD, YEARS, Pair
from shared.contracts.figures import INSPECTIONS, OCCASIONS, RECIPIENTS

Kind = Literal["thing", "model", "models", "text", "code", "codes", "state", "day", "unit", "decision", "recipient",
               "quota", "period", "office", "committee", "report", "answer"]  # fmt: skip

A_PAGE = 50
FIELD_CODES = (*FIELDS, NO_FIELD)
LEVELS = ("city", "grassroots")
SCOPES = ("own_unit", "emulation_bloc", "area", "city")


@dataclass(frozen=True)
class Column:
    """One column: its title, the member of the card it shows, and how."""

    vi: str
    en: str
    member: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Filter:
    """One filter: a choice of codes, a unit, or something typed."""

    name: str
    vi: str
    en: str
    codes: tuple[str, ...] = ()
    kind: Literal["choice", "unit", "date"] = "choice"


@dataclass(frozen=True)
class ListPage:
    """One list."""

    path: str
    kind: str
    """The noun of what is listed."""
    title: Pair
    about: Pair
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    beside: tuple[tuple[str, str, str], ...] = ()
    """Pages that belong to it and stand in no menu: path, what they are called."""
    compared: int = 0
    """How many of its items may be put side by side."""


UNIT = Filter("unit", "Đơn vị (gồm trực thuộc)", "Unit (and those below)", kind="unit")
FIELD = Filter("field", "Lĩnh vực", "Field", FIELD_CODES)
LEVEL = Filter("level", "Cấp", "Level", LEVELS)
ORIGIN = Filter("origin", "Địa bàn gốc", "Origin", ("da_nang", "quang_nam"))
ON = Filter("on", "Vào ngày", "On the day", kind="date")

YEAR = Filter("year", "Năm", "Year", YEARS)
OCCASION = Filter("occasion", "Dịp", "Occasion", OCCASIONS)

MODEL_NAMED = Column("Mô hình", "Model", "name", "model")
MODEL = Column("Mô hình", "Model", "model_name", "model")
OF_UNIT = Column("Đơn vị", "Unit", "unit", "unit")
OF_FIELD = Column("Lĩnh vực", "Field", "field", "code")
STATE = Column("Tình trạng", "State", "state", "state")


def _states(*codes: str) -> Filter:
    return Filter("state", "Tình trạng", "State", codes)


ANSWER = Column("Lý do không, hoãn, thu hồi", "Why not, or no longer", "answered_on", "answer")

LISTS = (
    ListPage(
        "/models", "model", ("Mô hình", "Models"),
        ("Mô hình “Dân vận khéo” do các đơn vị đăng ký.", "“Dân vận khéo” models as units registered them."),
        (Column("Tên mô hình", "Name", "name", "thing"), OF_UNIT, OF_FIELD, Column("Năm", "Year", "year"),
         Column("Hình thức", "Basis", "basis", "code"), STATE,
         Column("Công nhận", "Recognised", "recognised", "codes")),
        (UNIT, FIELD, Filter("year", "Năm", "Year", YEARS),
         Filter("basis", "Hình thức", "Basis", ("new", "maintained")),
         _states("registered", "returned", "received", "suspended", "ended"),
         Filter("recognised", "Công nhận", "Recognised", LEVELS), ORIGIN),
    ),
    ListPage(
        "/units", "unit", ("Đơn vị", "Units"),
        ("Đảng ủy, tổ chức và cơ quan tham gia Đề án.", "Committees, organisations and authorities of the scheme."),
        (Column("Tên đơn vị", "Name", "name", "thing"), Column("Loại", "Kind", "unit_kind", "code"),
         Column("Địa bàn", "Area", "area", "code"), Column("Trực thuộc", "Under", "parent", "unit"),
         Column("Đặc điểm", "Tags", "tags", "codes"), STATE),
        (UNIT, Filter("kind", "Loại", "Kind", ("city_committee", "commission", "commune_committee", "bloc_committee",
                                               "organisation", "front", "authority", "other")),
         Filter("area", "Địa bàn", "Area", ("ward", "commune", "special_zone")),
         Filter("tag", "Đặc điểm", "Tag", ("urban", "rural", "mountain", "ethnic_minority", "religious")), ORIGIN,
         _states("open", "closed")),
    ),
    ListPage(
        "/appraisals", "appraisal", ("Hồ sơ thẩm định", "Dossiers"),
        ("Hồ sơ đề nghị công nhận hoặc nhân rộng, cũ nhất trước.",
         "Dossiers for recognition or replication, oldest first."),
        (Column("Mô hình", "Model", "model_name", "thing"), Column("Mục đích", "Purpose", "purpose", "code"),
         Column("Cấp", "Level", "level", "code"), Column("Đơn vị gửi", "Sender", "sender", "unit"),
         Column("Ngày nộp", "Submitted", "submitted_on", "day"), Column("Số ngày", "Days", "age_days"), STATE,
         Column("Kết quả", "Outcome", "outcome", "state")),
        (UNIT, FIELD, Filter("purpose", "Mục đích", "Purpose", ("recognition", "replication")), LEVEL,
         _states("submitted", "accepted", "returned", "completed", "withdrawn"),
         Filter("outcome", "Kết quả", "Outcome", ("eligible", "not_eligible"))),
        compared=MOST_COMPARED,
    ),
    ListPage(
        "/recognitions", "recognition", ("Công nhận", "Recognitions"),
        ("Việc công nhận: đang xét, đã quyết định, đã thu hồi.", "Recognitions: open, decided, revoked."),
        (Column("Mô hình", "Model", "model_name", "thing"), Column("Đơn vị", "Unit", "model_unit", "unit"), OF_FIELD,
         Column("Cấp", "Level", "level", "code"), STATE, Column("Ngày công nhận", "Recognised", "recognised_on", "day"),
         Column("Quyết định", "Decision", "decision", "decision"), ANSWER),
        (UNIT, FIELD, LEVEL, _states("open", "deferred", "recognised", "declined", "revoked", "withdrawn")),
    ),
    ListPage(
        "/listings", "listing", ("Xét đưa vào danh mục nhân rộng", "Listings for replication"),
        ("Việc xét đưa vào danh mục nhân rộng.", "Listings: open, decided, delisted."),
        (Column("Mô hình", "Model", "model_name", "thing"), Column("Đơn vị", "Unit", "model_unit", "unit"), OF_FIELD,
         Column("Phạm vi", "Scope", "scope", "code"), STATE, Column("Ngày vào danh mục", "Listed", "listed_on", "day"),
         Column("Quyết định", "Decision", "decision", "decision"), ANSWER),
        (UNIT, FIELD, _states("open", "listed", "refused", "delisted", "withdrawn")),
    ),
    ListPage(
        "/replications", "replication", ("Đề xuất nhân rộng", "Proposals to replicate"),
        ("Đơn vị đề xuất nhân rộng mô hình, trong phạm vi nào.", "Who proposed to replicate which model, how widely."),
        (Column("Mô hình", "Model", "model_name", "thing"), Column("Đơn vị đề xuất", "Proposer", "unit", "unit"),
         Column("Phạm vi", "Scope", "scope", "code"), Column("Ngày đề xuất", "Proposed", "proposed_on", "day"), STATE),
        (UNIT, FIELD, Filter("scope", "Phạm vi", "Scope", SCOPES), _states("proposed", "endorsed", "withdrawn")),
    ),
    ListPage(
        "/adoptions", "adoption", ("Áp dụng mô hình", "Adoptions"),
        ("Nơi áp dụng mô hình và kết quả.", "Where models were adopted, and with what outcome."),
        (Column("Mô hình", "Model", "model_name", "thing"), Column("Đơn vị áp dụng", "Adopting unit", "unit", "unit"),
         Column("Nơi áp dụng", "Adopter", "adopter"), Column("Ngày áp dụng", "Adopted", "adopted_on", "day"),
         Column("Kết quả", "Outcome", "state", "state")),
        (UNIT, FIELD, Filter("outcome", "Kết quả", "Outcome", ("ongoing", "succeeded", "failed"))),
    ),
    ListPage(
        "/unit-reports", "unit-report", ("Báo cáo đơn vị", "Unit reports"),
        ("Báo cáo định kỳ của các đơn vị.", "Periodic reports of units."),
        (Column("Đơn vị", "Unit", "unit", "report"), Column("Kỳ", "Period", "period", "period"),
         Column("Ngày nộp", "Submitted", "submitted_on", "day"), Column("Nộp trễ", "Late", "late", "code")),
        (UNIT, Filter("period", "Kỳ", "Period", tuple(name for year in YEARS for name in (f"{year}-H1", year)))),
    ),
    ListPage(
        "/inspections", "inspection", ("Kiểm tra, giám sát", "Inspections"),
        ("Các lượt kiểm tra, tự kiểm tra, giám sát, đánh giá mô hình, mới nhất trước.",
         "Inspections, self-inspections, supervisions and evaluations of models, the newest first."),
        (MODEL_NAMED, Column("Ngày", "Day", "on", "day"), Column("Hình thức", "Kind", "kind", "code"),
         Column("Đơn vị của mô hình", "The model's unit", "unit", "unit"), Column("Thực hiện", "By", "by", "office"),
         Column("Kết luận", "Conclusion", "conclusion", "state"), Column("Nhận xét", "Findings", "findings")),
        (UNIT, FIELD, Filter("year", "Năm", "Year", YEARS), Filter("kind", "Hình thức", "Kind", INSPECTIONS)),
    ),
    ListPage(
        "/rounds", "round", ("Đợt khen thưởng", "Rounds of commendations"),
        ("Mỗi đợt là một hình thức khen thưởng trong một dịp, theo chỉ tiêu được giao.",
         "Each is one form of commendation on one occasion, within the quota allocated."),
        (Column("Hình thức khen thưởng", "Form", "form_name", "thing"), Column("Năm", "Year", "year"),
         Column("Dịp", "Occasion", "occasion", "code"), Column("Đơn vị", "Unit", "unit", "committee"),
         Column("Đã khen / chỉ tiêu", "Granted / quota", "quota", "quota"),
         Column("Ngày mở", "Opened", "opened_on", "day"), STATE),
        (UNIT, YEAR, OCCASION, _states("open", "closed")),
        (("/commendations", "Tất cả đề nghị khen thưởng", "All commendations"),
         ("/forms", "Các hình thức khen thưởng", "Forms of commendation")),
    ),
    ListPage(
        "/commendations", "commendation", ("Khen thưởng", "Commendations"),
        ("Đề nghị khen thưởng và quyết định trên từng đề nghị. Họ tên cá nhân được niêm phong, chỉ người có thẩm quyền "
         "mới xem được tại dịch vụ khen thưởng.",
         "Proposals to commend, and what was decided. The names of persons are sealed; those who may know them ask the "
         "awards service."),
        (Column("Đề nghị cho", "Recipient", "recipient", "recipient"),
         Column("Hình thức khen thưởng", "Form", "form_name"), Column("Năm", "Year", "year"),
         Column("Dịp", "Occasion", "occasion", "code"), Column("Mô hình", "Models", "models", "models"),
         Column("Đơn vị", "Unit", "unit", "unit"), STATE,
         Column("Quyết định", "Decision", "decision", "decision")),
        (UNIT, FIELD, YEAR, OCCASION, Filter("recipient", "Đối tượng", "Recipient", RECIPIENTS),
         _states("proposed", "granted", "rejected", "cancelled")),
    ),
    ListPage(
        "/legal-bases", "legal-basis", ("Căn cứ pháp lý", "Legal bases"),
        ("Các văn bản mà báo cáo viện dẫn, cũ nhất trước.", "The documents that reports quote, the oldest first."),
        (Column("Trích yếu", "Subject", "subject", "thing"), Column("Số, ký hiệu", "Number", "number"),
         Column("Cơ quan ban hành", "Issuer", "issuer"), Column("Ngày ban hành", "Dated", "dated", "day"),
         Column("Hiệu lực từ", "Valid from", "valid_from", "day"), Column("Đến hết", "To", "valid_to", "day"),
         Column("Còn hiệu lực", "In force", "in_force", "code")),
        (ON, Filter("in_force", "Còn hiệu lực", "In force", ("true", "false"))),
    ),
    ListPage(
        "/recognised", "recognition", ("Mô hình được công nhận", "Recognised models"),
        ("Các mô hình đang được công nhận vào một ngày: đã có quyết định và chưa bị thu hồi.",
         "The models that are recognised on a day: decided by then and not revoked."),
        (MODEL, Column("Đơn vị", "Unit", "model_unit", "unit"), OF_FIELD, Column("Cấp", "Level", "level", "code"),
         Column("Ngày công nhận", "Recognised", "recognised_on", "day"),
         Column("Quyết định", "Decision", "decision", "decision")),
        (ON, UNIT, FIELD, LEVEL, Filter("year", "Năm", "Year", YEARS)),
    ),
    ListPage(
        "/catalogue", "listing", ("Danh mục nhân rộng", "Replication catalogue"),
        ("Danh mục mô hình nhân rộng có hiệu lực vào một ngày, theo đợt bổ sung.",
         "The replication catalogue in force on a day, by supplement."),
        (Column("Đợt", "Supplement", "supplement"), MODEL, Column("Đơn vị", "Unit", "model_unit", "unit"), OF_FIELD,
         Column("Phạm vi", "Scope", "scope", "code"), Column("Ngày vào danh mục", "Listed", "listed_on", "day"),
         Column("Quyết định", "Decision", "decision", "decision")),
        (ON, UNIT, FIELD, Filter("scope", "Phạm vi", "Scope", SCOPES), Filter("year", "Năm", "Year", YEARS)),
    ),
)  # fmt: skip


BEGUN = {"/models": "models", "/unit-reports": "unit-reports", "/appraisals": "appraisals", "/adoptions": "adoptions",
         "/replications": "replications", "/rounds": "rounds"}  # fmt: skip
"""By list, what one may make that would stand in it."""


async def _begin(visit: Visit, of: ListPage) -> tuple[str, str] | None:
    """Of an empty list: where this reader makes the first of its things."""
    where = f"/do/{BEGUN.get(of.path)}"
    return next((each for each in await makings(visit) if each[0].endswith(where)), None)


def _view(of: ListPage) -> Any:
    async def view(visit: Visit, _named: dict[str, str]) -> Response:
        await visit.names()
        asked = {"limit": str(A_PAGE), **visit.query}
        answer = await visit.ask(of.path, **asked)
        items: Sequence[dict[str, Any]] = answer["items"]
        return page(
            visit,
            "list.html",
            visit.say(*of.title),
            of=of,
            items=items,
            total=answer["total"],
            on=answer.get("on"),
            units=await visit.choices(),
            begin=await _begin(visit, of) if not items else None,
            **stretch(asked),
        )

    return view


PAGES = (
    *((of.path, _view(of)) for of in LISTS),
    *(as_file(of.path) for of in LISTS),
)
