"""`dvk papers`: the templates of papers, to be copied and edited in Word, and tried before they are used.

`check DIR` fills each template of a directory with sample data and names every field that nobody fills; `copy DIR`
puts the shipped templates there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.report import keep
from services.cli.telling import Failure, note, out
from services.reporting.documents.papers import PAPERS
from services.reporting.documents.papers.filling import Spoilt, fill, unfilled
from services.reporting.documents.papers.samples import sample
from services.reporting.documents.papers.shelf import template


@dataclass(frozen=True)
class Tried:
    """What is to be said of one file of a directory; nothing wrong, and both are empty."""

    file: str
    unfilled: tuple[str, ...] = ()
    broken: str = ""

    def told(self) -> tuple[str, str]:
        """The same in both languages."""
        if self.broken:
            return f"{self.file}: không đọc được: {self.broken}", f"cannot be read: {self.broken}"
        if self.unfilled:
            names = ", ".join(self.unfilled)
            return f"{self.file}: không có dữ liệu cho: {names}", f"nobody fills: {names}"
        return f"{self.file}: dùng được", "fit for use"


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "what", choices=("check", "copy"), help="thử mẫu, hoặc chép mẫu có sẵn · try, or copy"
    )
    parser.add_argument(
        "directory", type=Path, metavar="DIR", help="thư mục mẫu · the directory of templates"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="check: ghi các bản điền thử · keep what was filled"
    )
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when every template of the directory is fit for use."""
    if args.what == "copy":
        return copy(args.directory)
    if not args.directory.is_dir():
        raise Failure(f"Không có thư mục {args.directory}", f"There is no directory {args.directory}")
    found = list(tried(args.directory, args.out))
    if args.json:
        out(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            out(" · ".join(one.told()))
        if not found:
            note(f"{args.directory}: không có tệp .docx nào · no .docx there; the shipped ones are used")
    return 0 if all(not (one.broken or one.unfilled) for one in found) else 1


def tried(directory: Path, kept: Path | None) -> Iterator[Tried]:
    """Each template of a directory, filled with sample data."""
    for file in sorted(directory.glob("*.docx")):
        if file.name.startswith("~$"):
            continue  # Word's own note that somebody has the file open
        kind = file.stem
        if kind not in PAPERS:
            known = ", ".join(PAPERS)
            yield Tried(file.name, broken=f"tên tệp không phải một loại giấy tờ · no kind of paper ({known})")
            continue
        try:
            written, fields = file.read_bytes(), sample(kind)
            missing = tuple(unfilled(written, fields))
            made = fill(written, fields)
        except (Spoilt, OSError) as error:
            yield Tried(file.name, broken=str(error))
            continue
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            keep(kept / file.name, made)
        yield Tried(file.name, missing)


def copy(directory: Path) -> int:
    """The shipped templates into a directory; what lies there already stays as it is."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"Không tạo được {directory}", f"Cannot make {directory}: {error}") from error
    for kind, paper in PAPERS.items():
        file = directory / f"{kind}.docx"
        if file.exists():
            note(f"{file}: đã có, giữ nguyên · there already, left as it is")
            continue
        keep(file, template(kind, None))
        note(f"{file}: {paper.title}")
    return 0
