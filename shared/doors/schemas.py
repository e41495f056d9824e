"""What goes in and out of every door, as JSON schemas: commands, answers, problems, and events as they are recorded.

The models say it all; here it is only put into words a machine reads. A member without a value is absent, never
null, so null is taken out of the schemas as it is refused at the door.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic.json_schema import models_json_schema

from shared.contracts.catalog import events_of, wire_type
from shared.contracts.message import UUID, Command
from shared.doors.problems import sentence
from shared.doors.sentences import SHARED
from shared.evidence.named import takes_files
from shared.evidence.withdrawing import WITHDRAW
from shared.relaying.resetting import RESET
from shared.relaying.skipping import SKIP
from shared.wiring import CommandRow, Service

Schema = dict[str, Any]

UUID_SCHEMA: Schema = {"type": "string", "format": "uuid", "pattern": f"^{UUID.pattern}$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TIME: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
}
PLACE: Schema = {"type": "integer", "minimum": 1}


@dataclass(frozen=True)
class Schemas:
    """All schemas of one service by name, and which name is whose."""

    all: Mapping[str, Schema]
    commands: Mapping[type[Command], str]
    events: Mapping[str, str]
    """wire type → the name of the recorded event's schema."""


def doors_of(service: Service) -> list[CommandRow]:
    """The commands that have a door, in the order of the table."""
    return [row for row in service.commands if not row.internal]


def beside(service: Service) -> list[CommandRow]:
    """Commands that have a door of their own beside the table's."""
    takes = any(takes_files(row.command) for row in service.commands)
    return [SKIP, RESET, *([WITHDRAW] if takes else [])]


def schemas_of(service: Service, template: str = "#/components/schemas/{model}") -> Schemas:
    """Everything one service takes and gives. `template` says where a schema is found, with `{model}` for its name."""
    rows = [*doors_of(service), *beside(service)]
    kinds = {wire_type(service.name, kind): kind for kind in events_of(service.name).values()}
    models = dict.fromkeys([*(row.command for row in rows), *kinds.values()])
    names, found = models_json_schema([(model, "validation") for model in models], ref_template=template)
    schemas: dict[str, Schema] = {name: tidied(schema) for name, schema in found.get("$defs", {}).items()}

    def name_of(model: Any) -> str:
        return names[(model, "validation")]["$ref"].rpartition("/")[2]

    def ref(name: str) -> Schema:
        return {"$ref": template.format(model=name)}

    commands = {row.command: name_of(row.command) for row in rows}
    for row in rows:
        for key in (row.aggregate.key if row.placeholder else None, row.made):
            if key is not None:
                _without_id(schemas[commands[row.command]], key)
    events: dict[str, str] = {}
    for wire, kind in kinds.items():
        events[wire] = f"Recorded{name_of(kind)}"
        schemas[events[wire]] = recorded(wire, ref(name_of(kind)), ref("Envelope"))
    schemas["Envelope"] = envelope(service.name)
    schemas["RecordedEvent"] = {
        "oneOf": [ref(name) for name in events.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {wire: template.format(model=name) for wire, name in events.items()},
        },
    }
    schemas["CommandAnswer"] = command_answer(ref("RecordedEvent"))
    schemas["Problem"] = problem(service)
    return Schemas(dict(sorted(schemas.items())), commands, events)


def _without_id(schema: Schema, key: str) -> None:
    """The id stands in the path, or the server makes it: in the body it may be left out."""
    required = [name for name in schema.get("required", ()) if name != key]
    schema.pop("required", None)
    if required:
        schema["required"] = required


def tidied(schema: Any) -> Any:
    """Without null, and without the titles that only repeat a member's name."""
    if isinstance(schema, list):
        return [tidied(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    found: Schema = {}
    for name, value in cast("Schema", schema).items():
        if name == "properties":
            found[name] = {member: tidied(each) for member, each in value.items()}
        elif name == "anyOf":
            kept = [tidied(each) for each in value if each != {"type": "null"}]
            found |= kept[0] if len(kept) == 1 else {"anyOf": kept}
        elif not (name == "title" and isinstance(value, str)) and not (name == "default" and value is None):
            found[name] = tidied(value)
    if "description" in found and isinstance(found["description"], str):
        found["description"] = re.sub(r"\s*\n\s*", " ", found["description"]).strip()
    return found


def envelope(service: str) -> Schema:
    """The members of every event: CloudEvents 1.0, with these extensions and no others."""
    text: Schema = {"type": "string"}
    return {
        "type": "object",
        "description": "A CloudEvents 1.0 event in structured mode. Its canonical bytes (RFC 8785) are the log's "
        "entry, the message's body and the leaf of the Merkle tree.",
        "required": [
            "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position",
            "streamversion", "actor", "commandid", "data",
        ],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {**UUID_SCHEMA, "description": "A UUIDv7, and the message's Nats-Msg-Id."},
            "source": {"const": f"/dvk/{service}"},
            "type": {**text, "pattern": rf"^vn\.gov\.danang\.dvk\.{service}\.[A-Za-z]+\.v[1-9]\d*$"},
            "subject": {**text, "description": "The stream: `model/<uuid>`, `unit/20242`, …"},
            "time": {**TIME, "description": "When it was recorded; never before that of the previous position."},
            "datacontenttype": {"const": "application/json"},
            "position": {**PLACE, "description": "Place in the log of its source, gapless; the JetStream sequence."},
            "streamversion": {**PLACE, "description": "Place in its stream, gapless."},
            "prev": {**HASH, "description": "Leaf hash of the stream's previous event; absent at version 1."},
            "actor": {**text, "description": "The token's `sub`; a policy acts as `policy:<name>`."},
            "actorrole": text,
            "actorunit": text,
            "commandid": UUID_SCHEMA,
            "correlationid": text,
            "causationid": {**text, "description": "The event that caused it (policies)."},
            "data": {"type": "object", "description": "The event's own members; `on` is the business date."},
        },
    }  # fmt: skip


def recorded(wire: str, data: Schema, base: Schema) -> Schema:
    """One kind of event as it is recorded."""
    return {"allOf": [base, {"type": "object", "properties": {"type": {"const": wire}, "data": data}}]}


def command_answer(event: Schema) -> Schema:
    """What is answered to a command that was taken."""
    return {
        "type": "object",
        "required": ["changed", "command", "position", "stream", "streamversion", "event"],
        "properties": {
            "changed": {"type": "boolean", "description": "False when all was already so."},
            "command": {**UUID_SCHEMA, "description": "The command id."},
            "position": PLACE,
            "stream": {"type": "string"},
            "streamversion": PLACE,
            "event": event,
            "warnings": {
                "type": "array",
                "description": "What was taken and is to be thought over: `text.contains-name` for a text in which a "
                "name stands that the same command seals.",
                "items": {
                    "type": "object",
                    "required": ["code", "place", "detail", "detail_en"],
                    "properties": {
                        key: {"type": "string"} for key in ("code", "place", "detail", "detail_en")
                    },
                },
            },
        },
    }


def problem(service: Service) -> Schema:
    """RFC 9457; `x-codes` lists what this service may say, with the English sentence of each."""
    sentences = {code: sentence(said, {}, "en") for code, said in {**SHARED, **service.problems}.items()}
    text: Schema = {"type": "string"}
    place = {name: text for name in ("place", "code", "label", "label_en", "detail", "detail_en")}
    return {
        "type": "object",
        "description": "RFC 9457. `code` is stable; `detail` is Vietnamese, `detail_en` English. A refusal may carry "
        "further members that say more.",
        "required": ["type", "title", "status", "code", "detail", "detail_en"],
        "properties": {
            "type": {**text, "format": "uri"},
            "title": text,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "code": text,
            "detail": text,
            "detail_en": text,
            "command": {
                **UUID_SCHEMA,
                "description": "The command id; repeating it settles an unknown outcome.",
            },
            "errors": {
                "type": "array",
                "description": "Every place that was not understood, as JSON pointers.",
                "items": {"type": "object", "required": ["place"], "properties": place},
            },
        },
        "x-codes": dict(sorted(sentences.items())),
    }
