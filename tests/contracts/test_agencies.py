"""What agencies are promised is valid by others' rules, true of every message, and only grows."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from jsonschema_rs import Draft7Validator, Draft202012Validator, meta

from services.reporting.feed.public import FACTS, fact_of
from shared.contracts.catalog import SERVICES
from shared.eventlog.port import Recorded, recorded
from shared.relaying.publishing import CONTENT_TYPE
from shared.tlog.canonical import canonical
from tests.contracts import year
from tests.contracts.growing import taken_away
from tests.shell.test_feed import lived
from tests.support.promised import promised

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
RELEASED = sorted((HERE / "released").glob("*.json"))
GOLDEN = [
    recorded(file.read_bytes().removesuffix(b"\n")) for file in sorted((HERE / "golden").glob("*.awards.*"))
]


def public(event: Recorded) -> Recorded:
    """A golden event as the public could be told it: a golden correction corrects no fact there is."""
    if event.name != "RecordCorrected":
        return event
    data = {**event.data, "corrected_type": "ModelRecognised"}
    return recorded(canonical({**event.envelope, "data": data}))


EVENTS = [public(event) for event in GOLDEN if event.name in (*FACTS, "RecordCorrected")]


@cache
def schemas() -> dict[str, dict[str, Any]]:
    below = "agencies/schemas/"
    return {
        name.removeprefix(below).removesuffix(".json"): json.loads(text)
        for name, text in promised().items()
        if name.startswith(below)
    }


def closed(schema: Any) -> Any:
    """The same, which lets nothing pass that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(each) for name, each in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found["additionalProperties"] = False
    return found


@cache
def validator(wire: str) -> Draft202012Validator:
    return Draft202012Validator(closed(schemas()[wire]), validate_formats=True)


@cache
def told() -> list[Recorded]:
    """What a city told the public, and what the year of the first version told."""
    events = [entry.event for entry in lived().ledger()]
    return [event for event in (*events, *year.log_of("awards")) if fact_of(event) is not None]


def test_the_files_that_agencies_are_given_are_those_of_today() -> None:
    kept = {
        str(file.relative_to(DOCS)): file.read_text("utf-8") for file in (DOCS / "agencies").rglob("*.json")
    }
    assert kept == {name: text for name, text in promised().items() if name.startswith("agencies/")}


def test_every_public_event_has_a_schema_in_every_version_it_ever_had_and_nothing_else_has_one() -> None:
    assert {event.type for event in EVENTS} == set(schemas())


@pytest.mark.parametrize("wire", [event.type for event in EVENTS])
def test_a_schema_is_one_by_the_rules_of_json_schema_and_complete_in_itself(wire: str) -> None:
    meta.validate(schemas()[wire])
    assert {reference for reference in references(schemas()[wire])} <= {
        f"#/$defs/{name}" for name in schemas()[wire]["$defs"]
    }


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


@pytest.mark.parametrize(
    "name", ["agencies/asyncapi.json", *(f"asyncapi/{service}.json" for service in SERVICES)]
)  # fmt: skip
def test_an_asyncapi_document_is_one_by_the_official_schema(name: str) -> None:
    official = Draft7Validator(
        json.loads(gzip.decompress((HERE / "official/asyncapi-3.0.0.json.gz").read_bytes()))
    )
    document = json.loads(promised()[name])

    assert [f"{e.instance_path}: {e.message[:200]}" for e in official.iter_errors(document)] == []
    assert not official.is_valid({**document, "channels": {"x": {"address": 5}}})
    assert not official.is_valid({name: part for name, part in document.items() if name != "info"})


def test_all_that_was_ever_told_is_as_its_schema_says_and_names_nothing_else() -> None:
    assert {event.type.rpartition(".v")[2] for event in told()} == {"1", "2"}
    assert {event.name for event in told()} >= {"ModelRecognised", "ModelListed", "RecognitionRevoked"}
    wrong = [
        f"{event.position} {event.type}: {error.instance_path} {error.message[:200]}"
        for event in told()
        for error in validator(event.type).iter_errors(event.envelope)
    ]
    assert wrong == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_schema_refuses_what_is_no_such_event(event: Recorded) -> None:
    check = Draft202012Validator(schemas()[event.type])
    assert check.is_valid({**event.envelope, "later": 1, "data": {**event.data, "added_later": 1}})
    for name in schemas()[event.type]["required"]:
        assert not check.is_valid({k: v for k, v in event.envelope.items() if k != name}), name
    for name in (
        "on",
        *(m for m in event.data if m in ("level", "decision", "corrected_type", "recognition")),
    ):
        assert not check.is_valid({**event.envelope, "data": {**event.data, name: 7}}), name
    other = "vn.gov.danang.dvk.awards.RecognitionOpened.v1"
    assert not check.is_valid({**event.envelope, "type": other})
    assert not check.is_valid({**event.envelope, "source": "/dvk/registry"})


def test_a_correction_of_what_is_not_public_is_not_in_the_contract() -> None:
    event = next(event for event in EVENTS if event.name == "RecordCorrected")
    check = Draft202012Validator(schemas()[event.type])
    for name in (*FACTS, "RecognitionOpened"):
        data = {**event.data, "corrected_type": name}
        assert check.is_valid({**event.envelope, "data": data}) == (name in FACTS)


def test_the_official_sdk_reads_each_message_as_a_cloud_event() -> None:
    for event in [*EVENTS, *told()]:
        read = from_structured_event(HTTPMessage({"content-type": CONTENT_TYPE}, event.raw))
        assert (read.get_id(), read.get_source(), read.get_type()) == (
            event.id,
            f"/dvk/{event.service}",
            event.type,
        )
        assert read.get_subject() == event.stream
        assert read.get_data() == event.data
        assert read.get_extension("position") == event.position
        assert f"{read.get_time():%Y-%m-%dT%H:%M:%S.%fZ}" == event.time


def test_a_person_in_a_schema_is_an_id_and_what_only_the_city_opens() -> None:
    person = schemas()["vn.gov.danang.dvk.awards.CommendationGranted.v2"]["$defs"]["Person"]
    assert set(person["properties"]) == {"id", "sealed"}
    assert person["required"] == ["id"]


# --- growing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", RELEASED, ids=lambda file: file.stem)
def test_a_released_schema_only_grew_since(file: Path) -> None:
    released = json.loads(file.read_text("utf-8"))
    assert released
    for wire, before in released.items():
        assert wire in schemas(), f"{wire} was released and is gone"
        assert list(taken_away(before, schemas()[wire])) == [], wire


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "a member that may be absent": (lambda s: s["properties"].update(later={"type": "string"}), []),
    "another sentence": (lambda s: s.update(description="x"), []),
    "a schema beside": (lambda s: s["$defs"].update(Later={"type": "string"}), []),
    "a member less": (lambda s: s["properties"].pop("prev"), ["/properties/prev"]),
    "a member that must be there": (lambda s: s["required"].append("prev"), ["/required"]),
    "a member that need not be there": (lambda s: s["required"].remove("time"), ["/required"]),
    "another type": (
        lambda s: s["properties"]["position"].update(type="string"),
        ["/properties/position/type"],
    ),
    "another pattern": (lambda s: s["properties"]["time"].update(pattern="x"), ["/properties/time/pattern"]),
    "a bound": (lambda s: s["properties"]["actor"].update(maxLength=9), ["/properties/actor/maxLength"]),
    "a closed door": (lambda s: s.update(additionalProperties=False), ["/additionalProperties"]),
    "a word more": (
        lambda s: s["$defs"]["ModelListed"]["properties"]["field"]["enum"].append("other"),
        ["/$defs/ModelListed/properties/field/enum"],
    ),
    "something deep inside less": (
        lambda s: s["$defs"]["ModelListed"]["properties"].pop("model"),
        ["/$defs/ModelListed/properties/model"],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_growing_is_told_from_taking_away(what: str) -> None:
    before = schemas()["vn.gov.danang.dvk.awards.ModelListed.v2"]
    after = copy.deepcopy(before)
    change, places = CHANGES[what]
    change(after)
    assert list(taken_away(before, after)) == places
