"""Who may read and send what, route by route: docs/access.md, made of `shared/reference/access.py` and the doors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared.doors.openapi import ACCESS, METHODS
from shared.reference import access
from shared.reference.authority import ROLES, SERVICE

HEAD = """# Who may read and do what

Made by `dvk docs` from the one table that every door asks (`shared/reference/access.py`); what is not in it is refused
(403 `not-allowed`). `tests/doors/test_access_matrix.py` tries every cell of every route.

A *seat* is a role and the level it acts at: of the city, or of a place (a committee with the bodies and units in it).
What a thing is to its reader: **self** the reader's own act; **own** of the own place or below it; **standing**
another's that stands recognised or listed; **city** of no unit; **other** another's. **whole** is all of it with the
names of persons in it, **public** what everybody may know of it. A token for a unit that nobody registered, or that was
closed and left to no other, is refused at every door (403 `unit.unknown`). Naming a person or a file in a command takes
the right to read it.

## The cells
"""
SENDING = """
## Commands

Who may send a command, over HTTP, over NATS and in a batch; for which unit, the rules of the command say.

"""
READING = """
## Routes that answer

"""
Documents = Mapping[str, Mapping[str, Any]]


def page(promised: Documents) -> str:
    """The whole page; `promised` are the OpenAPI documents by service."""
    return (
        HEAD + "".join(_cells()) + READING + "".join(_reads(promised)) + SENDING + "".join(_sends(promised))
    )


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """`GET /models/{model}` and what the document tells of it."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def _cells() -> Iterator[str]:
    for kind, seats in access.TABLE.items():
        kinds = ", ".join(f"`{name}`" for name, found in access.KINDS.items() if found == kind)
        yield f"\n**{kind}**: {access.ABOUT[kind]} ({kinds})\n\n"
        yield "| seat | " + " | ".join(access.RELATIONS) + " |\n|---|" + "---|" * len(access.RELATIONS) + "\n"
        for seat in access.SEATS:
            if seat in seats:
                sees = (seats[seat].get(near, "nothing") for near in access.RELATIONS)
                yield (
                    f"| {_name(seat)} | "
                    + " | ".join("–" if one == "nothing" else one for one in sees)
                    + " |\n"
                )


def _name(seat: access.Seat) -> str:
    if seat in access.OF_NO_UNIT:
        return seat.role
    return f"{seat.role} of {'the city' if seat.level == 'city' else 'a place'}"


def _reads(promised: Documents) -> Iterator[str]:
    yield "| service | route | kind | cells |\n|---|---|---|---|\n"
    for service, document in promised.items():
        for name, operation in operations(document):
            kind = operation[ACCESS]
            if kind != access.COMMAND:
                cells = {access.OPEN: "everybody, without a token", access.MANY: "as its kind is"}.get(kind)
                yield f"| {service} | `{name}` | {kind} | {cells or access.KINDS[kind]} |\n"


def _sends(promised: Documents) -> Iterator[str]:
    roles = sorted(ROLES - {SERVICE})
    yield "| service | route | " + " | ".join(roles) + " |\n|---|---|" + "---|" * len(roles) + "\n"
    for service, document in promised.items():
        for name, operation in operations(document):
            if operation[ACCESS] == access.COMMAND:
                may = ("✓" if role in operation["x-roles"] else "–" for role in roles)
                yield f"| {service} | `{name}` | " + " | ".join(may) + " |\n"
