"""How a command ended, said once where it ends: a line of the log, a count, a time, a span."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic

import structlog

from shared import tracing
from shared.commands.answering import Answer
from shared.errors import Refused, Unavailable
from shared.metrics import counted, timed
from shared.store.mongo import AWAY

logger = structlog.get_logger("dvk.commands")


class Outcome:
    """`recorded`, `unchanged`, the code of a refusal, `store-away`, `outcome-unknown` when nobody waits any more, or
    `failed`."""

    word = "failed"

    def is_so(self, answer: Answer) -> None:
        """It was answered."""
        self.word = "recorded" if answer.changed else "unchanged"


@contextmanager
def outcome_of(command: str, **said: str) -> Generator[Outcome]:
    """One command from its arrival to its answer; `said` is what its line of the log says besides."""
    outcome, began = Outcome(), monotonic()
    with tracing.span(f"command {command}") as span:
        try:
            yield outcome
        except (Refused, Unavailable) as no:
            outcome.word = no.code
            raise
        except AWAY:
            outcome.word = "store-away"
            raise
        except CancelledError:  # nobody waits for it any more; what was on its way may come to be
            outcome.word = "outcome-unknown"
            raise
        finally:
            took = monotonic() - began
            counted(command, outcome.word).inc()
            timed(command).observe(took)
            span.set_attribute("dvk.outcome", outcome.word)
            logger.info("command", command=command, outcome=outcome.word, ms=round(took * 1000, 1), **said)
