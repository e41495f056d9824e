"""What registers of models call their columns: ours first, then what wards and other years write.

Among them the items of the registration form that wards used in 2026 (reasons, aims and criteria, outputs).
"""

from __future__ import annotations

from typing import Final


def _titles(text: str) -> tuple[str, ...]:
    return tuple(" ".join(title.split()) for title in text.split(";"))


MODELS: Final = {
    column: _titles(titles)
    for column, titles in {
        "unit": """
            đơn vị; mã đơn vị; phường, xã; xã, phường; đơn vị đăng ký; tên đơn vị; xã, phường, đặc khu; phường,
            xã, đặc khu; địa phương; địa phương, đơn vị; đơn vị, địa phương; tên địa phương; đảng ủy
        """,
        "name": """
            tên mô hình; mô hình; tên mô hình dân vận khéo; tên mô hình, điển hình; mô hình, điển hình; tên gọi
            mô hình; tên của mô hình; tên gọi; tên mô hình đăng ký
        """,
        "field": "lĩnh vực; lĩnh vực đăng ký; thuộc lĩnh vực; lĩnh vực thực hiện",
        "address": """
            địa chỉ; địa điểm; địa chỉ mô hình; nơi thực hiện; địa chỉ cụ thể; địa điểm thực hiện; địa điểm
            triển khai; địa chỉ thực hiện
        """,
        "scope": """
            phạm vi; phạm vi thực hiện; quy mô; quy mô, phạm vi; phạm vi, quy mô; địa bàn; địa bàn thực hiện;
            địa bàn triển khai
        """,
        "beneficiaries": """
            đối tượng; đối tượng thụ hưởng; đối tượng hưởng lợi; địa bàn, đối tượng; đối tượng tham gia; đối
            tượng tác động; đối tượng phục vụ
        """,
        "content": """
            nội dung; nội dung mô hình; nội dung chính; nội dung thực hiện; nội dung, cách thức thực hiện; nội
            dung, cách làm; nội dung cơ bản; tóm tắt nội dung; nội dung, hình thức thực hiện
        """,
        "political_task": "nhiệm vụ chính trị; gắn với nhiệm vụ chính trị",
        "year": "năm; năm đăng ký; năm thực hiện",
        "basis": """
            loại đăng ký; hình thức đăng ký; mới / duy trì; đăng ký mới / duy trì; mới, duy trì; loại
            mô hình; tình trạng đăng ký
        """,
        "subject_name": """
            chủ thể; tên chủ thể; chủ thể thực hiện; tập thể, cá nhân thực hiện; tên chủ thể thực hiện; chủ thể
            đăng ký; tập thể, cá nhân; tập thể, cá nhân đăng ký; đơn vị thực hiện
        """,
        "subject_type": "loại chủ thể; loại hình chủ thể",
        "led_by": """
            chủ trì; đơn vị chủ trì; cơ quan chủ trì; cơ quan, đơn vị chủ trì; cấp ủy chủ trì; đơn vị phụ trách
        """,
        "started_on": """
            ngày bắt đầu; ngày triển khai; bắt đầu từ; ngày bắt đầu thực hiện; thời gian bắt đầu; thời điểm bắt
            đầu; thời gian triển khai; thời điểm triển khai
        """,
        "current_situation": "thực trạng; thực trạng, lý do xây dựng; lý do xây dựng; sự cần thiết",
        "aims": "mục tiêu; mục đích; mục đích, yêu cầu; mục tiêu, tiêu chí; mục tiêu, yêu cầu",
        "expected_results": """
            kết quả dự kiến; dự kiến kết quả; sản phẩm đầu ra; sản phẩm, kết quả đầu ra; kết quả đầu ra; kết quả
            dự kiến đạt được
        """,
        "sustainability": "tính bền vững; khả năng duy trì; khả năng duy trì, nhân rộng; khả năng nhân rộng",
        "linked_movement": "phong trào; gắn với phong trào",
        "former_unit": "đơn vị cũ; quận, huyện cũ",
        "origin": "địa bàn cũ; tỉnh, thành cũ",
        "registration_number": "số văn bản đăng ký",
        "registration_dated": "ngày văn bản đăng ký",
        "plan_number": "số kế hoạch",
        "plan_dated": "ngày kế hoạch",
        "state_budget": "ngân sách nhà nước; ngân sách; NSNN; kinh phí ngân sách",
        "programme_integrated": "lồng ghép chương trình; lồng ghép",
        "socialised": "xã hội hóa; vận động xã hội hóa; XHH; kinh phí xã hội hóa",
        "labour_days": "ngày công; ngày công lao động; số ngày công",
        "land_m2": "đất hiến m2; diện tích đất hiến; đất hiến; diện tích hiến đất; hiến đất m2",
        "on": "ngày đăng ký",
        "legacy_id": "mã mô hình; mã số; số hiệu; mã; mã số mô hình; số hiệu mô hình",
    }.items()
}  # fmt: skip

SAID_IN_FORMS: Final = {
    "scope": "phạm vi, địa bàn thực hiện",
    "beneficiaries": "đối tượng thụ hưởng",
    "political_task": "gắn với nhiệm vụ chính trị",
    "year": "năm đăng ký",
    "basis": "loại đăng ký",
    "subject_name": "tên chủ thể",
    "led_by": "đơn vị chủ trì",
    "started_on": "ngày bắt đầu",
    "linked_movement": "gắn với phong trào",
    "state_budget": "ngân sách nhà nước (đồng)",
    "programme_integrated": "lồng ghép chương trình (đồng)",
    "socialised": "vận động xã hội hóa (đồng)",
    "labour_days": "ngày công lao động",
    "land_m2": "diện tích đất hiến (m²)",
    "results": "kết quả thực hiện trong kỳ",
    "difficulties": "khó khăn, vướng mắc",
    "proposals": "đề xuất, kiến nghị",
    "document_for": "văn bản cho năm (hoặc giai đoạn)",
}
"""What the forms that we hand out ask for in other words than a register's heading."""
