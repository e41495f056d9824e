"""The fixed words of a report's pages, whatever it is written as."""

from __future__ import annotations

from services.reporting.documents.report import Lang

PHRASES: dict[Lang, dict[str, str]] = {
    "vi": {
        "party": "ĐẢNG CỘNG SẢN VIỆT NAM",
        "number": "Số",
        "dated": "ngày … tháng … năm …",
        "contents": "MỤC LỤC",
        "page": "Trang",
        "ledger": "Sổ cái",
        "appendix": "Phụ lục",
        "table": "Bảng",
        "origin": "Nguồn gốc số liệu",
        "origin-told": "Tài liệu này được lập từ sổ cái ghi mọi sự kiện của bốn dịch vụ. Với đúng số mục sổ cái dưới "
        "đây, lệnh ở cuối lập lại tài liệu này giống hệt từng byte; mọi con số đều dẫn được về hồ sơ gốc.",
        "closing": "Trên đây là báo cáo; mỗi con số đều kiểm chứng được theo phần nguồn gốc số liệu ở cuối.",
        "to": "Nơi nhận",
        "to-whom": "…",
        "kept": "Lưu …",
        "signer": "…………………………",
        "signing": "(quyền hạn, chức vụ, chữ ký, họ và tên)",
        "to-write": "…",
        "summary": "Tóm tắt",
        "everything": "Mọi chỉ số theo đơn vị",
        "unit": "Đơn vị",
        "unit-id": "Mã đơn vị",
    },
    "en": {
        "party": "COMMUNIST PARTY OF VIETNAM",
        "number": "No.",
        "dated": "… (date)",
        "contents": "CONTENTS",
        "page": "Page",
        "ledger": "Ledger size",
        "appendix": "Appendix",
        "table": "Table",
        "origin": "Where the figures come from",
        "origin-told": "This document was made from the ledger of everything that happened in the four services. With "
        "the ledger size below, the command at the end makes it again, byte for byte; every figure leads to its "
        "records.",
        "closing": "This is the report; each of its figures can be verified by what stands at its end.",
        "to": "To",
        "to-whom": "…",
        "kept": "File …",
        "signer": "…………………………",
        "signing": "(authority, office, signature and name)",
        "to-write": "…",
        "summary": "Overview",
        "everything": "All figures by unit",
        "unit": "Unit",
        "unit-id": "Unit id",
    },
}
