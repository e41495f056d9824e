"""The policy that the scheme is begun with: published by the first start, and what holds where none is in force yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("policy.json")
"""The terms of `PublishPolicy`; the one place where they stand (local policy, not the scheme's text)."""


def default_policy() -> dict[str, Any]:
    """The terms as JSON values."""
    return json.loads(FILE.read_text("utf-8"))
