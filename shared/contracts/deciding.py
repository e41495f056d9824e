"""Who decided: what the acts of competent bodies say of it, in every service."""

from __future__ import annotations

from shared.contracts.message import Event, Members, UnitId


class ByAuthority(Event):
    """What every decision says since version 2: the unit that decided; absent where nobody was asked for it yet."""

    authority_unit: UnitId | None = None


def as_it_was(data: Members) -> Members:
    """An event of version 1 as version 2 has it: what was not asked then, who decided, is not guessed."""
    return data
