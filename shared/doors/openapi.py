"""The OpenAPI document of a service: every route, what goes in, what comes out, and every way of being refused.

FastAPI knows the paths; the handlers take and give bytes, so what these hold is said here. A route tells the rest
of itself with `told(...)` as its `openapi_extra`; one that says nothing needs a token and answers JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.contracts.correcting import CorrectRecord
from shared.doors.examples import example_of
from shared.doors.problems import MEDIA_TYPE
from shared.doors.schemas import UUID_SCHEMA, Schema, doors_of, schemas_of
from shared.evidence.content import KINDS
from shared.reference.access import COMMAND, OPEN
from shared.wiring import CommandRow, Service

JSON = "application/json"
COMMAND_HEADER = "Idempotency-Key"
CORRELATION_HEADER = "X-Correlation-Id"
ANSWER = "x-answer"
ACCESS = "x-access"
"""The kind of what a route answers with: who may read it, `reference/access.py` says."""
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
CORRECTS = "x-corrects"
METHODS = ("get", "post", "put", "patch", "delete")
PLACES = re.compile(r"{(\w+)}")

PROBLEM_STATUSES = {
    "400": "The body is not JSON.",
    "401": "No token, or one that does not hold.",
    "403": "This role or unit may not.",
    "404": "Not on record.",
    "409": "Refused by rule, or the command id was used for another request.",
    "413": "Body or event too large.",
    "422": "Not understood: the places are listed.",
    "429": "Too often: again after `Retry-After` seconds.",
    "503": "Nothing can be said now; send the same command id again.",
}
WHOLE: Schema = {"type": "integer", "minimum": 0}
POSITION: Schema = {"type": "integer", "minimum": 1}


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def asked(name: str, schema: Schema, description: str, required: bool = False) -> Schema:
    """A query parameter."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def told(
    *parameters: Schema,
    access: str,
    media: str = JSON,
    schema: Schema | None = None,
    said: str = "",
    missing: bool = False,
    bare: bool = False,
) -> dict[str, Any]:
    """What a route tells of itself: its parameters, of what kind its answer is (`reference.access`: a kind, or OPEN
    for what takes no token), what it answers with, whether what its parameters name may be missing, and whether
    who shows no token gets a bare answer."""
    answer = {"media": media, "schema": schema or {}, "description": said or "The answer."}
    extra: dict[str, Any] = {ANSWER: answer, ACCESS: access, "security": [] if access == OPEN else BEARER}
    if bare:
        extra["security"] = [{}, *BEARER]
    if missing:
        extra["responses"] = problems_named(["404"])
    return {**extra, "parameters": list(parameters)} if parameters else extra


SHARED: dict[str, Schema] = {
    "CommandId": {
        "name": COMMAND_HEADER,
        "in": "header",
        "required": False,
        "description": "The command id: the same id with the same request is done once, answered alike for ever.",
        "schema": UUID_SCHEMA,
    },
    "Correlation": {
        "name": CORRELATION_HEADER,
        "in": "header",
        "required": False,
        "description": "A short token that follows the conversation; the command id unless given.",
        "schema": {"type": "string", "maxLength": 100},
    },
    "After": asked("after", {"type": "array", "items": {"type": "string"}},
                   "Wait until this service has followed another that far, `registry:120`."),
}  # fmt: skip
"""The parameters of all commands, each told once in a document."""


def command_operation(row: CommandRow, name: str) -> dict[str, Any]:
    """The members of a command's operation; `name` is that of its schema."""
    return {
        **told(
            *SHARED.values(),
            access=COMMAND,
            schema=ref("CommandAnswer"),
            said="Recorded, or already so (`changed: false`).",
        ),
        "requestBody": {"required": True, "content": {JSON: _body(row, name)}},
        "responses": problems_named(PROBLEM_STATUSES),
        "x-roles": sorted(row.roles),
        **_corrections(row),
    }


def _body(row: CommandRow, name: str) -> dict[str, Any]:
    """The schema of a command, and an example of it."""
    example = example_of(row)
    return {"schema": ref(name), **({} if example is None else {"example": example})}


def _corrections(row: CommandRow) -> dict[str, Any]:
    """Of a correction: by event, the members that may be corrected, as its schema in this document has them."""
    if not issubclass(row.command, CorrectRecord):
        return {}
    members = row.aggregate.decider.correctable
    return {CORRECTS: {event: sorted(names) for event, names in sorted(members.items())}}


def evidence_operation(roles: list[str]) -> dict[str, Any]:
    """The members of `POST /evidence`."""
    body: Schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
    media = {"multipart/form-data": {"schema": body, "encoding": {"file": {"contentType": ", ".join(KINDS)}}}}
    return {
        **told(access=COMMAND, schema=ref("Evidence"), said="The file is kept; commands name it like this."),
        "requestBody": {"required": True, "content": media},
        "responses": problems_named(["413", "422"]),
        "x-roles": roles,
    }


def batch_operation(roles: Iterable[str]) -> dict[str, Any]:
    """The members of `POST /batch`."""
    answers: Schema = {"type": "array", "items": ref("BatchAnswer")}
    return {
        **told(
            SHARED["Correlation"], access=COMMAND, schema=answers, said="One answer for each item, in order."
        ),
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": {"type": "array", "maxItems": 500, "items": ref("BatchItem")}}},
        },
        "responses": problems_named(["400", "401", "413", "422", "429", "503"]),
        "x-roles": sorted(roles),
    }


def problems_named(statuses: Iterable[str]) -> dict[str, Any]:
    """The responses of an operation that refuses with these statuses."""
    return {status: {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def document(app: FastAPI, service: Service) -> dict[str, Any]:
    """The whole document of an application."""
    schemas = schemas_of(service)
    found = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        summary=f"The {service.name} service",
        description="Commands are recorded as events in a verifiable log; problems carry a stable `code`. "
        "The same commands over NATS, and the events: `/asyncapi.json`.",
        routes=app.routes,
    )
    for path, item in found["paths"].items():
        for method in METHODS:
            if method in item:
                _complete(path, item[method])
    found["components"] = {
        "schemas": {**schemas.all, **batch_schemas(service)},
        "parameters": SHARED,
        "responses": {
            f"Problem{status}": {
                "description": said,
                "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
            }
            for status, said in PROBLEM_STATUSES.items()
        },
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "Claims `sub`, `role` and, where it acts for one, `unit`.",
            }
        },
    }
    return found


def _complete(path: str, operation: dict[str, Any]) -> None:
    """The answer in its own content type, every parameter of the path, every way of being refused."""
    answer = operation.pop(ANSWER, {"media": JSON, "schema": {}, "description": "The answer."})
    responses = operation.setdefault("responses", {})
    content = {answer["media"]: {"schema": answer["schema"]}}
    responses["200"] = {"description": answer["description"], "content": content}
    security = operation.setdefault("security", BEARER)
    parameters = operation.setdefault("parameters", [])
    known = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    places = PLACES.findall(path)
    parameters += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in places
        if name not in known
    ]
    wanted = {"429", "503"}
    wanted |= {"401", "403"} if security else set()
    wanted |= {"404"} if places else set()
    wanted.add("422")  # a parameter that the route does not have
    wanted |= {"404"} if any(parameter["name"] == "unit" for parameter in parameters) else set()
    wanted |= {"413"} if "requestBody" in operation else set()
    responses |= problems_named(sorted(wanted - {s for s in responses if s != "422"}))
    operation["responses"] = dict(sorted(responses.items()))
    operation["parameters"] = [_named(parameter) for parameter in parameters]


def _named(parameter: Schema) -> Schema:
    """A parameter of all commands by its name, any other as it is."""
    name = next((name for name, shared in SHARED.items() if shared == parameter), None)
    return parameter if name is None else {"$ref": f"#/components/parameters/{name}"}


def batch_schemas(service: Service) -> dict[str, Schema]:
    """An item of a batch and its answer."""
    rows = {row.kebab: row for row in doors_of(service)}
    names = sorted({*rows, *(row.command.__name__ for row in rows.values())})
    return {
        "BatchItem": {
            "type": "object",
            "description": "The command's own body with the thing's id inside, its name, and its id.",
            "required": ["command"],
            "properties": {
                "command": {"type": "string", **({"enum": names} if names else {})},
                "command_id": UUID_SCHEMA,
            },
        },
        "BatchAnswer": {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["status", "command_id"],
                    "properties": {"status": {"const": 200}, "command_id": UUID_SCHEMA},
                    "allOf": [ref("CommandAnswer")],
                },
                ref("Problem"),
            ]
        },
    }
