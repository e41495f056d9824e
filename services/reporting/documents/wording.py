"""What the slices of the city are called, and the words around figures, in Vietnamese and English."""

from __future__ import annotations

from services.reporting.documents.report import Lang

Words = dict[str, tuple[str, str]]

KINDS: Words = {
    "city_committee": ("Thành ủy", "City committee"),
    "commission": ("Ban của Thành ủy", "Commissions of the city committee"),
    "commune_committee": ("Đảng ủy xã, phường, đặc khu", "Commune-level committees"),
    "bloc_committee": ("Đảng ủy khối", "Bloc committees"),
    "organisation": ("Tổ chức đảng trực thuộc khối", "Organisations below a bloc"),
    "front": ("Mặt trận Tổ quốc, đoàn thể", "Fatherland Front and organisations"),
    "authority": ("Cơ quan chính quyền", "Authorities"),
    "other": ("Đơn vị khác", "Others"),
}
AREAS: Words = {
    "ward": ("Phường", "Wards"),
    "commune": ("Xã", "Communes"),
    "special_zone": ("Đặc khu", "Special zone"),
}
TAGS: Words = {
    "urban": ("Đô thị", "Urban"),
    "rural": ("Nông thôn", "Rural"),
    "mountain": ("Miền núi", "Mountain"),
    "ethnic_minority": ("Vùng đồng bào dân tộc thiểu số", "Ethnic-minority communities"),
    "religious": ("Vùng đồng bào tôn giáo", "Religious communities"),
}
ORIGINS: Words = {
    "da_nang": ("Địa bàn Đà Nẵng (cũ)", "Former Đà Nẵng"),
    "quang_nam": ("Địa bàn Quảng Nam (cũ)", "Former Quảng Nam"),
}
SCOPES: Words = {
    "merged_city": ("Đà Nẵng và Quảng Nam (cũ)", "Former Đà Nẵng and Quảng Nam"),
    "da_nang_old": ("Đà Nẵng (cũ)", "Former Đà Nẵng"),
    "quang_nam": ("Quảng Nam (cũ)", "Former Quảng Nam"),
}
QUALIFIERS: Words = {
    "exact": ("đúng số", "exact"),
    "more_than": ("hơn", "more than"),
    "approximate": ("khoảng", "about"),
    "narrative": ("diễn đạt bằng lời", "in words"),
}
REPLICATED: Words = {
    "own_unit": ("trong đơn vị", "own unit"),
    "emulation_bloc": ("khối thi đua", "emulation bloc"),
    "area": ("địa bàn", "area"),
    "city": ("toàn thành phố", "the whole city"),
}
DOSSIERS: Words = {
    "recognition.city": ("Công nhận cấp thành phố", "Recognition, city level"),
    "recognition.grassroots": ("Công nhận cấp cơ sở", "Recognition, grassroots level"),
    "replication.city": ("Nhân rộng toàn thành phố", "Replication, city level"),
    "replication.grassroots": ("Nhân rộng cấp cơ sở", "Replication, grassroots level"),
}
OUTCOMES: Words = {
    "submitted": ("Đã gửi", "Submitted"),
    "returned": ("Lượt trả lại", "Returned"),
    "eligible": ("Đủ điều kiện", "Eligible"),
    "not_eligible": ("Không đủ điều kiện", "Not eligible"),
    "median_days": ("Số ngày thẩm định (trung vị)", "Days of appraisal (median)"),
}
RESOURCES: Words = {
    "state_budget": ("Ngân sách nhà nước (đồng)", "State budget (VND)"),
    "programme_integrated": ("Lồng ghép chương trình, dự án (đồng)", "Integrated programmes (VND)"),
    "socialised": ("Xã hội hóa (đồng)", "Socialised (VND)"),
    "labour_days": ("Ngày công", "Days of labour"),
    "land_m2": ("Đất hiến (m²)", "Land given (m²)"),
}
GRANTED: Words = {
    "quota": ("Chỉ tiêu được giao", "Quota"),
    "granted": ("Đã khen thưởng", "Granted"),
    "cancelled": ("Đã hủy", "Cancelled"),
}
MEANS: Words = {
    "planned": ("Theo đăng ký", "As planned"),
    "used": ("Đã sử dụng (theo báo cáo tiến độ)", "Used (progress reports)"),
    "reported": ("Theo báo cáo của đơn vị", "As units report"),
}
SLICES: Words = {
    "whole": ("Toàn bộ", "Whole"),
    "by_field": ("Lĩnh vực", "Field"),
    "by_unit": ("Đơn vị", "Unit"),
    "by_bloc": ("Khối thi đua", "Emulation bloc"),
    "by_kind": ("Loại đơn vị", "Kind of unit"),
    "by_area": ("Địa bàn", "Area"),
    "by_tag": ("Đặc điểm địa bàn", "Tag of area"),
    "by_origin": ("Địa bàn trước sắp xếp", "Area before the merger"),
}


def said(words: Words, key: str, lang: Lang) -> str:
    """What a key is called; the key itself where it has no name."""
    pair = words.get(key)
    return key if pair is None else pair[lang == "en"]
