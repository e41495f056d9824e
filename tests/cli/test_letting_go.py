"""After reporting came out of a backup the second witness begins anew with what is another log now, nothing else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from services.cli.restoring.letting_go import let_go
from services.cli.talking import Refusal
from shared.process.own_keys import COSIGNED
from shared.tlog.checkpoint import Checkpoint, sign
from shared.tlog.note import LOG, SigningKey

ROOT, OTHER = bytes(range(32)), bytes(32)


class Told:
    """A system whose second witness has cosigned `seen` of each log, and reporting has these roots there."""

    def __init__(self, seen: int | None, roots: dict[str, bytes | None]) -> None:
        self.seen = seen
        self.roots = roots
        self.asked: list[tuple[str, str, Any]] = []

    def text(self, service: str, path: str) -> bytes:
        log = path.split("/")[2]
        assert (service, path) == ("awards", f"/witness/{log}/checkpoint")
        if self.seen is None:
            raise Refusal(service, {"code": "path.unknown"})
        key = SigningKey(f"dvk.test/{log}", LOG, bytes(32))
        return sign(Checkpoint(key.name, self.seen, ROOT), key).raw

    def get(self, service: str, path: str, _actor: Any, params: Any) -> dict[str, str]:
        assert (service, params) == ("reporting", {"position": 1, "size": self.seen})
        root = self.roots["ledger" if path.startswith("/ledger") else "reporting"]
        if root is None:
            raise Refusal(service, {"code": "size.unknown"})
        return {"root": root.hex()}

    def call(self, service: str, path: str, _actor: Any, params: Any) -> dict[str, bool]:
        self.asked.append((service, path, params))
        return {"forgotten": True}


@pytest.mark.parametrize(
    ("seen", "roots", "forgotten"),
    [
        (7, {"reporting": ROOT, "ledger": ROOT}, []),
        (7, {"reporting": ROOT, "ledger": OTHER}, ["ledger"]),
        (7, {"reporting": None, "ledger": None}, ["reporting", "ledger"]),
        (0, {"reporting": None, "ledger": None}, []),
        (None, {"reporting": None, "ledger": None}, []),
    ],
    ids=["nothing was lost", "another ledger", "fewer of both", "nothing was there", "never cosigned"],
)
def test_the_second_witness_begins_anew_with_a_log_that_is_another_one(
    seen: int | None, roots: dict[str, bytes | None], forgotten: list[str]
) -> None:
    system, said = Told(seen, roots), list[str]()
    let_go(cast(Any, system), "the disk burnt", said.append)
    assert system.asked == [
        ("awards", "/witness/forget", {"log": log, "reason": "the disk burnt"}) for log in forgotten
    ]
    assert [line.split(":")[0] for line in said] == forgotten
    assert all("nhân chứng thứ hai" in line and "second witness" in line for line in said)
    assert [*COSIGNED] == ["reporting", "ledger"]
