"""What a report quotes and to whom it goes: the scheme's full title, its legal bases, its recipients (AC-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.documents.phrases import PHRASES
from services.reporting.documents.rendering import day
from services.reporting.documents.report import Lang
from services.reporting.documents.slices import Cards

SCHEME: dict[Lang, str] = {
    "vi": "Đề án xây dựng và nhân rộng các mô hình “Dân vận khéo” tiêu biểu trên địa bàn thành phố Đà Nẵng "
    "giai đoạn 2026-2030",
    "en": "Scheme to build and replicate typical “Skilful mass mobilisation” models in Đà Nẵng, 2026-2030",
}
"""Its title as issued."""

RECIPIENTS: dict[Lang, tuple[str, ...]] = {
    "vi": (
        "Ban Bí thư Trung ương Đảng (để báo cáo)",
        "Ban Tuyên giáo và Dân vận Trung ương (để báo cáo)",
        "Ủy ban nhân dân thành phố",
        "Các cơ quan tham mưu, giúp việc Thành ủy",
        "Ủy ban Mặt trận Tổ quốc Việt Nam, các tổ chức chính trị - xã hội, các hội quần chúng do Đảng, Nhà nước giao "
        "nhiệm vụ thành phố",
        "Các đảng ủy trực thuộc Thành ủy",
        "Sở Tài chính",
        "Các đồng chí Thành ủy viên",
    ),
    "en": (
        "The Party's Secretariat (to report)",
        "The Central Commission for Propaganda, Education and Mass Mobilisation (to report)",
        "The city People's Committee",
        "The advisory agencies of the city Party Committee",
        "The city's Fatherland Front, socio-political organisations and mass associations with assigned tasks",
        "The Party committees directly under the city Party Committee",
        "The Department of Finance",
        "The members of the city Party Committee",
    ),
}
"""To whom the scheme itself goes, and with it what is reported of it."""


def recipients(named: Sequence[str], unit: str | None, cards: Cards, lang: Lang) -> tuple[str, ...]:
    """Those the policy names; else of the city's report the scheme's, of a unit's the unit above it."""
    if named:
        return tuple(named)
    if unit is None:
        return RECIPIENTS[lang]
    card = cards.get(unit)
    above = cards.get(card.parent) if card is not None and card.parent is not None else None
    return () if above is None else (above.name,)


def kept(unit: str | None, cards: Cards, lang: Lang) -> str:
    """Who keeps the report on file: the office of the committee that reports; a blank where nobody is known to."""
    card = None if unit is None else cards.get(unit)
    if unit is None or (card is not None and card.kind == "city_committee"):
        return "Lưu Văn phòng Thành ủy" if lang == "vi" else "File: Office of the city Party Committee"
    if card is not None and card.kind in ("commune_committee", "bloc_committee"):
        return "Lưu Văn phòng Đảng ủy" if lang == "vi" else "File: Office of the Party Committee"
    return PHRASES[lang]["kept"]


def bases(quoted: Sequence[Mapping[str, Any]], lang: Lang) -> tuple[str, ...]:
    """A line for each legal basis, the scheme itself first, then the oldest."""
    ordered = sorted(
        quoted, key=lambda one: (one.get("code") != "scheme", one.get("dated") or "9999", one["code"])
    )
    return tuple(_line(one, lang) for one in ordered)


def _line(basis: Mapping[str, Any], lang: Lang) -> str:
    number, dated = basis.get("number"), basis.get("dated")
    if lang == "en":
        parts = (f"{basis['subject']}", number and f"No. {number}", dated, basis["issuer"])
        return f"Pursuant to {', '.join(str(part) for part in parts if part)}."
    said = f"số {number}" if number else ""
    when = f"ngày {day(str(dated), lang)}" if dated else ""
    told = " ".join(part for part in (said, when) if part)
    return f"Căn cứ {basis['subject']}{f' ({told})' if told else ''} của {basis['issuer']}."
