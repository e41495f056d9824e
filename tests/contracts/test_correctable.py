"""Whatever is recorded of a thing can be corrected, or it is said here that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from services.appraisal.domain import corrections as of_appraisal
from services.awards.domain import corrections as of_awards
from services.registry.domain import corrections as of_registry
from shared.contracts.catalog import events_of

MEMBERS: Mapping[str, Mapping[type[Any], frozenset[str]]] = {
    "registry": of_registry.MEMBERS,
    "appraisal": of_appraisal.MEMBERS,
    "awards": of_awards.MEMBERS,
}
OF_EVERY_SERVICE = {"RecordCorrected", "EvidenceWithdrawn", "FollowerSkipped", "KeyReplaced", "RelayReset"}
"""A correction is corrected by the next one of the same event; the others tell what an operator did."""
NEVER = {
    "registry": {
        "UnitRegistered", "UnitAmended", "UnitClosed", "PolicyPublished", "LegalBasisRecorded", "PersonErased",
        "PersonsLinked", "TokensRevoked",
    },
    "appraisal": set[str](),
    "awards": {
        "FormsPublished", "RecognitionOpened", "RecognitionWithdrawn", "ListingOpened", "ListingWithdrawn",
        "RoundOpened", "RoundReopened",
    },
}  # fmt: skip
"""What is amended or published anew instead, what the system asks of itself, and what is done once for good."""


@pytest.mark.parametrize("service", MEMBERS)
def test_every_event_can_be_corrected_or_it_is_said_that_it_cannot(service: str) -> None:
    correctable = {kind.__name__ for kind in MEMBERS[service]}
    rest = {name for name, _ in events_of(service)} - correctable - OF_EVERY_SERVICE

    assert rest - NEVER[service] == set(), f"its members go into MEMBERS of {service}'s domain/corrections.py"
    assert NEVER[service] - rest == set()
