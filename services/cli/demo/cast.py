"""The models of the sample year: the scheme's seventy, kept up in 2026, and eight sample ones newly built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.cli.importing import models
from services.cli.importing.sample import MARK, sampled
from shared.registers.wishes import Body, Wish, thing_id

MODELS_FILE = models.DATA / "models_2023_2025.csv"

RETURNED = "Ngày thứ Tư không hẹn"
"""Filed without its plan: returned, mended, received."""
LATE = "Tổ hỗ trợ công dân lưu động"
"""Filed after the deadline."""
SPREADING = "Mẹ đỡ đầu"
"""Worked elsewhere too, and is spread over the whole city."""
REVOKED = "Camera an ninh - kết nối bình yên khu dân cư"
"""Recognised, and taken back."""
DECLINED = "Phụ nữ khởi nghiệp"
"""Found eligible, and not recognised this year."""
FAILING = "Phiên chợ 0 đồng"
"""Appraised, and short of one criterion."""
PUT_FORWARD = (
    SPREADING,
    REVOKED,
    DECLINED,
    FAILING,
    LATE,
    RETURNED,
    "Tổ tự quản 5 trong 1",
    "Phát triển kinh tế vườn, kinh tế trang trại gắn với du lịch sinh thái",
)
"""Those whose committees ask the city to recognise them."""

WAVES = (date(2026, 1, 12), date(2026, 2, 10), date(2026, 3, 20))
LATE_ON = date(2026, 4, 20)

NEW = (
    ("20242", "economy", "Chợ phiên nông sản sạch cuối tuần"),
    ("20242", "culture_society", "Bữa cơm yêu thương cho người bệnh"),
    ("20242", "defence_security", "Hẻm phố bình yên, không ma túy"),
    ("20242", "political_system", "Một lần hẹn, một lần đến"),
    ("20263", "culture_society", "Khu phố học tập, lớp học thân thiện"),
    ("20209", "defence_security", "Tổ liên gia an toàn phòng cháy"),
    ("20965", "economy", "Vườn dược liệu cộng đồng"),
    ("20320", "political_system", "Tổ công nghệ số đến từng nhà"),
)
"""Invented, because the scheme names none of 2026; their names say so."""


@dataclass(frozen=True)
class Model:
    """One model of the cast: its name, the command that registers it, and its plan, filed with it or later."""

    name: str
    wish: Wish
    plan: Body

    @property
    def id(self) -> str:
        return self.wish.body["model"]

    @property
    def unit(self) -> str:
        return self.wish.body["unit"]

    @property
    def on(self) -> date:
        return date.fromisoformat(self.wish.body["on"])


def cast() -> list[Model]:
    """All of them, each with the day on which it is registered."""
    names: dict[str, int] = {}

    def on(name: str) -> date:
        place = names.setdefault(name, len(names))
        return LATE_ON if name == LATE else WAVES[place % len(WAVES)]

    found = [model(wish) for wish in models.wishes([MODELS_FILE], on)]
    found = [replace(each, wish=without_plan(each.wish)) if each.name == RETURNED else each for each in found]
    return found + [new(number, *each) for number, each in enumerate(NEW, start=1)]


def model(wish: Wish) -> Model:
    """The model that a registration is about."""
    return Model(wish.body["name"], wish, wish.body["plan_document"])


def without_plan(wish: Wish) -> Wish:
    """The same registration without its implementation plan."""
    return replace(wish, body={name: value for name, value in wish.body.items() if name != "plan_document"})


def new(number: int, unit: str, field: str, title: str) -> Model:
    """A model that is newly built in 2026."""
    name = f"{title} {MARK}"
    body: Body = {"model": thing_id(f"demo/model/{number}"), "legacy_id": f"mau-2026/{number}", "name": name}
    body |= {
        "field": field,
        **sampled(title, {"field": field}, unit),
        "basis": "new",
        "started_on": "2026-02-16",
    }
    body["on"] = WAVES[2].isoformat()
    return model(Wish("registry", "RegisterModel", f"demo/model/{number}", body))


def chosen(models: Sequence[Model], wanted: Callable[[Model], bool]) -> list[Model]:
    """The models that are meant, in the order of the cast."""
    return [model for model in models if wanted(model)]


def named(models: Sequence[Model], *names: str) -> list[Model]:
    """The models of these names, in this order."""
    by_name = {model.name: model for model in models}
    return [by_name[name] for name in names]
