"""The documents of the doors say all there is and point nowhere; what they promise is the digests in docs/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from services.cli.digests import page
from shared import SERVICES
from shared.contracts.catalog import events_of, wire_type
from shared.doors.openapi import METHODS
from shared.doors.problems import MEDIA_TYPE
from shared.doors.schemas import doors_of
from tests.support.promised import promised

DOCS = Path(__file__).parents[2] / "docs"
KINDS = ("openapi", "asyncapi")
MOST = 320_000


def document(kind: str, service: str) -> dict[str, Any]:
    return json.loads(promised()[f"{kind}/{service}.json"])


def rows(service: str) -> list[Any]:
    return doors_of(import_module(f"services.{service}.app").SERVICE)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            elif name == "mapping" and isinstance(value, dict):
                yield from value.values()
            else:
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def found(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


@pytest.mark.parametrize("name", [f"{kind}/{service}.json" for kind in KINDS for service in SERVICES])
def test_a_document_stays_small_enough_to_be_read(name: str) -> None:
    assert len(promised()[name].encode()) < MOST


def test_what_the_doors_promise_is_what_was_reviewed() -> None:
    assert (DOCS / "contract.txt").read_text("utf-8") == promised()["contract.txt"], (
        "run: make docs, and look at the diff"
    )


def test_a_member_more_in_a_shared_schema_shows_at_every_route_that_has_it() -> None:
    before = document("openapi", "registry")
    after = document("openapi", "registry")
    after["components"]["schemas"]["DecisionGiven"]["properties"]["more"] = {"type": "string"}
    lines = [set(page({"openapi/registry.json": each}).splitlines()) for each in (before, after)]
    changed = {line.rpartition(" ")[0] for line in lines[1] - lines[0]}

    assert "registry http POST /models/{model}/rate" in changed
    assert "registry http POST /models/{model}/suspend" not in changed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_somewhere(kind: str, service: str) -> None:
    whole = document(kind, service)
    for reference in set(references(whole)):
        assert found(whole, reference) is not None


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_is_told_at_both_doors(service: str) -> None:
    over_http, over_nats = document("openapi", service), document("asyncapi", service)
    for row in rows(service):
        name = row.command.__name__
        operation = over_http["paths"][row.path]["post"]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        properties = found(over_http, body["$ref"])["properties"]
        assert set(properties) == {m.alias or name for name, m in row.command.model_fields.items()}
        assert operation["x-roles"] == sorted(row.roles)
        assert over_nats["channels"][name]["address"] == f"cmd.{service}.{row.kebab}"
        assert over_nats["operations"][name]["reply"]["channel"] == {"$ref": "#/channels/Reply"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_is_told_as_it_is_recorded(service: str) -> None:
    over_http, over_nats = document("openapi", service), document("asyncapi", service)
    wires = {wire_type(service, kind) for kind in events_of(service).values()}
    mapping = over_http["components"]["schemas"]["RecordedEvent"]["discriminator"]["mapping"]
    assert set(mapping) == wires
    messages = [
        found(over_nats, m["$ref"])["payload"] for m in over_nats["channels"]["Events"]["messages"].values()
    ]
    assert {found(over_nats, m["$ref"])["allOf"][1]["properties"]["type"]["const"] for m in messages} == wires
    assert over_nats["channels"]["Events"]["x-jetstream"]["stream"] == service.upper()


@pytest.mark.parametrize("service", SERVICES)
def test_every_refusal_is_told_and_is_a_problem(service: str) -> None:
    whole = document("openapi", service)
    for told in whole["components"]["responses"].values():
        assert list(told["content"]) == [MEDIA_TYPE]
    for name, operation in operations(whole):
        statuses = set(operation["responses"])
        assert {"200", "503"} <= statuses, name
        assert not operation["security"] or {"401", "403"} <= statuses, name
        assert "HTTPValidationError" not in json.dumps(operation), name


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_has_a_name_of_its_own_and_says_what_it_does(service: str) -> None:
    named = [operation["operationId"] for _, operation in operations(document("openapi", service))]
    assert len(named) == len(set(named))
    assert all(
        op.get("description") or op.get("summary") for _, op in operations(document("openapi", service))
    )


def test_only_what_needs_no_token_needs_no_token() -> None:
    """Hashes, keys, health and documents are public, and the lists of what is in force; the rest is not."""
    public = {
        name
        for name, operation in operations(document("openapi", "registry"))
        if operation["security"] in ([], [{}, {"bearer": []}])
    }
    assert public == {
        "GET /health/live", "GET /health/ready", "GET /asyncapi.json", "GET /log/head",
        "GET /log/checkpoint", "GET /log/vkey", "GET /log/handovers", "GET /log/proof/inclusion",
        "GET /log/proof/consistency",
        "GET /log/tile/{name}",
    }  # fmt: skip
