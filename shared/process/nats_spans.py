"""Where the trace of a request over NATS begins, or goes on: FastStream's own spans, without what senders choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared import tracing

if TYPE_CHECKING:
    from faststream.opentelemetry import TelemetryMiddleware


def of_nats() -> TelemetryMiddleware[Any] | None:
    """Spans of requests and their answers; None while tracing is off."""
    if tracing.OURS.provider is None:
        return None
    from faststream.opentelemetry import TelemetryMiddleware

    return TelemetryMiddleware(settings_provider_factory=_plain, tracer_provider=tracing.OURS.provider)


class Plain:
    """What a span of a message says: its subject, and how long it is (FastStream's `TelemetrySettingsProvider`)."""

    messaging_system = "nats"

    def get_consume_attrs_from_message(self, msg: Any) -> dict[str, Any]:
        """See the library."""
        return {
            "messaging.system": self.messaging_system,
            "messaging.destination.name": msg.raw_message.subject,
            "messaging.message.body.size": len(msg.body),
        }

    def get_consume_destination_name(self, msg: Any) -> str:
        """See the library."""
        return msg.raw_message.subject

    def get_publish_attrs_from_cmd(self, _cmd: Any) -> dict[str, Any]:
        """See the library."""
        return {"messaging.system": self.messaging_system}

    def get_publish_destination_name(self, _cmd: Any) -> str:
        """See the library: the subject of an answer is made anew for each question."""
        return "answer"


def _plain(_message: Any) -> Any:
    return Plain()
