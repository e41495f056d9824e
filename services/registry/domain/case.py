"""What the registry's decisions may know besides their own history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.registry import PolicyPublished, Similar
from shared.decider import Case

from .decisions import Standing
from .declared import Declared
from .listing import Listing
from .model_record import Model, Unregistered
from .policy import Scheme


@dataclass(frozen=True)
class UnitCase(Case):
    """What stands under a unit: models that have not ended, and units that are open (at most 20 of each)."""

    running_models: tuple[str, ...] = ()
    open_children: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelCase(Case):
    """The policy, a free reference, names that come close, and whether the adoption it grew from exists.

    For a correction: `standing`, what authority decided on the model and did not take back, and `recorded_on`, the
    day on which the event to be corrected was recorded, and `subjects_then`, those that a registration named.
    """

    scheme: Scheme = field(default_factory=Scheme)
    reference: str = ""
    similar: tuple[Similar, ...] = ()
    adoption_known: bool = True
    standing: tuple[Standing, ...] = ()
    recorded_on: date | None = None
    subjects_then: tuple[Declared, ...] | None = None

    @property
    def policy(self) -> PolicyPublished | None:
        """The policy in force on the day of the act."""
        return self.scheme.in_force(self.on)


@dataclass(frozen=True)
class ReportCase(Case):
    """The policy, which says when a report is due."""

    scheme: Scheme = field(default_factory=Scheme)

    @property
    def policy(self) -> PolicyPublished | None:
        """The policy in force on the day of the act."""
        return self.scheme.in_force(self.on)


@dataclass(frozen=True)
class ReplicationCase(Case):
    """The model, what became of it elsewhere, and the proposal of the same model and scope that is still open.

    `adoptions`: the model's, with their latest outcome. `decided`: this proposal was settled by others.
    `holders`: how many proposals of this model and scope there were. `standing`: for a correction, the listings
    of the model that stand.
    """

    model: Model = field(default_factory=Unregistered)
    recognised: bool = False
    adoptions: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    open: str | None = None
    holders: int = 0
    decided: bool = False
    standing: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class AdoptionCase(Case):
    """The model, where it is listed for replication, and who has taken it over in the same place already.

    `standing`: for a correction, the listings of the model that stand.
    """

    model: Model = field(default_factory=Unregistered)
    listings: tuple[Listing, ...] = ()
    adopted_by: str | None = None
    standing: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class KeptCase(Case):
    """For what units keep beside models: the models named that nobody registered, and the units of the others."""

    unknown_models: tuple[str, ...] = ()
    units_of_models: Mapping[str, str] = field(default_factory=dict[str, str])
