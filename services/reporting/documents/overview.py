"""What the figures say in sentences, for who reads one page only; nothing in them is judged or rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.reporting.documents.rendering import FIELDS, day, number, percent
from services.reporting.documents.report import Bars, Lang
from services.reporting.documents.wording import said

FUNNEL: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("models.registered_new", "models.registered_maintained"), "Đăng ký (mới và duy trì)", "Registered"),
    (("models.received",), "Tiếp nhận", "Received"),
    (("dossiers.eligible",), "Hồ sơ đủ điều kiện", "Dossiers eligible"),
    (("recognised.city", "recognised.grassroots"), "Lượt công nhận", "Recognitions"),
    (("replication.listed",), "Vào danh mục nhân rộng", "Listed for replication"),
    (("replication.adopted",), "Lượt áp dụng", "Adoptions"),
)
"""The way of a model, step by step; every step counts what happened in the period, so one may exceed the one before."""


JUDGED = ("dossiers.submitted", "dossiers.eligible", "dossiers.not_eligible", "recognised.city.models",
          "recognised.grassroots.models", "recognised.declined", "recognised.revoked")  # fmt: skip


def funnel(whole: Mapping[str, Any], lang: Lang) -> Bars:
    """From registration to adoption."""
    bars = tuple(
        (vi if lang == "vi" else en, sum(whole.get(key) or 0 for key in keys)) for keys, vi, en in FUNNEL
    )
    title = "Từ đăng ký đến nhân rộng" if lang == "vi" else "From registration to replication"
    alt = "; ".join(f"{name}: {number(n, lang)}" for name, n in bars)
    return Bars(title, f"{title}. {alt}.", bars)


def sentences(
    figures: Mapping[str, Any], place: str, cut_off: str, last: str | None, lang: Lang
) -> tuple[str, ...]:
    """The main figures of the period, one paragraph for each thing a reader asks first.

    `last` is the day of the newest entry of the ledger: where it lies before the cut-off, nothing later is counted,
    and the reader is told so before anything else.
    """
    whole = figures["whole"]
    if not any(whole.values()):
        return (
            "Trong kỳ chưa ghi nhận số liệu nào."
            if lang == "vi"
            else "Nothing is on record for this period.",
        )
    tell = _vietnamese if lang == "vi" else _english
    upto = cut_off if last is None else min(last, cut_off)
    told = tell(_Told(whole, lang), figures["by_field"], place, upto)
    return tuple(sentence for sentence in (_unfinished(upto, cut_off, lang), *told) if sentence)


def _unfinished(upto: str, cut_off: str, lang: Lang) -> str:
    if upto == cut_off:
        return ""
    if lang == "en":
        return (
            f"The ledger holds what was recorded up to {upto}, before the cut-off of {cut_off}; what was recorded "
            "after that day is not in this report."
        )
    return (
        f"Số liệu gồm những việc đã ghi vào sổ cái đến ngày {day(upto, lang)}, trước thời điểm chốt "
        f"{day(cut_off, lang)}; những việc ghi nhận sau ngày đó chưa có trong báo cáo này."
    )


class _Told:
    """The figures of a whole by key, as they are written; 0 where a summary lacks one."""

    def __init__(self, whole: Mapping[str, Any], lang: Lang) -> None:
        self.whole = whole
        self.lang: Lang = lang

    def __getitem__(self, key: str) -> str:
        return number(self.whole.get(key) or 0, self.lang)

    def has(self, *keys: str) -> bool:
        """Whether the summary counts any of these at all."""
        return any(key in self.whole for key in keys)

    def none(self, *keys: str) -> bool:
        """Whether all of these are 0."""
        return not any(self.whole.get(key) for key in keys)

    def fields(self, by_field: Mapping[str, Any]) -> str:
        """`kinh tế 12 (15,4%), …` of the models in operation."""
        key, total = "models.in_operation", self.whole.get("models.in_operation") or 0
        return ", ".join(
            f"{_small(said(FIELDS, name, self.lang))} {number(n, self.lang)} ({percent(n, total, self.lang)})"
            for name in FIELDS
            if (n := by_field.get(name, {}).get(key)) or (n is not None and name != "none")
        )


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _vietnamese(n: _Told, by_field: Mapping[str, Any], place: str, cut_off: str) -> Sequence[str]:
    return (
        f"Tính đến ngày {day(cut_off, 'vi')}, {place} có {n['models.in_operation']} mô hình “Dân vận khéo” đang "
        f"triển khai thực hiện. Trong kỳ có {n['models.registered_new']} mô hình đăng ký mới, "
        f"{n['models.registered_maintained']} mô hình đăng ký duy trì; tiếp nhận {n['models.received']} mô hình.",
        f"Theo lĩnh vực, số mô hình đang triển khai gồm: {n.fields(by_field)}."
        if n.whole.get("models.in_operation")
        else "",
        f"Chỉ tiêu xây dựng: {n['quota.met']} đạt, {n['quota.missed']} chưa đạt.",
        "Trong kỳ chưa có hồ sơ đề nghị, kết luận thẩm định hay quyết định công nhận nào."
        if n.none(*JUDGED)
        else f"Có {n['dossiers.submitted']} hồ sơ đề nghị; kết luận {n['dossiers.eligible']} hồ sơ đủ điều kiện, "
        f"{n['dossiers.not_eligible']} hồ sơ không đủ điều kiện. Công nhận {n['recognised.city.models']} mô hình cấp "
        f"thành phố, {n['recognised.grassroots.models']} mô hình cấp cơ sở{_documents(n)}; không công nhận "
        f"{n['recognised.declined']}, thu hồi công nhận {n['recognised.revoked']} trường hợp.",
        "Trong kỳ chưa có mô hình nào vào danh mục nhân rộng và chưa có lượt áp dụng nào."
        if n.none("replication.listed", "replication.adopted")
        else f"Đưa {n['replication.listed']} mô hình vào danh mục nhân rộng; có {n['replication.adopted']} lượt "
        f"áp dụng tại {n['replication.units']} đơn vị, trong đó {n['replication.succeeded']} lượt thành công.",
        ""
        if not n.has("commendations.granted")
        else "Trong kỳ chưa có quyết định khen thưởng nào."
        if n.none("commendations.granted")
        else f"Khen thưởng {n['commendations.granted']} trường hợp.",
        f"Về chế độ báo cáo: {n['reports.on_time']} báo cáo đúng hạn, {n['reports.late']} báo cáo trễ hạn, "
        f"còn thiếu {n['reports.missing']} báo cáo."
        if n.has("reports.on_time")
        else "",
    )


def _documents(n: _Told) -> str:
    """Under how many decisions, where a summary counts them as documents."""
    if not n.has("recognised.decisions"):
        return ""
    many = n["recognised.decisions"]
    return f" theo {many} quyết định" if n.lang == "vi" else f", by decisions: {many}"


def _english(n: _Told, by_field: Mapping[str, Any], place: str, cut_off: str) -> Sequence[str]:
    return (
        f"Models in operation in {place} on {cut_off}: {n['models.in_operation']}. Registered in the period: "
        f"{n['models.registered_new']} new, {n['models.registered_maintained']} maintained; received: "
        f"{n['models.received']}.",
        f"Models in operation by field: {n.fields(by_field)}." if n.whole.get("models.in_operation") else "",
        f"Building quotas: {n['quota.met']} met, {n['quota.missed']} missed.",
        f"Dossiers submitted: {n['dossiers.submitted']}; found eligible: {n['dossiers.eligible']}, not eligible: "
        f"{n['dossiers.not_eligible']}. Models recognised at city level: {n['recognised.city.models']}, at grassroots "
        f"level: {n['recognised.grassroots.models']}{_documents(n)}; declined: {n['recognised.declined']}, revoked: "
        f"{n['recognised.revoked']}.",
        f"Models listed for replication: {n['replication.listed']}; adoptions: {n['replication.adopted']} in "
        f"{n['replication.units']} units, succeeded: {n['replication.succeeded']}.",
        f"Commendations granted: {n['commendations.granted']}." if n.has("commendations.granted") else "",
        f"Unit reports on time: {n['reports.on_time']}, late: {n['reports.late']}, missing: {n['reports.missing']}."
        if n.has("reports.on_time")
        else "",
    )
