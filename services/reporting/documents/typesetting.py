"""Typst in a process of its own: JSON comes in, a PDF goes out, and all the memory it took goes with it.

Run as a file, so that nothing but typst is loaded. Typst remembers parts of its last documents, 25 MB for each of a
hundred units: more than a service should carry for the few times a day that somebody wants pages.

PDF/A has a glyph for every character, or there is no PDF. Texts of Vietnamese and its neighbours have theirs in the
fonts that typst carries. Whatever else stands in a report is tried first, on a page of its own with the Noto fonts:
typst says which signs no font has, and a box takes the place of those.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import typst

OUR_OWN = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern Math")
"""What typst carries, in the order in which a sign is looked for; then every other family, Chinese last."""
NOTO = ("manimgx_fonts", "manimgx_fonts_cjk")
HAN = "Noto Sans CJK SC"
"""Of the five national forms of Chinese characters the one that has the most of them."""

COMMON = (
    " -~\u00a0-\u00ac\u00ae-\u017f\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9"
    "\u2010-\u2014\u2018-\u201e\u2022\u2026\u20ab\u25a1"
)
"""Characters of which typst's fonts have a glyph in every style, whatever stands beside them (a test says so)."""
RARE = re.compile(f"[^{COMMON}\n]")
RUN = re.compile(f"[{COMMON}]?[^{COMMON}\n]+")
MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
BOX = "\u25a1"
MOST_TRIES = 300
"""So many signs without a glyph are found one by one; beyond them everything rare becomes a box."""

PROBE = b"""
#set text(font: json(bytes(sys.inputs.fonts)), fallback: false, lang: "vi")
#for run in json(bytes(sys.inputs.report)) [#run #strong(run) #emph(run) #strong(emph(run)) \\ ]
"""

Make = Callable[[Any], bytes]


def main() -> None:
    """`typesetting.py TEMPLATE DATE < report.json > report.pdf`, with the fonts we carry and no others."""
    template, date = sys.argv[1:]
    report = json.load(sys.stdin)
    runs = sorted(set(RUN.findall("\n".join(texts(report)))))
    compiler, families = with_fonts(bool(runs))
    stamp = datetime.fromisoformat(date).replace(tzinfo=UTC)

    def made(source: bytes) -> Make:
        def make(data: Any) -> bytes:
            inputs = {"report": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(families)}
            return compiler.compile(  # pyright: ignore[reportReturnType]
                source, format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"], timestamp=stamp
            )

        return make

    if runs:
        tried, _ = displayed(made(PROBE), runs)
        shown = dict(zip(runs, tried, strict=True))
        report = mapped(report, lambda text: RUN.sub(lambda run: shown[run[0]], text))
    _, pdf = displayed(made(Path(template).read_bytes()), report)
    sys.stdout.buffer.write(pdf)


def with_fonts(noto: bool) -> tuple[typst.Compiler, list[str]]:
    """A compiler, and the families of its fonts; Noto only where it is needed, so that most pages are made quickly."""
    folders = [
        str(Path(spec.origin).parent) for name in NOTO if noto and (spec := find_spec(name)) and spec.origin
    ]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    others = sorted(
        family for family in fonts.families() if family.startswith("Noto") and "CJK" not in family
    )
    return typst.Compiler(font_paths=fonts), [OUR_OWN[0], *others, *OUR_OWN[1:], *([HAN] if noto else [])]


def displayed(make: Make, data: Any) -> tuple[Any, bytes]:
    """What can be displayed of the data, and what was made of it: signs that no font has become boxes."""
    for _ in range(MOST_TRIES):
        try:
            return data, make(data)
        except typst.TypstError as error:
            if (found := MISSING.search(str(error))) is None:
                raise
            fewer = without(data, ESCAPED.sub(unescaped, found[1]))
            if fewer == data:
                break
            data = fewer
    data = mapped(data, lambda text: RARE.sub(BOX, text))
    return data, make(data)


def without(data: Any, sign: str) -> Any:
    """The data with a box for what is rare in a sign, wherever the sign stands."""
    box = RARE.sub(BOX, sign)
    return mapped(data, lambda text: text.replace(sign, box))


def unescaped(part: re.Match[str]) -> str:
    """A character as typst's messages write it."""
    return chr(int(part[1], 16)) if part[1] else part[2]


def texts(value: Any) -> list[str]:
    """All texts of a JSON value."""
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        return [text for each in cast("list[Any]", value) for text in texts(each)]
    return [value] if isinstance(value, str) else []


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same JSON value with each text changed."""
    if isinstance(value, dict):
        return {name: mapped(each, change) for name, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [mapped(each, change) for each in cast("list[Any]", value)]
    return change(value) if isinstance(value, str) else value


if __name__ == "__main__":
    main()
