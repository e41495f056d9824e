"""structlog, set up once: JSON lines for machines, readable ones on a terminal; never a person's name."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, cast

import structlog

from shared.process.kinds import Wrong

MOST_A_MINUTE = 60
"""Lines of one kind, but for the one of each command and batch: whatever is away for hours, the log stays readable."""
COUNTED_ELSEWHERE = frozenset({"command", "applied"})


class Bounded(logging.Filter):
    """Lets so many lines of one logger and event pass a minute; the next says how many were left out."""

    def __init__(self, now: Callable[[], float], most: int = MOST_A_MINUTE) -> None:
        super().__init__()
        self._now = now
        self._most = most
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        said: Any = record.msg
        event = str(cast("dict[str, Any]", said).get("event", "") if isinstance(said, dict) else said)[:100]
        if event in COUNTED_ELSEWHERE:
            return True
        since, count = self._seen.get((record.name, event), (self._now(), 0))
        if self._now() - since >= 60:
            if count > self._most:
                _append(record, f"(left out before: {count - self._most})")
            since, count = self._now(), 0
        if len(self._seen) > 1000:
            self._seen.clear()
        self._seen[record.name, event] = since, count + 1
        return count < self._most


def _append(record: logging.LogRecord, words: str) -> None:
    if isinstance(record.msg, dict):
        record.msg["event"] = f"{record.msg.get('event', '')} {words}"
    else:
        record.msg = f"{record.msg} {words}"


def set_up(service: str, level: str) -> None:
    """Send every log line, also those of libraries, through structlog; each carries its service."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Bounded(monotonic))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "pymongo", "nats"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def warn_of(found: Iterable[Wrong]) -> None:
    """A line in the log for each, once it is set up."""
    for each in found:
        structlog.get_logger("dvk.settings").warning(each.code, setting=each.name, vi=each.vi, en=each.en)
