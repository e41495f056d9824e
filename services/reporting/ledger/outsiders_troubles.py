"""Why witnesses that others run have not cosigned: who refuses, and who has been silent since when.

    outside: { _id: "troubles", of: [ { log, witness, since, refuses, reason } ] }       since: seconds since 1970

Kept in the database, so that a restart does not begin to wait anew. A refusal is an alarm at once: somebody else has
seen another history, or does not know our key. Silence is one after an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

from shared.store.mongo import Database

SILENT_SECONDS = 3600
PLACE = "troubles"

Trouble = dict[str, Any]
logger = structlog.get_logger("dvk.outside")


class OutsidersTroubles:
    """The troubles as of the last time each was asked, by log and witness."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._kept = database["outside"]
        self._now = now
        self._of: dict[tuple[str, str], Trouble] | None = None

    async def failed(self, log: str, witness: str, wrong: Exception) -> None:
        """It has not cosigned a checkpoint of this log, and why."""
        known, refuses = await self._known(), not isinstance(wrong, httpx.HTTPError)
        before = known.get((log, witness))
        reason = f"{type(wrong).__name__}: {wrong}"[:300]
        if before is not None and (before["refuses"], before["reason"]) == (refuses, reason):
            return
        logger.warning("another witness does not cosign", source=log, witness=witness, reason=reason)
        same = before is not None and before["refuses"] == refuses
        since = before["since"] if before is not None and same else self._now()
        known[log, witness] = {
            "log": log, "witness": witness, "since": since, "refuses": refuses, "reason": reason,
        }  # fmt: skip
        await self._keep()

    async def cosigned(self, log: str, witness: str) -> None:
        """It has; what was wrong is over."""
        if (await self._known()).pop((log, witness), None) is not None:
            await self._keep()

    async def only_of(self, witnesses: set[str]) -> None:
        """Forget those who are not asked any more."""
        known = await self._known()
        gone = [place for place in known if place[1] not in witnesses]
        for place in gone:
            del known[place]
        if gone:
            await self._keep()

    async def row(self) -> dict[str, Any]:
        """What they add to the row of `/followers`: alarms are made of `refusing` and `silent`."""
        known = list((await self._known()).values())
        if not known:
            return {}
        names = sorted(f"{each['log']} {each['witness']}" for each in known)
        reasons = "; ".join(sorted({each["reason"] for each in known}))[:300]
        row: dict[str, Any] = {"state": "waiting", "reason": reasons, "refused": names}
        if refusing := [_told(each) for each in known if each["refuses"]]:
            row["refusing"] = refusing
        late = {each["witness"]: each for each in known if not each["refuses"]}
        silent = [each for each in late.values() if self._now() - each["since"] > SILENT_SECONDS]
        if silent:
            row["silent"] = [_told(each) | {"seconds": self._now() - each["since"]} for each in silent]
        return row

    async def _known(self) -> dict[tuple[str, str], Trouble]:
        if self._of is None:
            found: Mapping[str, Any] = await self._kept.find_one({"_id": PLACE}) or {"of": []}
            of: list[Trouble] = found["of"]
            self._of = {(each["log"], each["witness"]): each for each in of}
        return self._of

    async def _keep(self) -> None:
        of = list((await self._known()).values())
        await self._kept.update_one({"_id": PLACE}, {"$set": {"of": of}}, upsert=True)


def _told(trouble: Trouble) -> Trouble:
    return {name: trouble[name] for name in ("log", "witness", "reason")}
