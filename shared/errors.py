"""Everything that can go wrong here, and what to do about it.

* Refused          the domain says no               answer the sender (409), acknowledge, never retry
  * Unknown        the thing is not there           the same, 404
  * NotAllowed     this actor may not               the same, 403
  * Malformed      the input cannot be understood   the same, 422 (400 when it is not even JSON)
  * TooLarge       the event would not fit          the same, 413
* Conflict         somebody was faster              decide again on the newer history
* ClaimTaken       somebody reserved it first       catch up and decide again
* Unavailable      a store or broker is away        do not acknowledge; answer 503 with Retry-After
  * TooMany        somebody comes too often         the same, 429
* CorruptHistory   our own record is broken         stop this consumer; a human must look
  * OfNewerVersion a newer version recorded it      the same, until this process is of that version, too; 503

A code is stable for ever; the sentences that go with it stand in `words/vi.toml` and `words/en.toml` of each service.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The domain says no, and says why with a stable code such as `model.already-registered`.

    `details` are members that the answer shows beside the code (`missing=["address"]`): JSON values
    only, and never a person's name.
    """

    status = 409

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Unknown(Refused):
    """Nothing of this name is on record (`model.unknown`)."""

    status = 404


class NotAllowed(Refused):
    """The actor's role or unit may not do this (`not-allowed`, or a code that says more)."""

    status = 403


class Malformed(Refused):
    """The input cannot be understood, or says something that cannot be (`date.in-future`)."""

    status = 422


class TooLarge(Refused):
    """The event or body is over its limit (`event.too-large`)."""

    status = 413


class Internal(Refused):
    """Nobody foresaw this; it stands in the process's own log (`internal`)."""

    status = 500


class CommandReused(Refused):
    """This command id was used for another request; the earlier event is not shown (`command.reused`)."""


class Unavailable(Exception):
    """A store, broker or follower cannot answer now; the same command id may be sent again.

    `retry_after` is in seconds. `details` as in `Refused`.
    """

    status = 503

    def __init__(self, code: str, retry_after: int = 2, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.details = details


class TooMany(Unavailable):
    """Somebody comes too often; everybody else is answered."""

    status = 429


class Conflict(Exception):
    """Another event stands at this version of the stream."""


class ClaimTaken(Exception):
    """Another stream holds this claim."""


class CorruptHistory(Exception):
    """What is recorded cannot have happened; no answer is given on top of it."""


class OfNewerVersion(CorruptHistory):
    """A newer version of the program recorded it, and this one cannot read it; to a sender 503 `log.newer`."""
