"""Where spans go: to the collector that a setting names, by OpenTelemetry's own SDK, loaded only then."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from shared import VERSION, tracing
from shared.process.told import Told

PATIENCE_SECONDS = 5
"""So long the collector may take for one delivery; whoever asks us never waits for it."""


@contextmanager
def traced(process: str, told: Told) -> Generator[None]:
    """Spans of this process go out while what is within runs, if a setting says where to."""
    if told.traces_url is None:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    exporter = OTLPSpanExporter(
        endpoint=told.traces_url,
        certificate_file=str(told.tls.authority) if told.tls else None,
        timeout=PATIENCE_SECONDS,
    )
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(told.traces_percent / 100),
        resource=Resource.create({"service.name": f"dvk-{process}", "service.version": VERSION}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracing.OURS.begin(provider)
    try:
        yield
    finally:
        tracing.OURS.end()
        provider.shutdown()
