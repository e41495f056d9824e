"""`dvk form export`: a form for a unit without a network, filled in as a file and taken back by `dvk import form`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from services.cli.connection import connection, system_of
from services.cli.talking import System
from services.cli.telling import Failure, out
from shared.contracts.words import spelling
from shared.registers.blank import CODES, Blank, workbook


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("what", choices=("export",), help="xuất biểu mẫu · hand out a form")
    parser.add_argument("kind", choices=tuple(CODES), help="đăng ký mô hình, báo cáo · which")
    parser.add_argument("--unit", required=True, metavar="UNIT", help="mã đơn vị · the unit's code")
    parser.add_argument("--period", metavar="PERIOD", help="kỳ báo cáo · of a report: 2026-H1, 2026")
    parser.add_argument("--out", type=Path, metavar="FILE", help="tệp XLSX · where to write it")
    connection(parser)


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    blank = blank_of(system_of(args), args.kind, args.unit, args.period)
    path = args.out or Path(blank.file)
    path.write_bytes(workbook(blank))
    out(str(path))
    return 0


def blank_of(system: System, kind: str, unit: str, period: str | None) -> Blank:
    """The form of a unit with what the system knows of it; Refusal when there is no such unit or period."""
    if kind == "registration":
        found: dict[str, Any] = system.get("registry", f"/units/{unit}")
        return Blank("registration", unit, found["name"])
    if period is None:
        raise Failure(
            "form export unit-report: nêu kỳ báo cáo (--period 2026-H1)",
            "form export unit-report: say of which period (--period 2026-H1)",
        )
    known: dict[str, Any] = system.get("reporting", f"/unit-reports/{unit}:{period}")
    said = known["suggested"]
    return Blank("unit-report", unit, known["unit_name"], period, spelling.period(period, "vi"),
                 said["activities"], said["documents"])  # fmt: skip
