"""What the console itself refuses: the sentences stand in `words/vi.toml` and `words/en.toml`, by stable code."""

from __future__ import annotations

from pathlib import Path

from shared.wiring import problems_in

PROBLEMS = problems_in(Path(__file__).with_name("words"))
