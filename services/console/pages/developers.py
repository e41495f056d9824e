"""For developers: every command with its address, who may send it and an example, as the services publish them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Response

from services.console.contracts import ACTING, Act
from services.console.page import page
from services.console.visit import Visit
from shared.contracts.words import words
from shared.errors import Unavailable, Unknown


async def developers(visit: Visit, named: dict[str, str]) -> Response:
    """The commands of one service; first those of the registry."""
    service = named.get("service", ACTING[0])
    if service not in ACTING:
        raise Unknown("path.unknown")
    await visit.names()
    try:
        acts = [act for act in await visit.contracts.acts() if act.service == service]
    except Unavailable:
        acts = []
    title = visit.say("Dành cho lập trình viên", "For developers")
    return page(
        visit, "developers.html", title, service=service, services=ACTING, acts=acts, address=_address, body=_body,
        kinds=words(visit.lang).kinds, roles=_roles,
    )  # fmt: skip


def _address(act: Act) -> str:
    """Where it is posted, with the id of its example."""
    ident = str((act.example or {}).get(act.placeholder or "", f"{{{act.placeholder}}}"))
    return act.address(ident)


def _body(example: Mapping[str, Any]) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2)


def _roles(visit: Visit, act: Act) -> str:
    return ", ".join(visit.code(role) for role in sorted(act.roles))


PAGES = (("/developers", developers), ("/developers/{service}", developers))
