"""The AsyncAPI document of a service: commands it answers over NATS, events it publishes, logs it follows.

FastStream says what is subscribed to. Commands arrive there as bytes and events go out through the relay, so what
they hold, their headers, and what is promised of them are said here. Made from the running parts, it cannot be
older than they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from faststream.specification.asyncapi import AsyncAPI

from shared import VERSION
from shared.contracts.catalog import events_of
from shared.doors.described import Described
from shared.doors.openapi import COMMAND_HEADER, CORRELATION_HEADER, told
from shared.doors.problems import MEDIA_TYPE
from shared.doors.schemas import UUID_SCHEMA, Schema, Schemas, beside, doors_of, envelope, schemas_of
from shared.reference.access import OPEN
from shared.relaying.publishing import CONTENT_TYPE
from shared.relaying.streams import stream_config
from shared.wiring import Service

if TYPE_CHECKING:
    from shared.process.running import Running

TEMPLATE = "#/components/schemas/{model}"
TEXT: Schema = {"type": "string"}
AWARDS_TOKENS = ("level", "field", "unit")
PROMISE = (
    "The JetStream sequence of an event is its `position`, always; both are gapless and in the order of the log. "
    "`Nats-Msg-Id` is the event's id. Delivery may repeat: a position already applied is skipped, and beyond the "
    "next one something is missing and is fetched. Nothing is ever removed from the stream."
)


def router(running: Running) -> APIRouter:
    """`GET /asyncapi.json`."""
    routes = APIRouter(tags=["running"])
    described = Described(lambda: document(running))

    @routes.get("/asyncapi.json", openapi_extra=told(access=OPEN, schema={"type": "object"}))
    async def asyncapi() -> Response:
        """Commands over NATS, and events, as AsyncAPI 3.0."""
        return await described.answer()

    return routes


def document(running: Running) -> dict[str, Any]:
    """The whole document of a service."""
    service = running.service
    schemas = schemas_of(service, TEMPLATE)
    found = AsyncAPI(
        running.broker,
        title=f"Dân vận khéo: {service.name}",
        version=VERSION,
        description="Commands by request and reply, and the events of the log as they are published.",
        schema_version="3.0.0",
    ).to_specification()
    subscribed: dict[str, Any] = found.to_jsonable()["channels"]
    channels: dict[str, Any] = {"Reply": _reply()}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = _answers()
    for row in sorted({row.kebab: row for row in doors_of(service)}.values(), key=lambda row: row.kebab):
        name = row.command.__name__
        operations[name] = _takes(name, sorted(row.roles))
        channels[name] = {**subscribed[name], "messages": {"command": _ref("messages", name)}}
        channels[name].pop("servers", None)
        key = None if row.creates or not row.placeholder else row.aggregate.key
        shared = sum(other.command is row.command for other in service.commands) > 1
        messages[name] = _command(schemas.commands[row.command], None if shared else key)
    channels["Events"] = _events(service)
    operations["PublishEvents"] = _publishes(service, schemas)
    for name in schemas.events.values():
        messages[name] = _event(name)
    channels["Events"]["messages"] = {name: _ref("messages", name) for name in schemas.events.values()}
    all_schemas = {**schemas.all, "RecordedEvent": {"oneOf": schemas.all["RecordedEvent"]["oneOf"]}}
    for source, followers in _followed(running).items():
        title = source.capitalize()
        channels[f"EventsOf{title}"] = _followed_channel(source)
        operations[f"Follow{title}"] = _follows(source, followers)
        messages[f"EventOf{title}"] = {**_event(f"EnvelopeOf{title}"), "title": f"An event of {source}"}
        all_schemas[f"EnvelopeOf{title}"] = envelope(source)
    return {
        "asyncapi": "3.0.0",
        "info": found.to_jsonable()["info"],
        "defaultContentType": "application/json",
        "servers": {"nats": _server()},
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": all_schemas,
            "securitySchemes": {"user": {"type": "userPassword", "description": "A NATS user."}},
        },
    }


def _ref(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def _server() -> dict[str, Any]:
    return {
        "host": "{host}",
        "protocol": "nats",
        "description": "NATS with JetStream.",
        "variables": {"host": {"default": "127.0.0.1:4222", "description": "Address and port."}},
        "security": [_ref("securitySchemes", "user")],
    }


# --- commands ------------------------------------------------------------------------------------


def _takes(name: str, roles: list[str]) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/command"}],
        "reply": {
            "address": {
                "location": "$message.header#/reply",
                "description": "The reply subject of the request.",
            },
            "channel": {"$ref": "#/channels/Reply"},
            "messages": [{"$ref": f"#/channels/Reply/messages/{each}"} for each in ("answer", "problem")],
        },
        "x-roles": roles,
    }


def _command(schema: str, key: str | None) -> dict[str, Any]:
    body = _ref("schemas", schema)
    return {
        "contentType": "application/json",
        "correlationId": {"location": f"$message.header#/{CORRELATION_HEADER}"},
        "headers": {
            "type": "object",
            "required": ["Authorization"],
            "properties": {
                "Authorization": {**TEXT, "description": "`Bearer` and the access token."},
                COMMAND_HEADER: {
                    **UUID_SCHEMA,
                    "description": "The command id: repeated with the same request it is done once; "
                    "made by the service when absent.",
                },
                CORRELATION_HEADER: {**TEXT, "maxLength": 100},
            },
        },
        "payload": {"allOf": [body, {"type": "object", "required": [key]}]} if key else body,
    }


def _reply() -> dict[str, Any]:
    return {
        "address": None,
        "description": "Every request is answered, also one that is not JSON.",
        "messages": {"answer": _ref("messages", "Answer"), "problem": _ref("messages", "Problem")},
    }


def _answers() -> dict[str, Any]:
    def headers(status: Schema, media: str) -> Schema:
        return {
            "type": "object",
            "required": ["Http-Status", "Content-Type"],
            "properties": {
                "Http-Status": status,
                "Content-Type": {"const": media},
                COMMAND_HEADER: UUID_SCHEMA,
            },
        }

    refused: Schema = {**TEXT, "pattern": "^[45][0-9][0-9]$", "description": "What HTTP would have said."}
    return {
        "Answer": {
            "title": "Recorded, or already so",
            "contentType": "application/json",
            "headers": headers({"const": "200"}, "application/json"),
            "payload": _ref("schemas", "CommandAnswer"),
        },
        "Problem": {
            "title": "Refused, not understood, or not known",
            "contentType": MEDIA_TYPE,
            "headers": headers(refused, MEDIA_TYPE),
            "payload": _ref("schemas", "Problem"),
        },
    }


# --- events --------------------------------------------------------------------------------------


def _subject(service: str) -> tuple[str, tuple[str, ...]]:
    """The subject of a service's events and its parameters, the first two of every service."""
    names = ("aggregate", "event", *(AWARDS_TOKENS if service == "awards" else ()))
    return f"dvk.{service}." + ".".join(f"{{{name}}}" for name in names), names


def _parameters(names: tuple[str, ...], known: Mapping[str, list[str]]) -> dict[str, Any]:
    said = {
        "aggregate": "The kind of stream.",
        "event": "What happened.",
        "level": "`city` or `grassroots`; `_` where it does not apply.",
        "field": "One of the four fields; `_` where it does not apply.",
        "unit": "The unit's code; `_` where it does not apply.",
    }
    enums = {name: {"enum": values} for name, values in known.items()}
    return {name: {"description": said[name], **enums.get(name, {})} for name in names}


def _jetstream(service: str) -> dict[str, Any]:
    config = stream_config(service)
    return {
        "stream": config.name,
        "subjects": config.subjects,
        "sequence": "position",
        "message-id": "id",
        "retention": "everything, for ever; neither delete nor purge",
    }


def _events(service: Service) -> dict[str, Any]:
    address, names = _subject(service.name)
    nouns = {*(row.aggregate.noun for row in beside(service)), *(a.noun for a in service.aggregates)}
    nouns |= {row.aggregate.noun for row in service.commands}
    events = sorted({name for name, _ in events_of(service.name)})
    return {
        "address": address,
        "description": f"The log of {service.name}, entry by entry. {PROMISE}",
        "parameters": _parameters(names, {"aggregate": sorted(nouns), "event": events}),
        "x-jetstream": _jetstream(service.name),
    }


def _publishes(service: Service, schemas: Schemas) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": "#/channels/Events"},
        "messages": [{"$ref": f"#/channels/Events/messages/{name}"} for name in schemas.events.values()],
        "summary": f"Only {service.name} publishes here, each entry once its log has it for good.",
    }


def _event(schema: str) -> dict[str, Any]:
    return {
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "headers": {
            "type": "object",
            "required": ["Nats-Msg-Id", "Content-Type"],
            "properties": {
                "Nats-Msg-Id": {**UUID_SCHEMA, "description": "The event's id."},
                "Nats-Expected-Last-Sequence": {**TEXT, "description": "The position before this one."},
                "Content-Type": {"const": CONTENT_TYPE},
            },
        },
        "payload": _ref("schemas", schema),
    }


def _followed(running: Running) -> dict[str, list[str]]:
    """The other services whose logs are followed, and by whom."""
    found: dict[str, list[str]] = {}
    for follower in running.followers:
        if (source := follower.status.source) != running.service.name:
            found.setdefault(source, []).append(follower.status.name)
    return {source: sorted(names) for source, names in sorted(found.items())}


def _followed_channel(source: str) -> dict[str, Any]:
    address, names = _subject(source)
    return {
        "address": address,
        "description": f"The log of {source}; its own document tells what each event holds.",
        "parameters": _parameters(names, {}),
        "messages": {"event": _ref("messages", f"EventOf{source.capitalize()}")},
        "x-jetstream": _jetstream(source),
    }


def _follows(source: str, followers: list[str]) -> dict[str, Any]:
    channel = f"#/channels/EventsOf{source.capitalize()}"
    return {
        "action": "receive",
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/event"}],
        "summary": f"Read unfiltered and in order by {len(followers)} followers, each from its own place.",
        "x-followers": followers,
    }
