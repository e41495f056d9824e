"""The one file that says which agencies there are (`agencies.json`, a secret): accounts and consumers follow it."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

FILE = "agencies.json"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
"""One token of a subject."""


class Agency(BaseModel):
    """One agency: its public key, what it is told (of what is empty, everything), and where that begins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    key: str
    events: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    begins: str = "start"
    """`start`, a day, an RFC 3339 time, or a position of the awards log."""

    @property
    def subjects(self) -> list[str]:
        """The subjects of the public stream that it is told of; no two of them have one in common."""
        chosen = (self.events, (), self.levels, self.fields, self.units)
        return [".".join(("dvk.public", *one)) for one in product(*(part or ("*",) for part in chosen))]


class Register(BaseModel):
    """What the file says."""

    agencies: tuple[Agency, ...] = ()


def agencies_of(secrets: Path) -> dict[str, Agency]:
    """The agencies by name; none where there is no file yet."""
    path = secrets / FILE
    known = Register.model_validate_json(path.read_bytes()) if path.exists() else Register()
    return {agency.name: agency for agency in known.agencies}


def keys_of(secrets: Path) -> dict[str, str]:
    """The public key of each agency."""
    return {name: agency.key for name, agency in agencies_of(secrets).items()}
