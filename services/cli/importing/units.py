"""Units: the city's committees of the scheme, and the commune-level ones of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from shared.registers import choices, spelling
from shared.registers.headings import Column, Form, words
from shared.registers.rows import Rejected, Row, Wrong, repeated
from shared.registers.tables import read, read_all
from shared.registers.wishes import Wish, wrongs_of

FORM = Form(
    (
        Column("code", ("mã", "mã đơn vị", "mã xã phường"), spelling.code, needed=True),
        Column("kind_en", ("loại", "loại hình", "xã phường"), words(choices.AREAS), needed=True),
        Column("name", ("tên", "tên đơn vị"), needed=True),
        Column("origin", ("địa bàn cũ", "tỉnh thành cũ"), words(choices.ORIGINS)),
    ),
    unused=("kind", "full_name", "alt_spelling", "former_districts", "merged_from", "area_km2"),
)
CITY = "thanh-uy-da-nang"
COMMISSION = "btgdv"
STANDING = "btv-thanhuy"
PEOPLES_COMMITTEE = "ubnd-tp"
COLUMNS = {"unit": "code", "area": "kind_en", "name": "name", "origin": "origin"}
COMMITTEE = {"ward": "Đảng ủy phường {}", "commune": "Đảng ủy xã {}", "special_zone": "Đặc khu {}"}
"""The scheme names party committees of communes and wards; of a special zone it says nothing."""

CITY_UNITS = (
    {"unit": CITY, "name": "Thành ủy Đà Nẵng", "kind": "city_committee"},
    {"unit": COMMISSION, "name": "Ban Tuyên giáo và Dân vận Thành ủy", "kind": "commission", "parent": CITY},
    {
        "unit": STANDING,
        "name": "Ban Thường vụ Thành ủy",
        "kind": "city_committee",
        "parent": CITY,
    },
    {
        "unit": PEOPLES_COMMITTEE,
        "name": "Ủy ban nhân dân thành phố Đà Nẵng",
        "kind": "authority",
        "parent": CITY,
    },
    {
        "unit": "so-tai-chinh",
        "name": "Sở Tài chính thành phố Đà Nẵng",
        "kind": "authority",
        "parent": PEOPLES_COMMITTEE,
    },
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
"""Who the scheme itself names: AC-01 to AC-05 of the requirements; competences are theirs."""


def wishes(files: Sequence[Path], encoding: str | None = None) -> list[Wish]:
    """The city's units, then those of the files; Rejected when one row is wrong."""
    asked = bodies()
    sheets, wrongs = read_all(files, FORM, encoding)
    wrongs += repeated((row for sheet in sheets for row in sheet.rows), "code")
    for sheet in sheets:
        for row in sheet.rows:
            found, wrong = commune(row)
            wrongs += wrong
            asked += found
    if wrongs:
        raise Rejected(wrongs)
    return asked


def bodies() -> list[Wish]:
    """The city's own bodies, each after the one it stands under."""
    return [wish(dict(unit), None) for unit in CITY_UNITS]


def commune(row: Row) -> tuple[list[Wish], list[Wrong]]:
    """The committee of one commune, ward or special zone; or what is wrong with its row."""
    if missing := row.empty(("code", "kind_en", "name")):
        return [], missing
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


SHORT = {"p": "phuong", "ph": "phuong", "x": "xa", "dk": "dac khu", "d k": "dac khu"}
WRITTEN_OUT = {"du": "dang uy", "ubnd": "uy ban nhan dan", "cq": "co quan", "tg dv": "tuyen giao va dan van"}
"""What the names of the city's own units are shortened with."""
OTHER_NAMES = {
    CITY: ("Thành ủy",), COMMISSION: ("Ban Tuyên giáo và Dân vận",), "dang-uy-ubnd": ("Đảng ủy Ủy ban nhân dân",),
    "dang-uy-co-quan-dang": ("Đảng ủy các cơ quan Đảng",), "dang-uy-cong-an": ("Đảng ủy Công an",),
    "dang-uy-quan-su": ("Đảng ủy Quân sự",),
}  # fmt: skip
BODY = re.compile(r"^(?:dang uy|du|dang bo) (?=phuong |xa |dac khu )")
OF_CITY = re.compile(r" (?:tp|thanh pho|t p)? ?da nang$")
IN_THE_CITY = re.compile(r" (?:tp|thanh pho|thanh uy)(?: da nang)?$")

UNITS_FILE = Path(__file__).resolve().parent.parent / "data" / "units_da_nang.csv"


def code_of(cell: str) -> str:
    """The code of a unit named by it or by its name (`Phường Hải Châu`, `Đảng ủy phường Hải Châu`); else as it was."""
    said = spelling.code(cell)
    known, name = names(), spelling.key(said)
    if name in known:
        return known[name]
    shorter = OF_CITY.sub("", name)
    for short, whole in SHORT.items():
        shorter = re.sub(rf"^((?:dang uy |du |dang bo )?){short} ", rf"\1{whole} ", shorter)
    if (bare := BODY.sub("", shorter)) in known:
        return known[bare]
    whole = " ".join(
        WRITTEN_OUT.get(word, word) for word in shorter.replace("tg dv", WRITTEN_OUT["tg dv"]).split()
    )
    return known.get(IN_THE_CITY.sub("", whole), said)


@cache
def names() -> Mapping[str, str]:
    """The codes of the city's units, its communes and wards by what they are called."""
    found = {spelling.key(unit["name"]): unit["unit"] for unit in CITY_UNITS}
    found |= {spelling.key(name): unit for unit, names in OTHER_NAMES.items() for name in names}
    for row in read(UNITS_FILE).rows:
        called = [row.cells["name"], row.cells["full_name"], f"Đảng ủy {row.cells['full_name']}"]
        called += [row.cells["alt_spelling"]] if "alt_spelling" in row.cells else []
        found |= {spelling.key(each): row.cells["code"] for each in called}
    return MappingProxyType(found)
