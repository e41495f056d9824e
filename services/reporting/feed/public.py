"""Which events everybody may know, and which of them somebody wants. Pure.

Public is what authority decided and what stands in its two lists: recognised and revoked, listed and delisted,
commendations granted and cancelled; and what corrects one of these. What was proposed, found, refused or put off is
not. An event is public whole, in the bytes of the log, so that it can be proven; persons in it stay sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from services.reporting.facts import said
from services.reporting.facts.said.reading import read
from shared.contracts import awards
from shared.contracts.awards_shared import AwardLevel
from shared.contracts.correcting import RecordCorrected
from shared.contracts.message import Event, FieldName
from shared.contracts.subjects import token
from shared.eventlog.port import Recorded

SOURCE = "awards"
"""The one service whose log has public events; `position` is the place in it."""

PUBLIC: Mapping[type[Event], str] = {
    awards.ModelRecognised: "mô hình được công nhận · a model is recognised",
    awards.RecognitionRevoked: "công nhận bị thu hồi · a recognition is revoked",
    awards.ModelListed: "mô hình vào danh mục nhân rộng · a model is listed for replication",
    awards.ModelDelisted: "mô hình ra khỏi danh mục · a model is delisted",
    awards.CommendationGranted: "khen thưởng được quyết định · a commendation is granted",
    awards.CommendationCancelled: "khen thưởng bị hủy · a commendation is cancelled",
}
"""The public events; nothing else is public but a `RecordCorrected` of one of them."""
FACTS: Mapping[str, str] = {kind.fact_name(): says for kind, says in PUBLIC.items()}

CORRECTION = RecordCorrected.fact_name()
PREFIX = "dvk.public"
LEVELS: tuple[str, ...] = get_args(AwardLevel)
FIELDS: tuple[str, ...] = get_args(FieldName)


def fact_of(event: Recorded) -> str | None:
    """The public fact that this event is or corrects; None for an event that is not public."""
    if event.service != SOURCE:
        return None
    name = read(said.RecordCorrected, event.data).corrected_type if event.name == CORRECTION else event.name
    return name if name in FACTS else None


def public_subject(event: Recorded, fact: str) -> str:
    """`dvk.public.<fact>.<recorded|corrected>.<level>.<field>.<unit>`, `_` where one does not apply.

    A correction carries level, field and unit of what it corrects, so whoever was told the one is told the other.
    """
    how = "corrected" if event.name == CORRECTION else "recorded"
    about = (token(event.data.get(member)) for member in ("level", "field", "unit"))
    return ".".join((PREFIX, fact, how, *about))


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to be told; of a member that names nothing, everything."""

    facts: Collection[str] = ()
    levels: Collection[str] = ()
    fields: Collection[str] = ()
    units: Collection[str] = ()

    def takes(self, event: Recorded) -> bool:
        """True for a public event that is wanted."""
        fact = fact_of(event)
        return (
            fact is not None
            and (not self.facts or fact in self.facts)
            and _among(self.levels, event.data, "level")
            and _among(self.fields, event.data, "field")
            and _among(self.units, event.data, "unit")
        )


def _among(wanted: Collection[str], data: Mapping[str, Any], member: str) -> bool:
    return not wanted or data.get(member) in wanted
