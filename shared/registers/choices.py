"""The words of lists as registers write them: the label we print first, then what people write for it.

A word is looked up folded (`shared.text.folding`) and with its abbreviations written out, so that `Tổ chức CT-XH` is
`Tổ chức chính trị - xã hội`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from shared.text.folding import folded

Choices = Mapping[str, tuple[str, ...]]

FIELDS: Final[Choices] = {
    "economy": ("Kinh tế", "phát triển kinh tế", "sản xuất kinh doanh", "KT"),
    "culture_society": ("Văn hóa - xã hội", "VHXH", "VH-XH", "văn hóa, xã hội, môi trường", "xã hội", "văn hóa"),
    "defence_security": (
        "Quốc phòng, an ninh", "QPAN", "QP-AN", "an ninh, quốc phòng", "quốc phòng, an ninh, tôn giáo, dân tộc",
        "an ninh, quốc phòng, tôn giáo, dân tộc", "quốc phòng, an ninh, dân tộc, tôn giáo", "an ninh trật tự",
        "quốc phòng, an ninh, đối ngoại", "QP-AN-TG-DT", "QP-AN-DT-TG", "an ninh trật tự, an toàn xã hội", "ANTT",
        "quốc phòng, an ninh, trật tự an toàn xã hội",
    ),
    "political_system": (
        "Xây dựng hệ thống chính trị", "hệ thống chính trị", "xây dựng Đảng và hệ thống chính trị", "XDHTCT", "HTCT",
        "xây dựng Đảng, xây dựng hệ thống chính trị", "xây dựng Đảng, hệ thống chính trị", "xây dựng Đảng, chính quyền",
        "xây dựng Đảng", "XD HTCT", "hệ thống chính trị cơ sở", "xây dựng hệ thống chính trị cơ sở", "XDĐ",
        "xây dựng hệ thống chính trị trong sạch, vững mạnh", "xây dựng Đảng, hệ thống chính trị trong sạch, vững mạnh",
    ),
}  # fmt: skip
BASES: Final[Choices] = {
    "new": (
        "Mới",
        "đăng ký mới",
        "xây dựng mới",
        "mô hình mới",
        "mới đăng ký",
        "mới xây dựng",
        "xây mới",
        "mô hình đăng ký mới",
        "mô hình mới đăng ký",
        "mô hình xây dựng mới",
    ),
    "maintained": (
        "Duy trì",
        "đăng ký duy trì",
        "tiếp tục",
        "cũ",
        "tiếp tục duy trì",
        "mô hình cũ",
        "mô hình duy trì",
        "mô hình tiếp tục duy trì",
        "duy trì, nhân rộng",
        "duy trì, phát triển",
        "duy trì, nâng cao chất lượng",
        "mô hình đăng ký duy trì",
    ),
}
ORIGINS: Final[Choices] = {
    "da_nang": ("Đà Nẵng", "thành phố Đà Nẵng", "TP. Đà Nẵng", "Đà Nẵng (cũ)"),
    "quang_nam": ("Quảng Nam", "tỉnh Quảng Nam", "Quảng Nam (cũ)"),
}
LEVELS: Final[Choices] = {
    "city": (
        "Thành phố",
        "cấp thành phố",
        "TP",
        "cấp TP",
        "tỉnh",
        "cấp tỉnh",
        "cấp tỉnh, thành phố",
        "thành phố Đà Nẵng",
        "tỉnh Quảng Nam",
        "cấp tỉnh Quảng Nam",
        "cấp thành phố Đà Nẵng",
        "Thành ủy",
        "Tỉnh ủy",
        "cấp thành ủy",
    ),
    "grassroots": (
        "Cơ sở",
        "cấp cơ sở",
        "cấp huyện",
        "huyện",
        "cấp quận",
        "quận",
        "cấp xã",
        "cấp phường",
        "xã",
        "phường",
        "thị xã",
        "cấp thị xã",
        "cấp huyện, quận",
        "cấp quận, huyện",
        "quận, huyện",
        "cấp huyện, thị xã, thành phố",
        "cấp phường, xã",
        "cấp xã, phường",
        "xã, phường",
        "cấp cơ sở xã, phường",
    ),
}
AREAS: Final[Choices] = {
    "ward": ("Phường", "P", "P."), "commune": ("Xã", "X", "X."), "special_zone": ("Đặc khu", "ĐK"),
}  # fmt: skip
SUBJECTS: Final[Choices] = {
    "party_committee": ("Cấp ủy", "đảng ủy", "đảng ủy cơ sở", "ban thường vụ"),
    "party_organisation": ("Tổ chức đảng", "chi bộ", "đảng bộ", "đảng bộ cơ sở", "chi, đảng bộ"),
    "authority": ("Chính quyền", "UBND", "ủy ban nhân dân", "chính quyền địa phương", "HĐND", "HĐND, UBND"),
    "fatherland_front": ("Mặt trận Tổ quốc", "mặt trận", "MTTQ", "UBMTTQ", "MTTQ Việt Nam", "ban công tác mặt trận",
                         "UBMTTQVN", "UB MTTQ", "UB MTTQ VN", "UBMTTQ Việt Nam", "ủy ban MTTQ Việt Nam", "ban CTMT",
                         "ủy ban Mặt trận Tổ quốc Việt Nam"),
    "socio_political_org": (
        "Tổ chức chính trị - xã hội", "đoàn thể", "đoàn thể chính trị - xã hội", "hội, đoàn thể", "hội đoàn thể",
        "đoàn thanh niên", "hội phụ nữ", "hội nông dân", "hội cựu chiến binh", "công đoàn", "liên đoàn lao động",
        "các tổ chức chính trị - xã hội", "các đoàn thể", "hội liên hiệp phụ nữ", "LHPN", "hội LHPN", "hội CCB",
        "hội ND", "LĐLĐ", "đoàn TNCSHCM", "đoàn TNCS Hồ Chí Minh", "đoàn TNCS HCM", "đoàn TN", "hội PN", "CT-XH",
    ),
    "mass_association": ("Hội quần chúng", "hội đặc thù", "hội người cao tuổi", "hội chữ thập đỏ", "hội khuyến học",
                         "hội quần chúng được giao nhiệm vụ"),
    "administrative_agency": ("Cơ quan hành chính", "cơ quan", "cơ quan nhà nước", "cơ quan hành chính nhà nước"),
    "public_service_unit": ("Đơn vị sự nghiệp", "đơn vị sự nghiệp công lập", "trường học", "trạm y tế", "ĐVSN",
                            "trường", "ĐVSN công lập", "bệnh viện", "trung tâm"),
    "armed_forces": ("Lực lượng vũ trang", "LLVT", "công an", "quân đội", "quân sự", "bộ đội biên phòng", "biên phòng",
                     "đồn biên phòng", "CA", "BCHQS", "bộ CHQS", "ban CHQS", "ban chỉ huy quân sự"),
    "residential_area": ("Khu dân cư", "tổ dân phố", "thôn", "KDC", "TDP", "thôn, tổ dân phố", "tổ DP", "khối phố",
                         "thôn, khối phố", "tổ dân phố, thôn", "khu dân cư, tổ dân phố"),
    "enterprise": ("Doanh nghiệp", "DN", "công ty", "hợp tác xã", "HTX", "DNTN", "doanh nghiệp tư nhân"),
    "cadre": ("Cán bộ", "CB", "cán bộ, công chức", "CBCC", "CBCCVC", "cán bộ, công chức, viên chức",
              "công chức", "viên chức"),
    "party_member": ("Đảng viên",),
    "union_member": ("Đoàn viên", "đoàn viên thanh niên"),
    "association_member": ("Hội viên",),
    "citizen": ("Người dân", "công dân", "quần chúng nhân dân", "nhân dân"),
    "household": ("Hộ gia đình", "hộ", "hộ dân", "gia đình", "hộ GĐ"),
}  # fmt: skip
DOCUMENTS: Final[Choices] = {
    "resolution": ("Nghị quyết", "NQ"), "plan": ("Kế hoạch", "KH"), "programme": ("Chương trình", "CTr"),
    "criteria": ("Tiêu chí", "bộ tiêu chí"), "assignment": ("Phân công", "quyết định phân công"),
    "estimate": ("Dự toán", "dự toán kinh phí"),
}  # fmt: skip
LABELS: Final = {
    code: said[0]
    for table in (FIELDS, BASES, ORIGINS, LEVELS, AREAS, SUBJECTS, DOCUMENTS)
    for code, said in table.items()
}
"""What each value is called where a reader is told of it."""

WRITTEN_OUT: Final = {
    "ct xh": "chinh tri xa hoi", "ctxh": "chinh tri xa hoi", "kt xh": "kinh te xa hoi", "ktxh": "kinh te xa hoi",
    "vh xh": "van hoa xa hoi", "vhxh": "van hoa xa hoi", "qp an": "quoc phong an ninh", "qpan": "quoc phong an ninh",
    "an qp": "an ninh quoc phong", "anqp": "an ninh quoc phong", "xd": "xay dung", "htct": "he thong chinh tri",
    "xdhtct": "xay dung he thong chinh tri", "t chuc": "to chuc", "tc": "to chuc", "pt": "phat trien",
    "dtts": "dan toc thieu so", "hc": "hanh chinh", "sn": "su nghiep",
}  # fmt: skip
SHORT: Final = re.compile(r"\b(" + "|".join(sorted(WRITTEN_OUT, key=len, reverse=True)) + r")\b")
IN_FRONT: Final = re.compile(r"^(?:linh vuc|lv|ve|loai|nhom|thuoc|\d+|[ivx]+|[a-e]) (?=\S)")
AND: Final = re.compile(r"\bva\b ?")


def plain(said: str) -> str:
    """A word of a list folded: abbreviations written out, without the number and the word for the list before it."""
    words = SHORT.sub(lambda short: WRITTEN_OUT[short[0]], folded(said))
    bare = " ".join(AND.sub(" ", words).split())
    return IN_FRONT.sub("", IN_FRONT.sub("", bare))  # a number, and the word for the list


def words_of(choices: Choices) -> dict[str, str]:
    """The value of each word, by how it folds; of its own code too."""
    found = {plain(word): code for code, said in choices.items() for word in said}
    return {**{folded(code): code for code in choices}, **found}


def says_more(said: str, code: str) -> bool:
    """Whether what was printed is not just the label of the value, and is worth keeping: a label of other years."""
    return (
        code in LABELS and plain(said) != plain(LABELS[code]) and len(plain(said)) > len(plain(LABELS[code]))
    )
