"""The papers that are lists: what is put before authority, and what it decides."""

from __future__ import annotations

from services.cli.papers.looks import CENTRED_HEADING, CENTRED_ITALIC, ITALIC
from services.cli.papers.sheets import Column, Sheet

MODEL_LIST: tuple[Column, ...] = (
    ("TT", 11, "{{ row.n }}", "center"),
    ("Tên mô hình", 54, "{{ row.name }}", "left"),
    ("Đơn vị", 38, "{{ row.unit }}", "left"),
    ("Chủ thể", 38, "{{ row.subjects }}", "left"),
    ("Địa chỉ", 24, "{{ row.address }}", "left"),
)


def submission(sheet: Sheet) -> None:
    """What is put before authority: a memo, and behind it the list by field."""
    sheet.title("TỜ TRÌNH", "về việc công nhận mô hình “Dân vận khéo” tiêu biểu {{ level }}")
    sheet.to_body("{{ to_body }}")
    sheet.text("Căn cứ kết quả thẩm định hồ sơ đề nghị công nhận mô hình “Dân vận khéo” tiêu biểu {{ level }}, "
               "{{ total }} mô hình đủ điều kiện, chưa được quyết định, gồm:")  # fmt: skip
    with sheet.each("group in groups"):
        sheet.text("- Lĩnh vực {{ group.title }}: {{ group.count }} mô hình.")
    with sheet.when("not groups"):
        sheet.text("Hiện không có mô hình nào chờ quyết định.")
    sheet.text("Kính trình {{ to_body }} xem xét, quyết định (danh sách kèm theo).")
    sheet.signed(made=False)
    with sheet.when("groups"):
        sheet.appendix("DANH SÁCH", "mô hình đề nghị công nhận {{ level }}")
        sheet.grouped("groups", MODEL_LIST)
    sheet.made()


def recognition(sheet: Sheet) -> None:
    """The draft of a decision to recognise, and its list."""
    sheet.title("QUYẾT ĐỊNH", "{{ title }}")
    with sheet.each("basis in bases"):
        sheet.text("{{ basis }}", look=ITALIC)
    sheet.text("{{ body | upper }} QUYẾT ĐỊNH", CENTRED_HEADING)
    sheet.tag("if single")
    sheet.text("Công nhận mô hình “{{ single.name }}” của {{ single.unit }} (lĩnh vực {{ single.field }}) là mô hình "
               "“Dân vận khéo” tiêu biểu {{ level }}.", label="Điều 1.")  # fmt: skip
    with sheet.when("single.subjects"):
        sheet.text("Chủ thể thực hiện mô hình: {{ single.subjects }}.")
    sheet.tag("else")
    sheet.text(
        "Công nhận {{ total }} mô hình “Dân vận khéo” tiêu biểu {{ level }} (danh sách kèm theo).",
        label="Điều 1.",
    )
    sheet.tag("endif")
    sheet.text("Các đơn vị, địa phương và chủ thể có mô hình được công nhận tiếp tục duy trì, phát huy hiệu quả "
               "và nhân rộng mô hình.", label="Điều 2.")  # fmt: skip
    sheet.text("Các cơ quan, đơn vị liên quan và chủ thể có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này.",
               label="Điều 3.")  # fmt: skip
    sheet.signed(made=False)
    with sheet.when("not single"):
        sheet.appendix("DANH SÁCH", "mô hình “Dân vận khéo” tiêu biểu {{ level }} được công nhận")
        sheet.grouped("groups", MODEL_LIST)
    sheet.made()


def catalogue(sheet: Sheet) -> None:
    """One supplement of the replication list."""
    sheet.title("DANH MỤC", "mô hình “Dân vận khéo” được chọn nhân rộng{% if supplement != '0' %} (bổ sung lần "
                "{{ supplement }}){% endif %}")  # fmt: skip
    sheet.text("(Ban hành kèm theo Quyết định {{ decision }})", CENTRED_ITALIC)
    sheet.text("Thực hiện {{ scheme }}, danh mục gồm {{ total }} mô hình:")
    sheet.table("row in rows", (
        ("TT", 11, "{{ row.n }}", "center"), ("Tên mô hình", 50, "{{ row.name }}", "left"),
        ("Đơn vị", 36, "{{ row.unit }}", "left"), ("Lĩnh vực", 30, "{{ row.field }}", "left"),
        ("Phạm vi nhân rộng", 38, "{{ row.scope }}{% if row.targets %}: {{ row.targets }}{% endif %}"
         "{% if row.delisted %} ({{ row.delisted }}){% endif %}", "left"),
    ))  # fmt: skip
    sheet.text("Các cấp ủy căn cứ danh mục lựa chọn mô hình phù hợp để nhân rộng, thống nhất cách làm, nội dung phối "
               "hợp, phân công trách nhiệm rõ ràng và có lộ trình cụ thể.")  # fmt: skip
    sheet.signed()


def commendations(sheet: Sheet) -> None:
    """The draft of a decision to commend, and the list of a round."""
    sheet.title("QUYẾT ĐỊNH", "về việc tặng {{ form }} cho tập thể, cá nhân có thành tích trong phong trào thi đua "
                "“Dân vận khéo” năm {{ year }} ({{ occasion }})")  # fmt: skip
    with sheet.each("basis in bases"):
        sheet.text("{{ basis }}", look=ITALIC)
    sheet.text("{{ body | upper }} QUYẾT ĐỊNH", CENTRED_HEADING)
    sheet.text("Tặng {{ form }} cho {{ total }} tập thể, cá nhân, hộ gia đình có thành tích tiêu biểu trong phong trào "
               "thi đua “Dân vận khéo” năm {{ year }} (danh sách kèm theo).", label="Điều 1.")  # fmt: skip
    sheet.text("Quyết định này có hiệu lực kể từ ngày ký.", label="Điều 2.")
    sheet.text("Các cơ quan, đơn vị liên quan và các tập thể, cá nhân, hộ gia đình có tên tại Điều 1 chịu trách nhiệm "
               "thi hành Quyết định này.", label="Điều 3.")  # fmt: skip
    sheet.signed(made=False)
    sheet.appendix(
        "DANH SÁCH", "{% if granted %}được tặng{% else %}đề nghị tặng{% endif %} {{ form }} năm {{ year }}"
    )
    with sheet.when("quota"):
        sheet.text("{% for one in quota %}{{ one.label }}: {{ one.value }}{% if not loop.last %}; {% endif %}"
                   "{% endfor %}.", label="Chỉ tiêu được giao:", look=ITALIC)  # fmt: skip
    with sheet.when("not rows"):
        sheet.text("Chưa có đề nghị nào.")
    with sheet.when("rows"):
        sheet.table("row in rows", (
            ("TT", 11, "{{ row.n }}", "center"), ("Tập thể, cá nhân", 48, "{{ row.name }}", "left"),
            ("Đối tượng", 22, "{{ row.kind }}", "left"), ("Thành tích", 49, "{{ row.achievement }}", "left"),
            ("Mô hình", 35, "{{ row.models }}", "left"),
        ))  # fmt: skip
    sheet.made()
