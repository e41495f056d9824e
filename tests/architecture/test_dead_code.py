"""What nothing in the product calls is not kept: functions, classes, methods, properties and imports, found by vulture.

What only tests or a template call stands in one list with its reason, which holds nothing that has found a caller.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from vulture import Vulture

ROOT = Path(__file__).parents[2]
KINDS = {"class", "function", "import", "method", "property", "unreachable_code"}

# Called by a library by what stands above them: routes, validators, handlers of what went wrong.
CALLED_BY_DECORATOR = [
    "@*.get",
    "@*.post",
    "@*.exception_handler",
    "@*.middleware",
    "@model_validator",
    "@field_validator",
]

CALLED_ELSEWHERE = {
    "MemoryLog": "the log of the pure tests, held to the promises of the real one",
    "_connect": "the broker opens its client by it",
    "auth_flow": "httpx asks it for each request",
    "base_exceptions": "limits asks a storage what it raises",
    "do_GET": "http.server calls it for a request",
    "do_POST": "http.server calls it for a request",
    "catch_up": "tests bring read models to a place",
    "get_consume_attrs_from_message": "FastStream asks it for each request over NATS that is traced",
    "get_consume_destination_name": "the same",
    "get_publish_attrs_from_cmd": "the same, for its answer",
    "get_publish_destination_name": "the same, for its answer",
    "get_expiry": "limits asks when one may come again",
    "handleError": "logging calls it when a line cannot be written",
    "freeze": "tests let a server stand still",
    "incr": "limits counts with it",
    "log_message": "http.server calls it after a request",
    "main_loop": "uvicorn calls it between a start and an end",
    "made_of": "tests hold a figure against its records",
    "never_said": "tests hold the sentences against the codes",
    "other_language": "the frame of every page, a template",
    "settings_customise_sources": "pydantic-settings asks it where settings come from",
    "state_after": "tests fold a history",
    "thaw": "tests let a server go on",
    "verify_absence": "the format's proof that a subject is not there; the verifier of one file has its own",
    "without_sentence": "tests hold the codes against the sentences",
}


def unused() -> dict[str, str]:
    """Name and place of what nothing in the product calls."""
    look = Vulture(ignore_decorators=CALLED_BY_DECORATOR)
    look.scavenge([ROOT / "shared", ROOT / "services"])
    return {
        str(item.name): f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno}"
        for item in look.get_unused_code(min_confidence=60)
        if item.typ in KINDS
    }


@pytest.mark.thorough
def test_nothing_is_kept_that_nothing_calls_and_what_tests_call_is_listed() -> None:
    found = unused()

    assert {name: place for name, place in found.items() if name not in CALLED_ELSEWHERE} == {}
    assert set(CALLED_ELSEWHERE) - set(found) == set(), (
        "listed, and called in the product: take it off the list"
    )
