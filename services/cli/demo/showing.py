"""What the demonstration shows at the end: the year's summary, the baseline beside it, and one model's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.cli.telling import heading, out, table
from services.reporting.documents.rendering import FIELDS, SHOWN, day, label, number, percent
from shared.contracts.words import words

WORDS = {
    "city": "toàn thành phố",
    "own_unit": "trong đơn vị",
    "recognition": "công nhận",
    "replication": "nhân rộng",
    "met": "đạt",
    "not_met": "không đạt",
    "eligible": "đủ điều kiện",
    "not_eligible": "không đủ điều kiện",
    "succeeded": "thành công",
    "ongoing": "đang thực hiện",
    "on_course": "đúng hướng",
    "adjust": "cần điều chỉnh",
    "excellent": "hoàn thành xuất sắc nhiệm vụ",
    "good": "hoàn thành tốt nhiệm vụ",
}

LEVELS = {"city": "cấp thành phố", "grassroots": "cấp cơ sở"}

UNIT_COLUMNS = (
    ("models.registered_new", "mới"),
    ("models.registered_maintained", "duy trì"),
    ("models.received", "tiếp nhận"),
    ("quota.met", "chỉ tiêu đạt"),
    ("dossiers.submitted", "hồ sơ"),
    ("recognised.city.models", "công nhận"),
    ("recognised.revoked", "thu hồi"),
    ("replication.adopted", "áp dụng"),
)


def summary(document: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """The year: every figure that is not nothing, by field and for the whole; then by unit."""
    figures = document["figures"]
    period = f"{date(document['start'])} – {date(document['cut_off'])}"
    heading(
        f"Tổng hợp năm {document['period']}", f"{period}, as known at ledger size {document['ledger_size']}"
    )
    whole, by_field = figures["whole"], figures["by_field"]
    rows = [
        (
            label(key, "vi"),
            *(number(by_field[name].get(key, 0), "vi") for name in FIELDS if name != "none"),
            number(value, "vi"),
        )
        for key in SHOWN
        if (value := whole.get(key))
    ]
    table(
        ("chỉ số", "kinh tế", "văn hóa - xã hội", "quốc phòng, an ninh", "hệ thống chính trị", "tổng"),
        rows,
        RIGHT,
    )
    units = {
        unit: shown
        for unit, shown in figures["by_unit"].items()
        if any(shown.get(key) for key, _ in UNIT_COLUMNS)
    }
    above = [unit for unit in units if unit not in names or not unit.isdigit()]
    heading("Theo đơn vị", f"the {len(units) - len(above)} units with something to show")
    told = [
        (names.get(unit, unit), *(dash(shown.get(key)) for key, _ in UNIT_COLUMNS))
        for unit, shown in units.items()
        if unit not in above
    ]
    table(("đơn vị", *(title for _, title in UNIT_COLUMNS)), told, tuple(range(1, len(UNIT_COLUMNS) + 1)))


RIGHT = (1, 2, 3, 4, 5)


def baseline(found: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    """The printed baseline, and the sample year beside it where both count the same thing."""
    heading("Số liệu nền 2023-2025 bên cạnh năm mẫu", "the baseline beside the sample year")
    by_key = {each["key"]: each for each in found["statistics"]}
    now = document["figures"]
    whole = now["whole"]["models.in_operation"]
    rows: list[tuple[str, ...]] = []
    for name, (called, _) in FIELDS.items():
        if (each := by_key.get(f"models_in_operation_{name}")) is not None:
            here = now["by_field"][name]["models.in_operation"]
            printed = each.get("printed") or f"{each.get('printed_percent', '–')}%".replace(".", ",")
            rows.append(
                (called, number(each["value"], "vi"), printed, number(here, "vi"), percent(here, whole, "vi"))
            )
    total = by_key["models_in_operation_total"]["value"]
    rows.append(("Tổng số mô hình đang triển khai", number(total, "vi"), "", number(whole, "vi"), ""))
    recognised = by_key["models_recognised_city"]["value"]
    here = now["whole"]["recognised.city.models"]
    rows.append(("Được công nhận cấp thành phố", number(recognised, "vi"), "", number(here, "vi"), ""))
    columns = ("lĩnh vực", "nền, đến 15/10/2025", "in trong Đề án", "năm 2026 (mẫu)", "tỷ lệ")
    table(columns, rows, (1, 2, 3, 4))


def history(found: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Everything that happened to one model, in every service, in the order of the ledger."""
    state = found.get("state", {})
    unit = names.get(str(state.get("unit")), state.get("unit", ""))
    kinds = words("vi").kinds
    heading(
        f"Lịch sử mô hình “{state.get('name', found['id'])}”", f"{unit}; ledger size {found['ledger_size']}"
    )
    rows = [
        (
            date(line["on"]),
            kinds.get(line["event"], line["event"]),
            detail(line["data"], names),
            line["actor"],
            f"{line['source']}:{line['position']}",
            line["ledger"],
        )
        for line in grouped(found["events"])
    ]
    table(("ngày", "sự kiện", "nội dung", "người thực hiện", "vị trí", "sổ cái"), rows, (5,))


def grouped(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines, with findings that are alike and follow each other told as one."""
    told: list[dict[str, Any]] = []
    for line in lines:
        data = dict(line["data"])
        same = told and line["event"] == "CriterionAssessed" and told[-1]["event"] == line["event"]
        if same and (told[-1]["data"]["finding"], told[-1]["on"]) == (data["finding"], line["on"]):
            told[-1]["data"]["criterion"] += f", {data['criterion']}"
            if line["actor"] not in told[-1]["actor"]:
                told[-1]["actor"] += f", {line['actor']}"
        else:
            told.append({**line, "data": data})
    return told


def detail(data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The few words that tell an event from another of its kind."""
    parts = [str(data[member]) for member in ("reference", "adopter") if member in data]
    if "roadmap" in data and "adopter" not in data:
        parts.append(names.get(data["unit"], data["unit"]))
    if "criterion" in data:
        parts.append(f"tiêu chí {ranges(data['criterion'])}")
    members = ("purpose", "finding", "outcome", "conclusion")
    parts += [word(data[member]) for member in members if isinstance(data.get(member), str)]
    parts += (
        [LEVELS[data["level"]]]
        if data.get("level") in LEVELS
        else [word(data["level"])]
        if "level" in data
        else []
    )
    if data.get("scope") in ("own_unit", "city"):
        parts.append(word(data["scope"]))
    if data.get("late"):
        parts.append("đăng ký muộn")
    if isinstance(data.get("decision"), Mapping):
        parts.append(str(data["decision"]["number"]))
    parts += data["reasons"] if isinstance(data.get("reasons"), list) else []
    if isinstance(data.get("reason"), str) and "finding" not in data:
        parts.append(data["reason"])
    if isinstance(data.get("facts"), list):
        met = sum(1 for fact in data["facts"] if fact["met"])
        parts.append(f"dữ kiện đã ghi nhận: {met}/{len(data['facts'])} đạt")
    return "; ".join(parts)


def ranges(codes: str) -> str:
    """`c_city_1, c_city_3, c_city_2` as `1–3`."""
    numbers = sorted(int(code.rpartition("_")[2]) for code in codes.split(", ") if code[-1:].isdigit())
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(str(number) for number in numbers) or codes


def word(value: str) -> str:
    """A value of the contract as people say it."""
    return WORDS.get(value, value)


def where(addresses: Mapping[str, Any], data_dir: str, dvk: str, model: str) -> None:
    """Where everything listens, and what to try next."""
    heading("Xem tiếp", "look further")
    for name in ("registry", "appraisal", "awards", "reporting", "nats", "mongo"):
        out(f"  {name:<10} {addresses[name]}")
    out(f"  {'console':<10} {addresses['console']}/vi/models/{model}")
    token = f"{dvk} token --data-dir {data_dir} --sub kiem-toan --role auditor"
    ask = f'curl -s -H "Authorization: Bearer $TOKEN" {addresses["reporting"]}'
    out("")
    out("  Mã để đăng nhập · the token to sign in with:")
    out(f"  {token}")
    out("")
    out(f"  TOKEN=$({token})")
    out(f"  {ask}/summaries/2026.pdf -o tong-hop-2026.pdf")
    out(f"  {ask}/histories/model/{model}")
    out(f"  {ask}/histories/model/{model}.bundle -o mo-hinh.dvk-bundle")
    out(f"  {dvk} verify policy --data-dir {data_dir} > keys.policy")
    out(f"  {dvk} verify bundle mo-hinh.dvk-bundle --policy keys.policy")
    out(f"  {dvk} verify log --data-dir {data_dir}")
    out(f"  {dvk} followers --data-dir {data_dir}")


def date(text: str | None) -> str:
    """`2026-10-15` as `15/10/2026`."""
    return day(text, "vi") if text else "—"


def dash(value: int | None) -> str:
    """A count; nothing as a dot, so that something is seen."""
    return number(value, "vi") if value else "·"
