"""The years for which a model is registered: the first one fixed for ever, each further one by a renewal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.contracts.registry import ModelRegistered, RegistrationRenewed

from .declared import Declared


@dataclass(frozen=True)
class Registration:
    """One year for which a model is registered, as it stands with its latest documents."""

    year: int
    basis: str
    on: date
    late: bool
    backdated: bool
    documents: Declared
    policy_version: int | None = None


def first(event: ModelRegistered, fields: Declared) -> Registration:
    """The registration that a model came with."""
    return _of(event, event.basis, fields)


def further(event: RegistrationRenewed, fields: Declared) -> Registration:
    """That of a further year: a model that was there before is maintained."""
    return _of(event, "maintained", fields)


def _of(event: ModelRegistered | RegistrationRenewed, basis: str, fields: Declared) -> Registration:
    return Registration(
        event.year, basis, event.on, event.late, event.backdated, _documents(fields), event.policy_version
    )


def amended(
    registrations: tuple[Registration, ...], fields: Declared, late: bool | None
) -> tuple[Registration, ...]:
    """Amended documents are those of the latest year. Year, basis and lateness could be amended only before each
    year had a registration of its own; what was recorded so is read so."""
    *earlier, latest = registrations
    latest = replace(latest, late=latest.late if late is None else late, documents=_documents(fields))
    if not earlier:
        latest = replace(latest, year=fields["year"], basis=fields["basis"])
    return (*earlier, latest)


def _documents(fields: Declared) -> Declared:
    return {name: fields[name] for name in ("registration_document", "plan_document") if name in fields}


def shown(one: Registration) -> dict[str, Any]:
    """The registration as readers see it."""
    told: dict[str, Any] = {
        "year": one.year,
        "basis": one.basis,
        "on": one.on.isoformat(),
        "late": one.late,
        "backdated": one.backdated,
        **one.documents,
    }
    return told if one.policy_version is None else {**told, "policy_version": one.policy_version}
