"""Where the lines of the security log are kept: a file of its own for each process, a new one a day."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from socket import gethostname
from time import monotonic
from typing import TextIO

import structlog

from shared import metrics
from shared.doors.security import Security
from shared.process.declaring import SettingsWrong
from shared.process.guarding import Guarding
from shared.process.ids import machine_time, unix_time
from shared.process.kinds import Wrong
from shared.process.named_files import why

logger = structlog.get_logger("dvk.security")
UNWRITTEN = "security-log.unwritten"
"""The alarm."""
AGAIN_SECONDS = 30.0


class Minded(logging.Handler):
    """Knows whether the last line was written. What cannot be is said in the process's own log, and is an alarm."""

    trouble: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """See the library."""
        self.trouble = None
        super().emit(record)
        metrics.ALARM.labels(UNWRITTEN).set(self.trouble is not None)

    def handleError(self, record: logging.LogRecord) -> None:
        """See the library: the line goes where it can go, and somebody has to look."""
        self.trouble = str(sys.exc_info()[1])
        logger.critical("the security log cannot be written", error=self.trouble, line=record.getMessage())


class Shown(Minded, logging.StreamHandler[TextIO]):
    """On standard output."""


class Kept(Minded, TimedRotatingFileHandler):
    """A file a day (UTC), for so many days."""

    def emit(self, record: logging.LogRecord) -> None:
        """See the library. Into a file that somebody took away nothing is written: nobody would ever read it."""
        if not Path(self.baseFilename).is_file():
            with suppress(OSError):  # what waits in it is lost with it
                self.close()
        super().emit(record)

    def getFilesToDelete(self) -> list[str]:
        """See the library: what is too old, of replicas that are gone too."""
        oldest = unix_time() - self.backupCount * 86_400
        files = Path(self.baseFilename).parent.glob("*.jsonl*")
        return [str(file) for file in files if file.stat().st_mtime < oldest]


def security_of(service: str, guarding: Guarding) -> Security:
    """The security log of a process: `<directory>/<service>.<machine>.jsonl`, or standard output.

    SettingsWrong when nothing can be written there: nobody comes in unseen.
    """
    handler: Minded = Shown(sys.stdout)
    if (directory := guarding.security_log_dir) is not None:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            handler = _kept(directory / f"{service}.{gethostname()}.jsonl", guarding.security_log_days)
        except OSError as error:
            code = "setting.directory-unwritable"
            raise SettingsWrong([Wrong.because(code, "DVK_SECURITY_LOG_DIR", **why(error))]) from error
    lines = logging.getLogger("dvk.security-log")
    for before in lines.handlers:
        before.close()
    lines.handlers[:] = [handler]
    lines.propagate = False
    lines.setLevel(logging.INFO)

    def now() -> str:
        return machine_time().isoformat()

    def write(line: str) -> None:
        lines.info("%s", line)

    again = Again(
        handler, lambda: write(json.dumps({"time": now(), "service": service, "what": "written-again"}))
    )
    return Security(service, write, now, again.trouble)


class Again:
    """Looks by itself whether lines can be written again, so that the alarm ends though nobody comes."""

    def __init__(self, handler: Minded, write: Callable[[], None]) -> None:
        """`write()` writes a line that tells of the gap before it."""
        self._handler = handler
        self._write = write
        self._tried = 0.0

    def trouble(self) -> str | None:
        """Why the last line could not be kept; None once one was."""
        if self._handler.trouble is not None and monotonic() - self._tried > AGAIN_SECONDS:
            self._tried = monotonic()
            self._write()
        return self._handler.trouble


def _kept(file: Path, days: int) -> Kept:
    kept = Kept(file, when="midnight", utc=True, backupCount=days, encoding="utf-8")
    for old in kept.getFilesToDelete():
        Path(old).unlink(missing_ok=True)
    return kept
