"""What agencies build on, for machines: the JSON Schema of every public event, all ways to them as AsyncAPI 3. Pure.

A schema says what whoever reads may count on, and stays open: members that it does not name may come beside. Once
released it only grows by members that may be absent; whatever else changes is another version of the type, with a
schema of its own beside the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from services.reporting.feed.public import CORRECTION, FACTS, FIELDS, LEVELS, PREFIX, SOURCE
from shared.contracts.catalog import events_of, wire_type
from shared.contracts.message import Event
from shared.doors.schemas import UUID_SCHEMA, Schema, envelope, tidied
from shared.relaying.publishing import CONTENT_TYPE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LINES = "application/x-ndjson"
HOW = ("recorded", "corrected")
TOKENS: Mapping[str, tuple[str, Sequence[str]]] = {
    "fact": ("The fact that is told or corrected.", tuple(FACTS)),
    "how": ("`corrected` for a correction of the fact.", HOW),
    "level": ("`_` where none applies.", (*LEVELS, "_")),
    "field": ("`_` where none applies.", (*FIELDS, "_")),
    "unit": ("The unit's code; `_` where none applies.", ()),
}
"""The tokens of a public subject after its prefix: what each says, and what it can be (nothing: anything)."""


def schemas() -> dict[str, Schema]:
    """The schema of every public event by its wire type, each complete in itself."""
    found, names = _models("#/$defs/{model}")
    return {
        wire: {
            "$schema": DIALECT,
            "title": wire,
            **_whole(wire, {"$ref": f"#/$defs/{name}"}),
            "$defs": {used: found[used] for used in sorted(_used(found, name))},
        }
        for wire, name in names.items()
    }


def document(version: str) -> dict[str, Any]:
    """AsyncAPI 3.0: the four ways, and what comes by them."""
    template = "#/components/schemas/{model}"
    found, names = _models(template)
    messages: dict[str, Any] = {}
    for wire, name in names.items():
        found[f"Public{name}"] = _whole(wire, {"$ref": template.format(model=name)})
        payload = {"$ref": template.format(model=f"Public{name}")}
        for way, headers in (("", None), ("Nats", ON_THE_BROKER), ("Hook", OF_A_HOOK)):
            messages[f"{way}{name}"] = _message(wire, payload, headers)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Dân vận khéo: what agencies are told",
            "version": version,
            "description": "Recognitions, listings and commendations as they are decided, revoked and corrected: one "
            "CloudEvent each, in the bytes of the log, by whichever way suits.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": SERVERS,
        "channels": _channels(list(names.values())),
        "operations": OPERATIONS,
        "components": {
            "messages": messages,
            "schemas": dict(sorted(found.items())),
            "securitySchemes": SECURITY,
        },
    }


@cache
def _public() -> Mapping[str, type[Event]]:
    """Every public event by its wire type, in every version that was ever recorded."""
    kinds = events_of(SOURCE).items()
    found = {
        wire_type(SOURCE, kind): kind for (name, _), kind in kinds if name in FACTS or name == CORRECTION
    }
    return dict(sorted(found.items()))


def _models(template: str) -> tuple[dict[str, Schema], dict[str, str]]:
    """(the schemas of their data and of all that those name, wire type → the name of its data)."""
    kinds = _public()
    names, made = models_json_schema([(kind, "validation") for kind in kinds.values()], ref_template=template)
    found: dict[str, Schema] = {name: _opened(tidied(schema)) for name, schema in made["$defs"].items()}
    found["Person"] = _sealed(found["Person"])
    by_wire = {wire: names[(kind, "validation")]["$ref"].rpartition("/")[2] for wire, kind in kinds.items()}
    for wire, name in by_wire.items():
        if wire.split(".")[-2] == CORRECTION:
            found[name]["properties"]["corrected_type"] = {"enum": list(FACTS)}
    return found, by_wire


def _opened(schema: Schema) -> Schema:
    """Commands forbid members that are not named; whoever reads passes over them."""
    return {name: value for name, value in schema.items() if (name, value) != ("additionalProperties", False)}


def _sealed(person: Schema) -> Schema:
    """A person as an event has it: a command says the name, an event never does."""
    members = {name: schema for name, schema in person["properties"].items() if name != "name"}
    about = "A person: an id, and the name where it is first named, sealed; only the city opens it."
    return {**person, "description": about, "properties": members, "required": ["id"]}


def _whole(wire: str, data: Schema) -> Schema:
    """The event around its data."""
    whole = envelope(SOURCE)
    return {**whole, "properties": {**whole["properties"], "type": {"const": wire}, "data": data}}


def _used(found: Mapping[str, Schema], name: str) -> set[str]:
    """This schema and all that it leads to."""
    reached, ahead = set[str](), [name]
    while ahead:
        if (here := ahead.pop()) not in reached:
            reached.add(here)
            ahead += [reference.rpartition("/")[2] for reference in _references(found[here])]
    return reached


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():  # pyright: ignore[reportUnknownVariableType]
            if name == "$ref":
                yield str(value)  # pyright: ignore[reportUnknownArgumentType]
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for each in node:  # pyright: ignore[reportUnknownVariableType]
            yield from _references(each)


# --- the ways ------------------------------------------------------------------------------------

ON_THE_BROKER: Schema = {
    "type": "object",
    "required": ["Nats-Msg-Id", "Content-Type"],
    "properties": {
        "Nats-Msg-Id": {**UUID_SCHEMA, "description": "The event's id."},
        "Content-Type": {"const": CONTENT_TYPE},
    },
}
OF_A_HOOK: Schema = {
    "type": "object",
    "description": "As Standard Webhooks has them.",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature", "content-type"],
    "properties": {
        "webhook-id": {**UUID_SCHEMA, "description": "The event's id: the same however often it is sent."},
        "webhook-timestamp": {
            "type": "string",
            "pattern": r"^\d+$",
            "description": "When this was sent, in seconds since 1970.",
        },
        "webhook-signature": {
            "type": "string",
            "pattern": r"^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$",
            "description": "HMAC-SHA256 over id, timestamp and body; two of them while a secret is being changed.",
        },
        "content-type": {"const": CONTENT_TYPE},
    },
}
SECURITY: Mapping[str, Any] = {
    "nkey": {"type": "asymmetricEncryption", "description": "The agency's own NATS key (nkey)."},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Role `subscriber`."},
}


def _server(protocol: str, about: str, security: str | None = None) -> dict[str, Any]:
    secured = {} if security is None else {"security": [{"$ref": f"#/components/securitySchemes/{security}"}]}
    host = {"description": "Address and port."}
    return {
        "host": "{host}",
        "protocol": protocol,
        "description": about,
        "variables": {"host": host},
        **secured,
    }


SERVERS = {
    "broker": _server("nats", "NATS with JetStream.", "nkey"),
    "feed": _server("https", "The service reporting.", "token"),
    "agency": _server("https", "The agency's own server, at the address that it had registered."),
}


def _channels(names: Sequence[str]) -> dict[str, Any]:
    def channel(server: str, address: str | None, way: str, about: str, **more: Any) -> dict[str, Any]:
        told = {f"{name}": {"$ref": f"#/components/messages/{way}{name}"} for name in names}
        return {
            "address": address, "description": about, "servers": [{"$ref": f"#/servers/{server}"}], **more,
            "messages": told,
        }  # fmt: skip

    parameters = {
        name: {"description": about} | ({"enum": list(values)} if values else {})
        for name, (about, values) in TOKENS.items()
    }
    return {
        "public": channel(
            "broker", f"{PREFIX}.{'.'.join(f'{{{name}}}' for name in TOKENS)}", "Nats",
            "Stream `PUBLIC`, read through the consumer that was made for the agency and bears its name. `position` in "
            "the event says the order; it jumps, because only public events come.",
            parameters=parameters,
        ),
        "feed": channel("feed", "/feed", "", f"One event a line ({LINES}), oldest first; `Link` says where to go on."),
        "live": channel("feed", "/feed/live", "", "Server-sent events; `Last-Event-ID` says where to go on."),
        "webhook": channel(
            "agency", None, "Hook",
            "One event a request, in order: the next is sent when this one was answered with 2xx. Until then it is "
            "sent again, at growing intervals, for as long as it takes.",
        ),
    }  # fmt: skip


def _operation(channel: str, about: str, method: str | None = None) -> dict[str, Any]:
    bound = {} if method is None else {"bindings": {"http": {"method": method, "bindingVersion": "0.3.0"}}}
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": about, **bound}


OPERATIONS = {
    "publish": _operation("public", "Every public event once, in order; nothing is ever taken away."),
    "answer": _operation("feed", "Answers whoever asks, from any position, day or time.", "GET"),
    "tell": _operation("live", "Tells whoever listens, as it happens.", "GET"),
    "send": _operation("webhook", "Sends to whoever had an address registered.", "POST"),
}


def _message(wire: str, payload: Schema, headers: Schema | None) -> dict[str, Any]:
    name, version = re.split(r"\.v(?=\d+$)", wire.rpartition(f".{SOURCE}.")[2])
    about = FACTS.get(name, "một sự kiện công khai được đính chính · a public event is corrected")
    return {
        "name": wire,
        "title": f"{name}, version {version}",
        "summary": about,
        "contentType": CONTENT_TYPE,
        **({} if headers is None else {"headers": headers}),
        "payload": payload,
    }
