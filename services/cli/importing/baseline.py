"""The baseline of 2023-2025: figures as the scheme prints them. They are quotations, so importing is comparing.

The reporting service ships them; no command changes them. A file that says otherwise is told where it differs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from services.cli.talking import System
from services.cli.telling import Failure, note, out
from shared.registers.rows import Rejected, Wrong

NEEDED = ("key", "value", "unit", "qualifier", "scope", "phrase_vi", "source")
COMPARED = ("value", "unit", "qualifier", "scope", "phrase_vi", "field", "printed_percent")


def run(files: Sequence[Path], system: System | None, as_json: bool) -> int:
    """Check the files, and compare them with what reporting shows (not with `--check`, when there is no system)."""
    if not files:
        raise Failure("import baseline: nêu tệp cần nhập", "import baseline: name a file")
    figures = [figure for path in files for figure in figures_of(path)]
    if system is None:
        out(f"{len(figures)} số liệu hợp lệ · figures, all of them valid")
        return 0
    shown = shown_by(system)
    refused = [
        (figure["key"], said) for figure in figures if (said := difference(figure, shown.get(figure["key"])))
    ]
    unchanged = len(figures) - len(refused)
    if as_json:
        told = [{"about": key, "en": said} for key, said in refused]
        out(json.dumps({"sent": 0, "unchanged": unchanged, "refused": told}, ensure_ascii=False))
        return 1 if refused else 0
    for key, said in refused:
        note(
            f"✗ {key}: khác với số liệu nền của dịch vụ báo cáo · differs from the baseline of reporting: {said}"
        )
    out(f"không đổi {unchanged}, khác {len(refused)} · unchanged {unchanged}, other {len(refused)}")
    return 1 if refused else 0


def figures_of(path: Path) -> list[dict[str, Any]]:
    """The figures of a file, each with all that must be said of it."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Failure(f"Không đọc được {path}", f"Cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise Failure(f"{path.name} không phải JSON: {error}", f"{path.name} is not JSON: {error}") from error
    figures: Any = cast("dict[str, Any]", found).get("statistics") if isinstance(found, dict) else found
    if not isinstance(figures, list):
        raise Failure(f"{path.name}: thiếu danh sách statistics", f"{path.name} has no list of statistics")
    wrongs = [
        Wrong(path.name, number, member, "thiếu", "is missing")
        for number, figure in enumerate(cast("list[Any]", figures), start=1)
        for member in NEEDED
        if not isinstance(figure, dict) or member not in figure
    ]
    if wrongs:
        raise Rejected(wrongs)
    return cast("list[dict[str, Any]]", figures)


def shown_by(system: System) -> dict[str, dict[str, Any]]:
    """What reporting shows, by key."""
    found = system.get("reporting", "/baseline")
    figures: list[dict[str, Any]] = found.get("statistics", found.get("figures", []))
    return {figure["key"]: figure for figure in figures}


def difference(figure: dict[str, Any], shown: dict[str, Any] | None) -> str:
    """In what a figure differs from the one shown; empty when in nothing."""
    if shown is None:
        return "—"
    differing = [m for m in COMPARED if m in figure and figure[m] != shown.get(m)]
    return "; ".join(f"{m}: {figure[m]} ≠ {shown.get(m)}" for m in differing)
