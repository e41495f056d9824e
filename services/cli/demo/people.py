"""Who acts in the sample year, each in an office and with a role of their own."""

from __future__ import annotations

from services.cli.importing.units import COMMISSION, STANDING
from services.cli.talking import Actor

RECEPTION = Actor("btgdv.tiep-nhan", "appraiser", COMMISSION)
APPRAISER = Actor("btgdv.tham-dinh-1", "appraiser", COMMISSION)
SECOND_APPRAISER = Actor("btgdv.tham-dinh-2", "appraiser", COMMISSION)
STANDING_COMMITTEE = Actor("btv.thuong-truc", "approver", STANDING)


def officer(unit: str) -> Actor:
    """The officer of a unit who registers and reports."""
    return Actor(f"can-bo.{unit}", "unit_officer", unit)
