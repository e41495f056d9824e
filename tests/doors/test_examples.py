"""Every command that somebody may send has an example, and each is understood by its contract and by its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from shared.contracts.catalog import SERVICES
from shared.contracts.message import Command
from shared.doors.examples import examples
from tests.support.promised import openapi

JSON = "application/json"


def commands(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The bodies that the commands of people take, by their address."""
    for path, item in openapi()[service]["paths"].items():
        operation = item.get("post", {})
        content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
        if "x-roles" in operation and "$ref" in content.get("schema", {}):
            yield path, content


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_has_an_example_that_fits_its_schema(service: str) -> None:
    schemas = openapi()[service]["components"]["schemas"]
    looked = 0
    for path, content in commands(service):
        if path.endswith(("/skip", "/reset", "/withdraw")) and "example" not in content:
            continue  # what an operator does to a follower, a relay or a file stands in the runbook
        assert "example" in content, f"{path}: its example goes into shared/doors/examples/{service}.json"
        schema = {**content["schema"], "components": {"schemas": schemas}}
        wrong = [
            f"{path}: {error.message}"
            for error in Draft202012Validator(schema).iter_errors(content["example"])
        ]
        assert wrong == []
        looked += 1
    assert looked or service == "reporting"


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_is_understood_by_its_contract_as_it_stands(service: str) -> None:
    module = import_module(f"shared.contracts.{service}")
    for name, body in examples(service).items():
        kind = getattr(module, name.partition("/")[0])
        assert issubclass(kind, Command)
        kind.model_validate_json(json.dumps(body), strict=True)
        assert "(dữ liệu mẫu)" not in json.dumps(body, ensure_ascii=False)
