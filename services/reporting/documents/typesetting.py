"""Typst in a process of its own: JSON comes in, a PDF goes out, and all the memory it took goes with it.

Run as a file, so that nothing but typst is loaded. Typst remembers parts of its last documents, 25 MB for each of a
hundred units: more than a service should carry for the few times a day that somebody wants pages.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import typst


def main() -> None:
    """`typesetting.py TEMPLATE DATE < report.json > report.pdf`, with the fonts typst carries and no others."""
    template, date = sys.argv[1:]
    made = typst.compile(
        Path(template).read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": sys.stdin.buffer.read().decode()},
        pdf_standards=["a-2b"],
        timestamp=datetime.fromisoformat(date).replace(tzinfo=UTC),
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
