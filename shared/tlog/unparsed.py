"""What can be told of the bytes of a JSON text before it is parsed."""

from __future__ import annotations

from typing import Final

_SPACED: Final = (b" :", b"\t:", b"\r:", b"\n:")


def is_spaced(body: bytes) -> bool:
    """Whether a colon stands behind a quotation mark with nothing but space between.

    An expression would hold all threads for as long as it looks through the whole body.
    """
    for sign in _SPACED:
        since, at = 0, body.find(sign)
        while at >= 0:
            mark = body.rfind(b'"', since, at)
            if mark >= 0 and not body[mark + 1 : at].strip(b" \t\r\n"):
                return True
            since, at = at + 2, body.find(sign, at + 2)
    return False


def signs_of(body: bytes) -> int:
    """How many values a body may hold at most: its commas, colons and opening brackets, wherever they stand."""
    return sum(body.count(sign) for sign in (b",", b":", b"[", b"{"))
