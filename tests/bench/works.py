"""What the bench asks for: registrations of ordinary length, with names that resemble one another."""

from __future__ import annotations

import csv
import os
import platform
from itertools import product
from pathlib import Path
from typing import Any

from services.cli.talking import Actor

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "services" / "cli" / "data"
UNITS, MODELS = DATA / "units_da_nang.csv", DATA / "models_2023_2025.csv"
OFFICER = Actor("bench:officer", "unit_officer", "20209")
INSPECTION = {
    "kind": "self_inspection",
    "by": {"office": "Ban Thường vụ Đảng ủy phường"},
    "findings": "Mô hình hoạt động đều, nhân dân hưởng ứng. " * 6,
    "conclusion": "on_course",
}


def registration() -> dict[str, Any]:
    """A registration of ordinary length."""
    return {
        "unit": "20209",
        "name": "Ngôi nhà xanh, tuyến đường không rác",
        "address": "Tổ 12, phường Thanh Khê, thành phố Đà Nẵng",
        "field": "culture_society",
        "scope": "Toàn phường Thanh Khê",
        "beneficiaries": "Nhân dân trên địa bàn phường",
        "content": "Thu gom, phân loại rác tái chế gây quỹ giúp học sinh khó khăn. " * 10,
        "political_task": "Bảo vệ môi trường",
        "year": 2026,
        "basis": "new",
        "subjects": [{"kind": "collective", "type": "residential_area", "name": "Khu dân cư số 12"}],
    }


def names(turn: int) -> list[str]:
    """The names of the scheme, each as if many places had built it: what is registered resembles what is known."""
    places = [row["name"] for row in csv.DictReader(UNITS.read_text("utf-8").splitlines())]
    models = [row["name"] for row in csv.DictReader(MODELS.read_text("utf-8").splitlines())]
    return [f"{model} {place} {turn}" for place, model in product(places, models)]


def machine() -> str:
    """What was measured on."""
    return f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}, {platform.system()}"
