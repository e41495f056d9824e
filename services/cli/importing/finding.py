"""Which model a row means: by its id, its reference number or legacy id, or by its name in its unit."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.cli.importing.units import code_of
from services.cli.talking import READER, System
from shared.registers import spelling
from shared.registers.headings import Column
from shared.registers.rows import Row, Wrong

AT_ONCE = 500
COLUMNS = (
    Column("model", ("mã mô hình", "số đăng ký", "mã số mô hình")),
    Column("unit", ("đơn vị", "mã đơn vị", "phường, xã", "xã, phường", "tên đơn vị"), code_of),
    Column("model_name", ("tên mô hình", "mô hình")),
)
"""What a row may say of the model it is about."""


class Models:
    """The models on record, by everything a row may call them."""

    def __init__(self, cards: Iterable[Mapping[str, Any]], after: str | None = None) -> None:
        self.after = after
        """What the registry had recorded by then (`registry:120`); others must have heard it first."""
        self._codes: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        for card in cards:
            for code in (card["id"], card.get("reference"), card.get("legacy_id")):
                if code:
                    self._codes[code.lower()].add(card["id"])
            self._names[spelling.key(card["name"])][card["id"]] = card["unit"]

    def find(self, row: Row) -> str | Wrong:
        """The id of the one model that a row means, or what is wrong with what it says."""
        if (code := row.get("model")) is not None:
            found = sorted(self._codes.get(code.lower(), ()))
            column = "model"
        elif (name := row.get("model_name")) is not None:
            unit = row.get("unit")
            named = self._names.get(spelling.key(name), {})
            found = sorted(model for model, of in named.items() if unit in (None, of))
            column = "model_name"
        else:
            vi = "cần mã mô hình, hoặc tên mô hình (và đơn vị)"
            return row.wrong("model", vi, "needs the model's code, or its name (and unit)")
        if len(found) == 1:
            return found[0]
        if not found:
            return row.wrong(
                column, "không có mô hình này; hãy nhập mô hình trước", "no such model: import models first"
            )
        said = ", ".join(found[:5])
        vi, en = f"có {len(found)} mô hình như vậy", f"there are {len(found)} such models"
        return row.wrong(column, f"{vi}; hãy ghi mã mô hình: {said}", f"{en}: say which by its code: {said}")


def on_record(system: System) -> Models:
    """All models that the registry has recorded by now, as reporting lists them."""
    head = json.loads(system.text("registry", "/log/head"))["position"]
    after, cards = f"registry:{head}", list[Mapping[str, Any]]()
    while True:
        asked = {"limit": AT_ONCE, "offset": len(cards), "after": after}
        page = system.get("reporting", "/models", READER, asked)
        cards += page["items"]
        if not page["items"] or len(cards) >= page["total"]:
            return Models(cards, after)
