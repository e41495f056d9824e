"""Traces go to the collector that a setting names, as OTLP over HTTP, and nowhere without it."""

from __future__ import annotations

import gc

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared import tracing
from shared.process.settings import Settings, from_environment
from shared.process.tracing import traced
from tests.shared.test_settings import FULL
from tests.support.receiver import receiving


def told(**said: str) -> Settings:
    return from_environment("registry", FULL | said)


@pytest.mark.thorough
def test_what_was_done_comes_to_the_collector_by_the_end_of_the_process() -> None:
    with receiving() as collector:
        settings = told(DVK_TRACES_URL=f"{collector.url}/v1/traces")
        with traced("registry", settings), tracing.span("command RegisterUnit") as span:
            span.set_attribute("dvk.outcome", "recorded")
        gc.collect()
    assert [each.path for each in collector.came] == ["/hook/v1/traces"]
    sent = ExportTraceServiceRequest.FromString(collector.came[0].body).resource_spans[0]
    process = {each.key: each.value.string_value for each in sent.resource.attributes}
    assert process["service.name"] == "dvk-registry"
    assert [each.name for each in sent.scope_spans[0].spans] == ["command RegisterUnit"]


@pytest.mark.thorough
def test_a_collector_that_is_away_ends_nothing() -> None:
    with traced("registry", told(DVK_TRACES_URL="http://127.0.0.1:9/v1/traces")):
        with tracing.span("command RegisterUnit"):
            pass
        gc.collect()


def test_without_the_setting_nobody_is_told() -> None:
    with traced("registry", told()), tracing.span("command RegisterUnit") as span:
        assert not span.is_recording()
        assert tracing.here() is None


def test_no_request_is_followed_where_the_share_leaves_it_out() -> None:
    with (
        receiving() as collector,
        traced("registry", told(DVK_TRACES_URL=collector.url, DVK_TRACES_PERCENT="1")),
    ):
        followed = 0
        for _ in range(300):
            with tracing.span("command RegisterUnit"):
                followed += tracing.here() is not None
    assert followed < 30


def test_what_is_raised_is_told_by_its_kind_alone() -> None:
    with (
        receiving() as collector,
        traced("registry", told(DVK_TRACES_URL=collector.url)),
        pytest.raises(ValueError),
        tracing.span("command RegisterUnit"),
    ):
        raise ValueError("Trần Thị Bình")
    assert b"ValueError" in collector.came[0].body
    assert "Trần".encode() not in collector.came[0].body
