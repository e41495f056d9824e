"""`dvk import`: units, models, reports, earlier decisions, the baseline and the scheme, as often as one likes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.cli.connection import connection, system_of
from services.cli.importing import baseline, earlier, finding, models, scheme, units
from services.cli.importing.sending import send
from services.cli.importing.units import code_of
from services.cli.telling import Failure, collecting, fail, note, out
from shared.registers import filled, reports
from shared.registers.headings import Form
from shared.registers.rows import Rejected, write_rejected
from shared.registers.wishes import Wish
from shared.text.encodings import CONVERSIONS

Ask = Callable[[argparse.Namespace], list[Wish]]


@dataclass(frozen=True)
class Kind:
    """What can be imported: how it is called, its columns, and the wishes that its files ask for."""

    vi: str
    en: str
    ask: Ask
    form: Form | None = None


KINDS = {
    "units": Kind("Đơn vị", "units", lambda args: units.wishes(args.files, args.encoding), units.FORM),
    "models": Kind("Mô hình", "models, from a register", lambda args: models.wishes(
        args.files, unit=args.unit, encoding=args.encoding), models.FORM),
    "reports": Kind("Báo cáo của đơn vị", "reports of units", lambda args: reports.wishes(
        args.files, code_of, args.encoding), reports.FORM),
    "form": Kind("Biểu mẫu đã điền", "forms filled in (dvk form export)", lambda args: [
        wish for path in args.files for wish in filled.wishes(path)]),
    "recognitions": Kind("Công nhận trước 2026", "recognitions before the scheme", lambda args: earlier.recognitions(
        args.files, lambda: finding.on_record(system_of(args)), args.encoding), earlier.RECOGNITIONS),
    "listings": Kind("Danh mục nhân rộng 2023-2025", "the earlier replication list", lambda args: earlier.listings(
        args.files, lambda: finding.on_record(system_of(args)), args.encoding), earlier.LISTINGS),
    "scheme": Kind("Đề án", "policy, criteria, forms (JSON)", lambda args: scheme.wishes(args.files)),
}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = columns()
    parser.add_argument("what", choices=(*KINDS, "baseline"), help="nhập gì · what")
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="CSV, XLSX; scheme, baseline: JSON"
    )
    connection(parser)
    parser.add_argument(
        "--unit", metavar="UNIT", help="models: đơn vị của cả tệp · of a file without that column"
    )
    parser.add_argument(
        "--encoding", choices=tuple(CONVERSIONS), help="bảng mã cũ của tệp · what its texts were written in"
    )
    parser.add_argument(
        "--check", action="store_true", help="chỉ kiểm tra, không gửi gì · dry run: send nothing"
    )
    parser.add_argument(
        "--rejected", type=Path, metavar="FILE", help="ghi mọi dòng bị loại (CSV) · write every rejected row"
    )
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def columns() -> str:
    """The columns of each kind, those that must be there with a star."""
    told = ["các cột (* bắt buộc), tên tiếng Việt có dấu hoặc không dấu · columns (* needed):"]
    for name, kind in KINDS.items():
        if kind.form is not None:
            told += ["", f"  {name}: {kind.vi} · {kind.en}"]
            told += [
                f"    {column.name + '*' * column.needed:<22}{'; '.join(column.headings[:2])}"
                for column in kind.form.columns
            ]
    return "\n".join([*told, "", "Ví dụ · examples: docs/importing.md, docs/examples/"])


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if args.what == "baseline":
        return baseline.run(args.files, None if args.check else system_of(args), args.json)
    if args.what != "scheme" and not args.files:
        raise Failure(f"import {args.what}: nêu tệp cần nhập", f"import {args.what}: name a file")
    kind = KINDS[args.what]
    with collecting() as notices:
        try:
            wishes = kind.ask(args)
        except Rejected as rejected:
            return tell_rejected(rejected, args, notices)
    if args.check:
        if args.rejected:
            write_rejected(args.rejected, ())
        return tell_checked(wishes, args.json, notices)
    outcome = send(system_of(args), wishes, kind.vi)
    if args.rejected:
        write_rejected(args.rejected, outcome.rejected())
    return outcome.tell(args.json, notices)


def tell_checked(wishes: Sequence[Wish], as_json: bool, notices: Sequence[str]) -> int:
    """That a dry run found nothing wrong."""
    if as_json:
        out(json.dumps({"valid": len(wishes), "refused": [], "notices": [*notices]}, ensure_ascii=False))
    else:
        out(f"{len(wishes)} lệnh hợp lệ, chưa gửi gì · commands, all of them valid; nothing was sent")
    return 0


def tell_rejected(rejected: Rejected, args: argparse.Namespace, notices: Sequence[str]) -> int:
    """What is wrong with the files; nothing was sent."""
    if args.rejected:
        write_rejected(args.rejected, rejected.wrongs)
    if args.json:
        members = ("file", "row", "column", "vi", "en")
        refused = [{name: getattr(wrong, name) for name in members} for wrong in rejected.wrongs]
        told = {"sent": 0, "unchanged": 0, "refused": refused, "notices": [*notices]}
        out(json.dumps(told, ensure_ascii=False))
    else:
        fail(rejected)
        if args.rejected:
            note(f"  → {args.rejected}")
    return 1
