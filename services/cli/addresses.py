"""Where the services answer, as somebody says it on a command line."""

from __future__ import annotations

from collections.abc import Iterable

from services.cli.telling import Failure
from shared import SERVICES


def addresses(given: Iterable[str]) -> dict[str, str]:
    """`registry=https://…`, each for one service; Failure for what is none."""
    found: dict[str, str] = {}
    for text in given:
        name, _, url = text.partition("=")
        if name not in SERVICES or not url.startswith(("http://", "https://")):
            raise Failure(
                f"“{text}”: viết dịch-vụ=địa-chỉ, ví dụ registry=https://dvk.example/registry",
                f"{text!r}: write service=address, such as registry=https://dvk.example/registry",
            )
        found[name] = url.rstrip("/")
    return found
