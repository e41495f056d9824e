"""Where documents may stand is read off the classes; their JSON schemas say the same."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from pydantic import BaseModel

from services.appraisal.app import SERVICE as APPRAISAL
from services.awards.app import SERVICE as AWARDS
from services.registry.app import SERVICE as REGISTRY
from shared.commands.documents import DOCUMENTS
from shared.contracts.holding import members_holding

COMMANDS = sorted(
    {row.command for of in (REGISTRY, APPRAISAL, AWARDS) for row in of.commands},
    key=lambda kind: kind.__name__,
)
HOLDERS = {"DocumentRef", "IssuedDocument"}


def reached(schema: dict[str, Any], member: Any) -> set[str]:
    """The named shapes within a member of a schema."""
    found, pending = set[str](), [member]
    while pending:
        for name in re.findall(r'#/\$defs/(\w+)"', orjson.dumps(pending.pop()).decode()):
            if name not in found:
                found.add(name)
                pending.append(schema["$defs"][name])
    return found


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_a_member_is_looked_into_when_its_schema_reaches_a_document(kind: type[BaseModel]) -> None:
    schema = kind.model_json_schema(by_alias=False)
    holding = {name for name, member in schema["properties"].items() if reached(schema, member) & HOLDERS}
    open_to_all = {name for name, member in kind.model_fields.items() if "Any" in str(member.annotation)}
    assert set(members_holding(kind, DOCUMENTS)) - open_to_all == holding - open_to_all
    assert set(members_holding(kind, DOCUMENTS)) >= holding
