"""The way of one request through the system, as OpenTelemetry shows it: off, and next to nothing, until `begin`.

A span says what kind of thing was done and how it ended. Who asked, from where, what was said, and every id that a
sender made stay out of it: what gathers traces is no place for them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from time import time_ns
from typing import Any

from opentelemetry import context
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Tracer, TracerProvider, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
"""Where a trace stands in HTTP and NATS (W3C Trace Context)."""
NAME = "dvk"
CONTEXT = TraceContextTextMapPropagator()
Said = str | int


class Tracing:
    """The tracing of this process."""

    provider: TracerProvider | None = None
    tracer: Tracer | None = None

    def begin(self, provider: TracerProvider) -> None:
        """From now on spans go to this provider."""
        self.provider, self.tracer = provider, provider.get_tracer(NAME)

    def end(self) -> None:
        """No more spans."""
        self.provider = self.tracer = None


OURS = Tracing()


@contextmanager
def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, parent: str | None = None, **said: Said
) -> Generator[Span]:
    """A span while what is within runs, of the trace that is current or of `parent` (a `traceparent`).

    It ends with the type of what is raised, never with its words: they may hold what somebody wrote.
    """
    if OURS.tracer is None:
        yield INVALID_SPAN
        return
    with OURS.tracer.start_as_current_span(
        name, _of(parent), kind, said, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_attribute("error.type", type(error).__name__)
            raise


def begun(name: str, kind: SpanKind, parent: str | None, **said: Said) -> Span:
    """A span that its holder ends; one that records nothing when `parent` is none: nobody follows this."""
    if OURS.tracer is None or parent is None:
        return INVALID_SPAN
    return OURS.tracer.start_span(name, _of(parent), kind, said)


def past(name: str, kind: SpanKind, parents: Iterable[str | None], seconds: float, **said: Said) -> None:
    """What took so long until now was done for each of these; a span in each one's trace."""
    if OURS.tracer is None:
        return
    until = time_ns()
    for parent in parents:
        if parent is not None:
            one = OURS.tracer.start_span(name, _of(parent), kind, said, start_time=until - int(seconds * 1e9))
            one.end(until)


@contextmanager
def within(parent: str | None) -> Generator[None]:
    """What is done here belongs to this trace, as one step of it."""
    if OURS.tracer is None or parent is None:
        yield
        return
    token = context.attach(CONTEXT.extract({HEADER: parent}))
    try:
        yield
    finally:
        context.detach(token)


def here(of: Span | None = None) -> str | None:
    """The `traceparent` of a span, else of the current one; None when nobody follows it."""
    if OURS.tracer is None:
        return None
    found = (get_current_span() if of is None else of).get_span_context()
    if not (found.is_valid and found.trace_flags.sampled):
        return None
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"


def headers(of: Span | None = None) -> dict[str, str]:
    """With what a message goes on in the trace of a span, else of the current one."""
    return {} if (trace := here(of)) is None else {HEADER: trace}


def came_with(headers: Any) -> str | None:
    """The `traceparent` among the headers of a message, if it has any, in any case; None while tracing is off."""
    if OURS.tracer is None:
        return None
    said: Mapping[str, str] = headers or {}
    return next((value for name, value in said.items() if name.lower() == HEADER), None)


def _of(parent: str | None) -> context.Context | None:
    return None if parent is None else CONTEXT.extract({HEADER: parent})
