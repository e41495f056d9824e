"""Units: the city's committees of the scheme, and the commune-level ones of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.cli.importing.rows import Rejected, Row, Wrong, read, repeated
from services.cli.importing.wishes import Wish, wrongs_of

CITY = "thanh-uy-da-nang"
COMMISSION = "btgdv"
COLUMNS = {"unit": "code", "area": "kind_en", "name": "name", "origin": "origin"}
COMMITTEE = {"ward": "Đảng ủy phường {}", "commune": "Đảng ủy xã {}", "special_zone": "Đặc khu {}"}
"""The scheme names party committees of communes and wards; of a special zone it says nothing."""

CITY_UNITS = (
    {"unit": CITY, "name": "Thành ủy Đà Nẵng", "kind": "city_committee"},
    {"unit": COMMISSION, "name": "Ban Tuyên giáo và Dân vận Thành ủy", "kind": "commission", "parent": CITY},
    {
        "unit": "dang-uy-ubnd",
        "name": "Đảng ủy Ủy ban nhân dân thành phố",
        "kind": "bloc_committee",
        "parent": CITY,
    },
    {
        "unit": "dang-uy-co-quan-dang",
        "name": "Đảng ủy Các cơ quan Đảng thành phố",
        "kind": "bloc_committee",
        "parent": CITY,
    },
    {
        "unit": "dang-uy-cong-an",
        "name": "Đảng ủy Công an thành phố",
        "kind": "bloc_committee",
        "parent": CITY,
    },
    {
        "unit": "dang-uy-quan-su",
        "name": "Đảng ủy Quân sự thành phố",
        "kind": "bloc_committee",
        "parent": CITY,
    },
)
"""AC-01, AC-02 and AC-03b of the requirements: who the scheme itself names."""


def wishes(files: Sequence[Path]) -> list[Wish]:
    """The city's units, then those of the files; Rejected when one row is wrong."""
    asked = [wish(dict(unit), None) for unit in CITY_UNITS]
    wrongs: list[Wrong] = []
    for path in files:
        sheet = read(path)
        sheet.need("code", "kind_en", "name")
        wrongs += repeated(sheet.rows, "code")
        for row in sheet.rows:
            found, wrong = commune(row)
            wrongs += wrong
            asked += found
    if wrongs:
        raise Rejected(wrongs)
    return asked


def commune(row: Row) -> tuple[list[Wish], list[Wrong]]:
    """The committee of one commune, ward or special zone; or what is wrong with its row."""
    missing = [column for column in ("code", "kind_en", "name") if row.get(column) is None]
    if missing:
        return [], [Wrong(row.file, row.number, c, "để trống", "is empty") for c in missing]
    area = row.cells["kind_en"]
    body = {
        "unit": row.cells["code"],
        "name": COMMITTEE.get(area, "{}").format(row.cells["name"]),
        "kind": "commune_committee",
        "parent": CITY,
        "area": area,
    }
    if (origin := row.get("origin")) is not None:
        body["origin"] = origin
    asked = wish(body, row)
    return [asked], wrongs_of(asked, COLUMNS)


def wish(body: dict[str, str], row: Row | None) -> Wish:
    """The registration of a unit."""
    return Wish(
        "registry", "RegisterUnit", f"unit/{body['unit']}", dict(body), row, shown=f"/units/{body['unit']}"
    )
