"""What everybody with a token may read of the awards: recognitions and listings that stand, without persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.commands.looking import Look

Shown = Mapping[str, Any]


async def of_recognition(_id: str, shown: Shown, _look: Look) -> dict[str, Any] | None:
    """A recognition that stands; None while nothing is decided, and once it is declined or revoked."""
    return _without_persons(shown) if shown.get("state") == "recognised" else None


async def of_listing(_id: str, shown: Shown, _look: Look) -> dict[str, Any] | None:
    """An entry of the replication list that stands; None for any other."""
    return _without_persons(shown) if shown.get("state") == "listed" else None


def _without_persons(shown: Shown) -> dict[str, Any]:
    """The same but for who the persons among the subjects are: their kind and their unit remain."""
    if "subjects" not in shown:
        return {**shown, "public": True}
    subjects = [{k: v for k, v in one.items() if k != "person"} for one in shown["subjects"]]
    return {**shown, "subjects": subjects, "public": True}
