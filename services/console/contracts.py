"""What the services take, as they publish it: their acts with roles and schemas, read from `/openapi.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

from services.console.asking import Services
from shared.errors import Unavailable

Schema = dict[str, Any]

KEPT_SECONDS = 300.0
"""So long what a service published is believed without asking again."""
JSON = "application/json"
NO_THINGS = frozenset({"followers", "relays", "evidence"})
"""Collections whose acts are on no record that a page shows: they have no form."""
ACTING = ("registry", "appraisal", "awards")
"""The services that take acts of people; reporting is asked."""


@dataclass(frozen=True)
class Act:
    """One command: where it is posted, what it is called, who may send it, what it takes."""

    service: str
    collection: str
    verb: str | None
    """None for what makes the thing itself."""
    name: str
    roles: frozenset[str]
    schema: Schema = field(repr=False)
    schemas: Mapping[str, Schema] = field(repr=False)
    placeholder: str | None = None
    """The member that stands in the path."""
    example: Mapping[str, Any] | None = field(default=None, repr=False)
    """A body as somebody would send it."""
    corrects: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]], repr=False)
    """Of a correction: by event, the members that may be corrected."""

    def address(self, ident: str | None) -> str:
        """Where it is posted."""
        return f"/{self.collection}" + (f"/{ident}/{self.verb}" if self.verb else "")


class Contracts:
    """The published acts of all services."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._acts: dict[str, dict[tuple[str, str | None], Act]] = {}
        self._read_at: dict[str, float] = {}

    async def act(self, collection: str, verb: str | None) -> Act | None:
        """The act of this collection and verb; None when there is none."""
        for service in ACTING:
            if (found := (await self._of(service)).get((collection, verb))) is not None:
                return found
        return None

    async def acts(self, collection: str | None = None) -> list[Act]:
        """All acts, or those about the things of one collection."""
        known = [act for service in ACTING for act in (await self._of(service)).values()]
        return [act for act in known if collection in (None, act.collection)]

    async def _of(self, service: str) -> dict[tuple[str, str | None], Act]:
        if monotonic() - self._read_at.get(service, -KEPT_SECONDS) >= KEPT_SECONDS:
            try:
                answer = await self._services[service].get("/openapi.json")
                answer.raise_for_status()
                self._acts[service] = acts_of(service, answer.json())
                self._read_at[service] = monotonic()
            except (httpx.HTTPError, ValueError) as away:
                if service not in self._acts:
                    raise Unavailable("console.service-away", 5, service=service) from away
        return self._acts[service]


def acts_of(service: str, document: Mapping[str, Any]) -> dict[tuple[str, str | None], Act]:
    """The acts of people in an OpenAPI document, by collection and verb."""
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    found: dict[tuple[str, str | None], Act] = {}
    for path, item in document["paths"].items():
        operation = item.get("post", {})
        content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
        reference = content.get("schema", {}).get("$ref")
        parts = path.strip("/").split("/")
        if reference is None or "x-roles" not in operation or parts[0] in NO_THINGS:
            continue
        name, verb = reference.rpartition("/")[2], parts[2] if len(parts) == 3 else None
        placeholder = parts[1].strip("{}") if verb else None
        roles = frozenset(operation["x-roles"])
        corrects = operation.get("x-corrects", {})
        found[parts[0], verb] = Act(
            service,
            parts[0],
            verb,
            name,
            roles,
            schemas[name],
            schemas,
            placeholder,
            content.get("example"),
            corrects,
        )
    return found
