"""How each of the twelve papers is laid out: words that never change, and the names of fields that are filled in."""

from __future__ import annotations

from collections.abc import Callable

from services.cli.papers import lists
from services.cli.papers.looks import ASKED, ITALIC, STAY
from services.cli.papers.sheets import SMALLER, Sheet
from services.reporting.documents.papers import PAPERS


def registration(sheet: Sheet) -> None:
    """Phụ lục 01: what a unit registers, in the order of the form."""
    sheet.title("VĂN BẢN ĐĂNG KÝ", "mô hình “Dân vận khéo” năm {{ model.year }}")
    with sheet.when("received_by"):
        sheet.to_body("{{ received_by }}")
    with sheet.when("renewed"):
        sheet.text("Đăng ký tiếp tục thực hiện mô hình trong năm {{ model.year }}.", look=ITALIC)
    sheet.text("{{ model.name }}", label="1. Tên mô hình:")
    sheet.text("{{ model.field }}. Hình thức đăng ký: {{ model.basis }}.", label="2. Lĩnh vực:")
    sheet.section("3. Chủ thể xây dựng:")
    sheet.table("row in model.subjects", (
        ("TT", 12, "{{ row.n }}", "center"), ("Chủ thể", 70, "{{ row.name }}", "left"),
        ("Loại", 45, "{{ row.type }}", "left"), ("Thuộc", 38, "{{ row.of }}", "left"),
    ))  # fmt: skip
    sheet.text("{{ model.address }}", label="4. Địa chỉ cụ thể:")
    sheet.text("{{ model.scope }}", label="Phạm vi:")
    sheet.text("{{ model.beneficiaries }}", label="Đối tượng áp dụng:")
    sheet.text("{{ model.current_situation }}", label="5. Thực trạng, lý do xây dựng:")
    sheet.text("{{ model.aims }}", label="6. Mục tiêu:")
    sheet.text("{{ model.content }}", label="7. Nội dung, cách thức thực hiện:")
    sheet.text("{{ model.political_task }}", label="8. Gắn với nhiệm vụ chính trị:")
    sheet.text("{{ model.led_by }}", label="Cấp ủy, chính quyền lãnh đạo, chỉ đạo:")
    _means(sheet)
    sheet.text("{{ model.expected_results }}", label="11. Sản phẩm, kết quả đầu ra:")
    sheet.text("{{ model.sustainability }}", label="12. Khả năng duy trì, nhân rộng:")
    sheet.text("{{ plan }}", label="13. Kế hoạch triển khai kèm theo:")
    sheet.text("Mã tham chiếu: {{ model.reference }}.", look=ITALIC)
    sheet.signed()


def _means(sheet: Sheet) -> None:
    """Who takes part in a model, and what it takes."""
    sheet.section("9. Lực lượng thực hiện:")
    with sheet.when("not model.forces"):
        sheet.text("…………………………………")
    with sheet.each("force in model.forces"):
        sheet.text("- {{ force.name }}: {{ force.role }}.")
    sheet.section("10. Nguồn lực và thời gian:")
    with sheet.each("line in model.resources"):
        sheet.text("- {{ line.label }}: {{ line.value }}.")
    sheet.text("- Bắt đầu từ ngày: {{ model.started_on }}.")


def reception(sheet: Sheet) -> None:
    """Reception with the four building criteria, or return with reasons."""
    sheet.title("{{ title }}", "văn bản đăng ký mô hình “Dân vận khéo” năm {{ model.year }}")
    sheet.text("{{ model.name }}", label="Tên mô hình:")
    sheet.text("{{ model.unit }}", label="Đơn vị đăng ký:")
    sheet.text("{{ model.reference }}", label="Mã tham chiếu:")
    sheet.text("{{ model.field }}. Địa chỉ: {{ model.address }}", label="Lĩnh vực:")
    sheet.text("{{ registration }}", label="Văn bản đăng ký:")
    sheet.text("{{ plan }}", label="Kế hoạch triển khai:")
    with sheet.when("received"):
        sheet.text("{{ receiver }} đã tiếp nhận văn bản đăng ký ngày {{ on }}, kết quả đối chiếu với các tiêu chí xây "
                   "dựng mô hình (mục III.3.2.3 của Đề án) như sau:")  # fmt: skip
        sheet.table("row in criteria", (
            ("TT", 12, "{{ row.n }}", "center"), ("Tiêu chí xây dựng mô hình", 117, "{{ row.text }}", "both"),
            ("Đạt", 16, "{{ row.met }}", "center"), ("Không đạt", 20, "{{ row.not_met }}", "center"),
        ))  # fmt: skip
        with sheet.when("note"):
            sheet.text("{{ note }}", label="Ghi chú:")
    sheet.tag("if not received")
    sheet.text("{{ receiver }} trả lại văn bản đăng ký ngày {{ on }} vì các lý do sau:", look=STAY)
    with sheet.each("reason in reasons"):
        sheet.text("{{ reason.n }}. {{ reason.text }}")
    with sheet.when("due_on"):
        sheet.text("Đề nghị đơn vị bổ sung, hoàn chỉnh và gửi lại trước ngày {{ due_on }}.")
    sheet.tag("endif")
    sheet.signed()


def inspection(sheet: Sheet) -> None:
    """The minutes of one inspection."""
    sheet.title("BIÊN BẢN", "{{ kind }} mô hình “Dân vận khéo”")
    sheet.text("{{ on }}", label="Ngày:")
    sheet.text("{{ by }}", label="Bên thực hiện:")
    sheet.text("{{ model.name }}", label="Mô hình:")
    sheet.text("{{ model.unit }}. Địa chỉ: {{ model.address }}", label="Đơn vị:")
    sheet.text("{{ model.field }}", label="Lĩnh vực:")
    sheet.text("{{ model.reference }}", label="Mã tham chiếu:")
    sheet.section("Chủ thể thực hiện mô hình:")
    with sheet.each("one in model.subjects"):
        sheet.text("- {{ one.name }} ({{ one.type }}).")
    sheet.text("{{ findings }}", label="1. Nhận xét, đánh giá:")
    with sheet.when("results"):
        sheet.text("{{ results }} Số người thụ hưởng: {{ reached }}.", label="Theo báo cáo tiến độ gần nhất:")
    sheet.text("{{ conclusion }}.", label="2. Kết luận:")
    with sheet.when("evidence"):
        sheet.text("{{ evidence }}", label="3. Minh chứng kèm theo:")
    sheet.text("Biên bản được các bên thống nhất thông qua.")
    sheet.signed_by_both("ĐẠI DIỆN CHỦ THỂ MÔ HÌNH", "ĐẠI DIỆN BÊN THỰC HIỆN")


def dossier(sheet: Sheet) -> None:
    """The request of a committee: the model, a statement to each criterion, the parts that go with it."""
    sheet.title("BÁO CÁO", "đề nghị {{ purpose }} {{ level }}")
    sheet.to_body("{{ to_body }}")
    sheet.section("I. THÔNG TIN VỀ MÔ HÌNH")
    _about(sheet)
    sheet.section("II. KẾT QUẢ THỰC HIỆN THEO TỪNG TIÊU CHÍ")
    with sheet.each("criterion in criteria"):
        sheet.text("{{ criterion.text }}", label="{{ criterion.n }}.", look=ASKED)
        sheet.text("{{ criterion.statement }}")
        with sheet.when("criterion.evidence"):
            sheet.text("Minh chứng: {{ criterion.evidence }}.", look=ITALIC)
    sheet.section("III. THÀNH PHẦN HỒ SƠ KÈM THEO")
    with sheet.when("not parts"):
        sheet.text("Không có văn bản kèm theo.")
    with sheet.when("parts"):
        sheet.table("row in parts", (
            ("TT", 12, "{{ row.n }}", "center"), ("Văn bản", 103, "{{ row.said }}", "left"),
            ("Tệp", 50, "{{ row.file }}", "left"),
        ))  # fmt: skip
    sheet.text("Kính đề nghị {{ to_body }} xem xét, quyết định.")
    sheet.signed()


def _about(sheet: Sheet) -> None:
    """A model in a few lines."""
    sheet.text("{{ model.name }}", label="Tên mô hình:")
    sheet.text("{{ model.unit }}", label="Đơn vị:")
    sheet.text("{{ model.reference }}", label="Mã tham chiếu:")
    sheet.text("{{ model.field }}. Địa chỉ: {{ model.address }}", label="Lĩnh vực:")
    sheet.text("{% for one in model.subjects %}{{ one.name }}{% if not loop.last %}; {% endif %}{% endfor %}.",
               label="Chủ thể:")  # fmt: skip
    sheet.text("{{ model.scope }}", label="Phạm vi:")
    sheet.text("{{ model.beneficiaries }}", label="Đối tượng áp dụng:")
    sheet.text("{{ model.content }}", label="Nội dung:")


def appraisal(sheet: Sheet) -> None:
    """Phụ lục 02: each criterion with its finding, its reason, and what the record says."""
    sheet.title("BÁO CÁO THẨM ĐỊNH", "hồ sơ đề nghị {{ purpose }} {{ level }}")
    sheet.to_body("{{ to_body }}")
    sheet.section("I. HỒ SƠ ĐƯỢC THẨM ĐỊNH")
    sheet.text("{{ sender }}, gửi ngày {{ submitted_on }}.", label="Nơi gửi:")
    _about(sheet)
    sheet.section("II. KẾT QUẢ THẨM ĐỊNH THEO TIÊU CHÍ")
    sheet.table("row in criteria", (
        ("TT", 10, "{{ row.n }}", "center"), ("Tiêu chí", 62, "{{ row.text }}", "left"),
        ("Kết luận", 20, "{{ row.finding }}", "center"), ("Lý do, nhận xét", 43, "{{ row.reason }}", "left"),
        ("Đối chiếu dữ liệu", 30, "{{ row.facts }}", "left"),
    ), size=SMALLER)  # fmt: skip
    sheet.section("III. KHẢO SÁT, LẤY Ý KIẾN")
    with sheet.when("not surveys and not opinions"):
        sheet.text("Không có khảo sát thực tế, không lấy ý kiến.")
    with sheet.each("survey in surveys"):
        sheet.text("Ngày {{ survey.on }} tại {{ survey.place }}; thành phần: {{ survey.participants }}. "
                   "{{ survey.findings }}", label="Khảo sát {{ survey.n }}:")  # fmt: skip
    with sheet.each("opinion in opinions"):
        sheet.text("{{ opinion.opinion }} (ngày {{ opinion.on }})", label="Ý kiến của {{ opinion.agency }}:")
    sheet.section("IV. KẾT LUẬN")
    sheet.text("{{ summary }}")
    sheet.text("{{ outcome }}.", label="Kết quả thẩm định:")
    sheet.signed()


def proposal(sheet: Sheet) -> None:
    """Phụ lục 04: survey, evaluation and proposal for replication."""
    sheet.title("PHIẾU KHẢO SÁT, ĐÁNH GIÁ, ĐỀ XUẤT", "mô hình “Dân vận khéo” đề nghị nhân rộng")
    sheet.section("I. MÔ HÌNH")
    _about(sheet)
    sheet.section("II. PHẠM VI ĐỀ XUẤT NHÂN RỘNG")
    sheet.text("{{ unit }}, ngày {{ on }}.", label="Đơn vị đề xuất:")
    sheet.text("{{ scope }}.", label="Phạm vi:")
    with sheet.each("one in targets"):
        sheet.text("- {{ one.name }}")
    sheet.section("III. ĐÁNH GIÁ THEO 05 TIÊU CHÍ CƠ BẢN")
    sheet.table("row in criteria", (
        ("TT", 12, "{{ row.n }}", "center"), ("Tiêu chí", 63, "{{ row.text }}", "left"),
        ("Đánh giá của đơn vị đề xuất", 90, "{{ row.statement }}", "left"),
    ))  # fmt: skip
    sheet.section("IV. KẾT QUẢ NHÂN RỘNG ĐÃ CÓ")
    with sheet.when("not adoptions"):
        sheet.text("Chưa nêu lần áp dụng nào.")
    with sheet.when("adoptions"):
        sheet.table("row in adoptions", (
            ("TT", 12, "{{ row.n }}", "center"), ("Nơi áp dụng", 58, "{{ row.where }}", "left"),
            ("Kết quả", 30, "{{ row.outcome }}", "left"), ("Ngày", 24, "{{ row.on }}", "center"),
            ("Nhận xét", 41, "{{ row.findings }}", "left"),
        ))  # fmt: skip
    sheet.section("V. Ý KIẾN CỦA CẤP ỦY CẤP TRÊN")
    with sheet.when("not endorsements"):
        sheet.text("…………………………………")
    with sheet.each("one in endorsements"):
        sheet.text(
            "Xác nhận ngày {{ one.on }}. {{ one.note }} Báo cáo: {{ one.report }}.", label="{{ one.unit }}:"
        )
    with sheet.when("evidence"):
        sheet.text("{{ evidence }}", label="Minh chứng kèm theo:")
    sheet.signed()


def adoption(sheet: Sheet) -> None:
    """The plan of a unit that takes a model over."""
    sheet.title("KẾ HOẠCH", "nhân rộng mô hình “{{ model.name }}”")
    sheet.text(
        "{{ model.name }} của {{ model.unit }}, lĩnh vực {{ model.field }}. {{ guide }}",
        label="1. Mô hình được nhân rộng:",
    )
    sheet.text("{{ adopter }}", label="2. Nơi áp dụng:")
    sheet.text("{{ method }}", label="3. Cách làm:")
    sheet.text("{{ coordination }}", label="4. Nội dung phối hợp:")
    sheet.text("{{ responsible }}", label="5. Người chịu trách nhiệm:")
    sheet.section("6. Lộ trình:")
    sheet.table("row in roadmap", (
        ("TT", 12, "{{ row.n }}", "center"), ("Nội dung", 95, "{{ row.milestone }}", "left"),
        ("Thời hạn", 29, "{{ row.due_on }}", "center"), ("Đạt ngày", 29, "{{ row.reached }}", "center"),
    ))  # fmt: skip
    with sheet.when("outcome"):
        sheet.text(
            "{{ outcome }} (ngày {{ outcome_on }}). {{ findings }}", label="7. Kết quả ghi nhận gần nhất:"
        )
    sheet.text("{{ unit }} tổ chức thực hiện, định kỳ đánh giá và báo cáo kết quả nhân rộng theo quy định.")
    sheet.signed()


def unit_report(sheet: Sheet) -> None:
    """The half-year or year's report of a unit."""
    sheet.title("BÁO CÁO", "kết quả thực hiện phong trào thi đua “Dân vận khéo” {{ period }}")
    sheet.text(
        "Thực hiện {{ scheme }}, {{ unit }} báo cáo kết quả {{ period }} (số liệu đến ngày {{ cut_off }}):"
    )
    sheet.section("I. KẾT QUẢ XÂY DỰNG, NHÂN RỘNG MÔ HÌNH")
    sheet.table("row in figures", (
        ("Chỉ số", 61, "{{ row.label }}", "left"), ("Kinh tế", 18, "{{ row.f1 }}", "right"),
        ("Văn hóa - xã hội", 22, "{{ row.f2 }}", "right"), ("Quốc phòng, an ninh", 23, "{{ row.f3 }}", "right"),
        ("Hệ thống chính trị", 23, "{{ row.f4 }}", "right"), ("Tổng", 18, "{{ row.total }}", "right"),
    ), size=SMALLER)  # fmt: skip
    sheet.text("{{ results }}")
    with sheet.when("not sent"):
        sheet.text(
            "Hoạt động và văn bản dưới đây lấy từ các bản ghi của đơn vị trong kỳ; báo cáo chưa gửi.",
            look=ITALIC,
        )
    sheet.section("II. TUYÊN TRUYỀN, TẬP HUẤN, BIỂU DƯƠNG")
    sheet.table("row in activities", (
        ("Hoạt động", 130, "{{ row.label }}", "left"), ("Số lượng", 35, "{{ row.value }}", "right"),
    ), size=SMALLER)  # fmt: skip
    sheet.section("III. VĂN BẢN ĐÃ BAN HÀNH")
    with sheet.when("not documents"):
        sheet.text("Không có văn bản nào được nêu.")
    with sheet.when("documents"):
        sheet.table("row in documents", (
            ("TT", 12, "{{ row.n }}", "center"), ("Loại", 38, "{{ row.kind }}", "left"),
            ("Số, ký hiệu", 45, "{{ row.number }}", "left"), ("Ngày", 35, "{{ row.dated }}", "center"),
            ("Cho năm, giai đoạn", 35, "{{ row.of }}", "center"),
        ))  # fmt: skip
    with sheet.when("funding"):
        sheet.section("Kinh phí, nguồn lực:")
        with sheet.each("line in funding"):
            sheet.text("- {{ line.label }}: {{ line.value }}.")
    sheet.section("IV. KHÓ KHĂN, VƯỚNG MẮC")
    sheet.text("{{ difficulties }}")
    sheet.section("V. ĐỀ XUẤT, KIẾN NGHỊ")
    sheet.text("{{ proposals }}")
    sheet.signed()


LAYOUTS: dict[str, Callable[[Sheet], None]] = {
    "registration": registration,
    "reception": reception,
    "inspection": inspection,
    "dossier": dossier,
    "appraisal": appraisal,
    "submission": lists.submission,
    "recognition": lists.recognition,
    "proposal": proposal,
    "catalogue": lists.catalogue,
    "adoption": adoption,
    "commendations": lists.commendations,
    "unit-report": unit_report,
}


def templates() -> dict[str, bytes]:
    """All shipped templates, by kind."""
    made: dict[str, bytes] = {}
    for kind, paper in PAPERS.items():
        sheet = Sheet(paper.title)
        sheet.head()
        LAYOUTS[kind](sheet)
        made[kind] = sheet.packed()
    return made
