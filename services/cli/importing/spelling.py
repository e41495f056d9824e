"""How people write things in spreadsheets, and how we do: headings, dates, numbers, and the words of lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from shared.text.folding import folded

DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?: 0?0:00(?::00)?)?")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ]00:00(?::00)?")
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., \u00a0])\d{3})(?:\1\d{3})*")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]|_x000D_")
SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u202f]+")


def key(text: str) -> str:
    """What two spellings of the same words have in common: lower-case ASCII words.

    `Tên mô hình (*)`, `TEN MO HINH` and `ten_mo_hinh` are one. What stands in brackets is a remark.
    """
    return plain(IN_BRACKETS.sub(" ", text)) or plain(text)


def plain(text: str) -> str:
    """Words without accents and case; everything else is a space."""
    return folded(text)


def text(cell: str) -> str:
    """Running text: composed letters, no invisible characters, Unix line ends, trimmed."""
    composed = unicodedata.normalize("NFC", INVISIBLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(SPACES.sub(" ", part).strip() for part in composed.split("\n")).strip()


def line(cell: str) -> str:
    """One line of text; where a cell is broken into several, they become one."""
    return " ".join(text(cell).split())


def day(cell: str) -> str:
    """`9/1/2026`, `09.01.2026` (day first, as in Việt Nam) or an ISO date as `2026-01-09`; else as it was."""
    said = line(cell)
    if (match := DAY_FIRST.fullmatch(said)) is not None:
        d, m, y = (int(part) for part in match.groups())
    elif (match := YEAR_FIRST.fullmatch(said)) is not None:
        y, m, d = (int(part) for part in match.groups())
    else:
        return said
    try:
        return date(y, m, d).isoformat()
    except ValueError:
        return said


def whole(cell: str) -> str:
    """`2026.0`, `1.500.000` or `1 500 000` as digits; else as it was."""
    said = line(cell)
    if GROUPED.fullmatch(said):
        return re.sub(r"\D", "", said)
    return re.sub(r"(?<=\d)[.,]0+$", "", said) if re.fullmatch(r"\d+[.,]0+", said) else said


def code(cell: str) -> str:
    """A code such as `20242`, which a spreadsheet may have taken for a number."""
    return re.sub(r"\.0$", "", line(cell))


def word(cell: str, words: Mapping[str, str]) -> str:
    """The value that a word of a list stands for; else as it was."""
    said = line(cell)
    return words.get(key(said), said)


FIELDS = {
    "kinh te": "economy", "phat trien kinh te": "economy",
    "van hoa xa hoi": "culture_society", "vhxh": "culture_society", "vh xh": "culture_society",
    "quoc phong an ninh": "defence_security", "qpan": "defence_security", "qp an": "defence_security",
    "an ninh quoc phong": "defence_security",
    "he thong chinh tri": "political_system", "xay dung he thong chinh tri": "political_system",
    "xay dung dang va he thong chinh tri": "political_system", "xdhtct": "political_system", "htct": "political_system",
}  # fmt: skip
FIELDS |= {f"linh vuc {said}": value for said, value in FIELDS.items()}
BASES = {
    "moi": "new", "dang ky moi": "new", "xay dung moi": "new", "mo hinh moi": "new",
    "duy tri": "maintained", "dang ky duy tri": "maintained", "tiep tuc": "maintained", "cu": "maintained",
}  # fmt: skip
ORIGINS = {"da nang": "da_nang", "quang nam": "quang_nam"}
LEVELS = {
    "thanh pho": "city", "cap thanh pho": "city", "tp": "city", "cap tp": "city",
    "co so": "grassroots", "cap co so": "grassroots",
}  # fmt: skip
AREAS = {"phuong": "ward", "xa": "commune", "dac khu": "special_zone"}
SUBJECTS = {
    "cap uy": "party_committee", "dang uy": "party_committee",
    "to chuc dang": "party_organisation", "chi bo": "party_organisation", "dang bo": "party_organisation",
    "chinh quyen": "authority", "ubnd": "authority", "uy ban nhan dan": "authority",
    "mat tran": "fatherland_front", "mttq": "fatherland_front", "mat tran to quoc": "fatherland_front",
    "to chuc chinh tri xa hoi": "socio_political_org", "doan the": "socio_political_org",
    "hoi quan chung": "mass_association",
    "co quan hanh chinh": "administrative_agency", "co quan": "administrative_agency",
    "don vi su nghiep": "public_service_unit", "don vi su nghiep cong lap": "public_service_unit",
    "luc luong vu trang": "armed_forces", "llvt": "armed_forces", "cong an": "armed_forces", "quan doi": "armed_forces",
    "khu dan cu": "residential_area", "to dan pho": "residential_area", "thon": "residential_area",
    "doanh nghiep": "enterprise",
    "can bo": "cadre", "dang vien": "party_member", "doan vien": "union_member", "hoi vien": "association_member",
    "nguoi dan": "citizen", "cong dan": "citizen", "ho gia dinh": "household", "ho": "household",
}  # fmt: skip
DOCUMENTS = {
    "nghi quyet": "resolution", "ke hoach": "plan", "chuong trinh": "programme",
    "tieu chi": "criteria", "bo tieu chi": "criteria", "phan cong": "assignment", "du toan": "estimate",
}  # fmt: skip


def period(cell: str) -> str:
    """`Năm 2026` as `2026`, `6 tháng đầu năm 2026` as `2026-H1`; a day as a day; else as it was."""
    said = day(whole(cell))
    if (match := re.fullmatch(r"(?:6|sau) thang(?: dau)?(?: nam)? (20\d\d)", plain(said))) is not None:
        return f"{match[1]}-H1"
    if (match := re.fullmatch(r"(?:ca )?nam (20\d\d)", plain(said))) is not None:
        return match[1]
    return said
