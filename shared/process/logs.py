"""structlog, set up once: JSON lines for machines, readable ones on a terminal; never a person's name."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from time import monotonic
from typing import Any, BinaryIO, cast

import orjson
import structlog

from shared.process.kinds import Wrong

MOST_A_MINUTE = 60
"""Lines of one kind, but for the one of each command and batch: whatever is away for hours, the log stays readable."""
COUNTED_ELSEWHERE = frozenset({"command", "applied"})


class Bounded(logging.Filter):
    """Lets so many lines of one logger and event pass a minute; the next says how many were left out.

    Our own lines come as a processor's (`of_ours`), those of libraries as a filter's.
    """

    def __init__(self, now: Callable[[], float], most: int = MOST_A_MINUTE) -> None:
        super().__init__()
        self._now = now
        self._most = most
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def of_ours(self, _logger: object, _method: str, said: Any) -> Any:
        """See `structlog.types.Processor`; DropEvent for a line that is left out."""
        if said["event"] not in COUNTED_ELSEWHERE:
            if (words := self._words(said["logger"], str(said["event"]))) is None:
                raise structlog.DropEvent
            said["event"] = f"{said['event']}{words}"
        return said

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`. What a library tells of by an object is known by its kind."""
        known = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        if (words := self._words(record.name, known)) is None:
            return False
        if words:
            record.msg = f"{record.msg}{words}"
        return True

    def _words(self, name: str, event: str) -> str | None:
        """What a line says besides of those left out before it; None when it is left out itself."""
        key, words = (name, event[:100]), ""
        since, count = self._seen.get(key, (self._now(), 0))
        if self._now() - since >= 60:
            if count > self._most:
                words = f" (left out before: {count - self._most})"
            since, count = self._now(), 0
        if len(self._seen) > 1000:
            self._seen.clear()
        self._seen[key] = since, count + 1
        return words if count < self._most else None


class Unfailing(BytesIO):
    """Where lines go: one that cannot be written is no reason to refuse what it tells of."""

    def __init__(self, to: BinaryIO) -> None:
        super().__init__()
        self._to = to

    def write(self, line: Any, /) -> int:
        """A whole line, at once."""
        with suppress(OSError, ValueError):  # no room, nobody who reads; or closed at the end
            self._to.write(line)
            self._to.flush()
        return len(line)


def in_json(said: object, default: Callable[[object], object]) -> bytes:
    """A line as JSON; what the quick way refuses (half a character, a number of 30 digits) is spelt in ASCII, and where
    something has no end or cannot be told at all, the words alone."""
    try:
        return orjson.dumps(said, default)
    except TypeError:
        pass
    try:
        return json.dumps(said, default=default, skipkeys=True).encode()
    except Exception as wrong:  # noqa: BLE001 - whatever is in a line, it costs nobody an answer
        words = {n: v for n, v in cast("dict[str, Any]", said).items() if isinstance(v, str)}
        return json.dumps({**words, "untold": type(wrong).__name__}).encode()


def _encoded(_logger: object, _method: str, line: Any) -> bytes:
    return cast(str, line).encode("utf-8", "backslashreplace")


def _decoded(_logger: object, _method: str, line: Any) -> str:
    return cast(bytes, line).decode()


def set_up(service: str, level: str) -> None:
    """Send every log line, also those of libraries, through structlog; each carries its service."""
    terminal = sys.stderr.isatty()
    bounded = Bounded(monotonic)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    ours: list[structlog.types.Processor] = [structlog.processors.JSONRenderer(in_json)]
    libraries: list[structlog.types.Processor] = [*ours, _decoded]
    if terminal:
        libraries = [structlog.dev.ConsoleRenderer()]
        ours = [*libraries, _encoded]
    structlog.configure(
        processors=[*shared, bounded.of_ours, structlog.processors.format_exc_info, *ours],
        logger_factory=structlog.BytesLoggerFactory(Unfailing(sys.stderr.buffer)),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            *libraries,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(bounded)
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
