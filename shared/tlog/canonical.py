"""The one way an event becomes bytes: RFC 8785 (JCS) under a profile so narrow that nothing can drift.

* `canonical(value)`      value -> the bytes that are stored, sent and hashed
* `check_profile(value)`  what `canonical` refuses, without making bytes
* `parse_strict(body)`    bytes from outside -> a value inside the profile; plain parsers let far more pass

The profile: objects with keys `[a-z][a-z0-9_]*`, arrays, strings in NFC, integers within ±(2^53-1), true and
false. No floats, no null (a member without a value is absent), nesting of at most 16 (the outermost object is
the first); an event has at most 65,535 bytes. Inside the profile a fast serialiser and RFC 8785 write
the same bytes (a property test says so): with ASCII keys all orders agree, and an integer has one spelling.

A refusal is an `OutsideProfile` with a stable code and the place as a JSON pointer (RFC 6901); where bytes
cannot be read as JSON at all, the place is a byte, a character, or line and column:

    json.malformed  json.not-utf8  json.duplicate-key
    number.not-an-integer  number.too-large  text.not-nfc  text.not-unicode
    key.not-allowed  null.not-allowed  value.not-allowed  nesting.too-deep  event.too-large  text.too-many-marks
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast
from unicodedata import combining, is_normalized, normalize

from shared.tlog.quick import dumps, loads
from shared.tlog.unparsed import is_spaced

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"

MOST_NESTING: Final = 16
MOST_EVENT_BYTES: Final = 65_535  # an entry of a C2SP tlog-tiles bundle has a uint16 length
MOST_TEXT: Final = (
    4 * MOST_EVENT_BYTES
)  # signs; in NFC there may be a quarter as many, and no event has more bytes
MOST_INTEGER: Final = 2**53 - 1  # beyond it JavaScript and JCS round
MOST_MARKS: Final = 30  # combining marks in a row (Stream-Safe Text, UAX 15): ordering n takes n² steps

_is_key: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII).fullmatch
_surrogate: Final = re.compile(r"[\ud800-\udfff]").search


class OutsideProfile(ValueError):
    """A value that cannot become an event. The code is stable; `place` is a JSON pointer, `""` the whole."""

    def __init__(self, code: str, place: str, found: str = "") -> None:
        super().__init__(f"{code} at {place or 'the whole value'}" + (f": {found}" if found else ""))
        self.code: Final = code
        self.place: Final = place
        self.found: Final = found


def canonical(value: object, *, at_most: int | None = MOST_EVENT_BYTES) -> bytes:
    """The canonical bytes of a value inside the profile; anything else raises `OutsideProfile`.

    `at_most=None` lifts the size limit, for documents that are hashed but are no events.
    """
    check_profile(value)
    written = dumps(value)
    if at_most is not None and len(written) > at_most:
        raise OutsideProfile("event.too-large", "", f"{len(written)} bytes, at most {at_most}")
    return written


def check_profile(value: object) -> None:
    """Nothing for a value inside the profile; `OutsideProfile` for the first thing that is outside it."""
    if not _fits(value, MOST_NESTING):
        _refuse(value, "", MOST_NESTING)


def parse_strict(body: bytes, *, normalise: bool = False) -> Json:
    """The value of a body from outside, inside the profile; anything else raises `OutsideProfile`.

    With `normalise` text that is not NFC is brought into NFC instead of refused. Time is linear and the stack
    stays flat, whatever the body holds. Its size is for the caller to limit: what is inside the profile is read at
    some hundred MB a second and walked at some million values a second, what is outside it at a tenth of that.
    """
    value = _quickly(body)
    return _carefully(body, normalise) if value is None else cast(Json, value)


def _quickly(body: bytes) -> object | None:
    """The value of a body that is surely inside the profile; None for any other.

    The fast parser keeps the last of two members of one name and does not tell. But every member's key ends in
    `":` (or has a space there), so if there are no more of these than members were found, none was lost.
    """
    try:
        value = loads(body)
    except ValueError:
        return None
    if _fits(value, MOST_NESTING) and body.count(b'":') == _members(value) and not is_spaced(body):
        return value
    return None


def _members(value: object) -> int:
    """How many members all objects in a value have."""
    if type(value) is dict:
        inside = cast(dict[str, object], value)
        return len(inside) + sum(_members(member) for member in inside.values() if type(member) in _NESTED)
    if type(value) is list:
        return sum(_members(item) for item in cast(list[object], value) if type(item) in _NESTED)
    return 0


_NESTED: Final = frozenset({dict, list})


def _carefully(body: bytes, normalise: bool) -> Json:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OutsideProfile("json.not-utf8", f"byte {error.start}", error.reason) from None
    _refuse_hostile_nesting(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise OutsideProfile("json.malformed", place, error.msg) from None
    if normalise and not _fits(value, MOST_NESTING):
        value = _in_nfc(value)
    check_profile(value)
    return cast(Json, value)


def _in_nfc(value: object) -> object:
    if isinstance(value, str):
        if len(value) > MOST_TEXT or value.isascii() or is_normalized("NFC", value):
            return value
        return _composed(value)
    if isinstance(value, dict):
        return {key: _in_nfc(member) for key, member in cast(dict[object, object], value).items()}
    if isinstance(value, list):
        return [_in_nfc(item) for item in cast(list[object], value)]
    return value


def _composed(text: str) -> object:
    in_a_row = 0
    for sign in text:
        in_a_row = in_a_row + 1 if combining(sign) else 0
        if in_a_row > MOST_MARKS:
            return _Spoilt("text.too-many-marks", found=f"more than {MOST_MARKS} in a row")
    return normalize("NFC", text)


# The fast walk: says only whether; runs on every event.


def _fits(value: Any, room: int) -> bool:  # noqa: C901 - one flat table of cases
    kind = type(value)  # pyright: ignore[reportUnknownVariableType]
    if kind is dict:
        for key in value:
            if type(key) is not str or (key not in _good_keys and not _is_good(key)):
                return False
        members = value.values()
    elif kind is list or kind is tuple:
        members = value
    elif kind is str:
        return _is_text(value)
    else:
        return kind is bool or (kind is int and -MOST_INTEGER <= value <= MOST_INTEGER)
    if room == 0:
        return False
    for member in members:
        kind = type(member)  # pyright: ignore[reportUnknownVariableType]
        # The commonest kinds are looked at here too: with a call for each an event takes half as long again.
        if kind is str:
            if not member.isascii() and not _is_text(member):
                return False
        elif kind is int:
            if not -MOST_INTEGER <= member <= MOST_INTEGER:
                return False
        elif kind is not bool and not _fits(member, room - 1):
            return False
    return True


# Keys found good, because the same few hundred come in every event. A memo and nothing else.
_good_keys: Final[set[str]] = set()


def _is_good(key: str) -> bool:
    if not _is_key(key):
        return False
    if len(_good_keys) < 4096 and len(key) <= 64:
        _good_keys.add(key)
    return True


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return len(text) <= MOST_TEXT and is_normalized("NFC", text)


# The slow walk: runs once, after a no, and says what and where.


def _refuse(value: object, place: str, room: int) -> None:  # noqa: C901 - one flat table of cases
    match value:
        case _Spoilt():
            raise OutsideProfile(value.code, place + value.below, value.found)
        case None:
            raise OutsideProfile("null.not-allowed", place, "leave the member out instead")
        case float():
            raise OutsideProfile("number.not-an-integer", place, repr(value))
        case bool() if type(value) is bool:
            return
        case int() if type(value) is int:
            if abs(value) > MOST_INTEGER:
                raise OutsideProfile("number.too-large", place, "beyond ±(2^53-1)")
        case str() if type(value) is str:
            if len(value) > MOST_TEXT and not value.isascii():
                raise OutsideProfile("event.too-large", place, f"{len(value)} signs, at most {MOST_TEXT}")
            if (lone := _surrogate(value)) is not None:
                raise OutsideProfile("text.not-unicode", place, f"U+{ord(lone[0]):04X}")
            if not is_normalized("NFC", value):
                raise OutsideProfile("text.not-nfc", place)
        case dict() | list() | tuple() if type(value) in (dict, list, tuple):  # pyright: ignore[reportUnknownArgumentType]
            if room == 0:
                raise OutsideProfile("nesting.too-deep", place, f"at most {MOST_NESTING}")
            _refuse_within(cast("dict[object, object] | list[object]", value), place, room - 1)
        case _:
            raise OutsideProfile("value.not-allowed", place, type(value).__name__)


def _refuse_within(value: dict[object, object] | list[object], place: str, room: int) -> None:
    if not isinstance(value, dict):
        for index, item in enumerate(value):
            _refuse(item, f"{place}/{index}", room)
        return
    for key, member in value.items():
        if type(key) is not str or not _is_key(key):
            raise OutsideProfile("key.not-allowed", f"{place}/{_shown(str(key))}", "keys are [a-z][a-z0-9_]*")
        _refuse(member, f"{place}/{key}", room)


def _shown(key: str) -> str:
    """A foreign key as it may stand in a pointer, a log line and a terminal."""
    short = key if len(key) <= 64 else key[:64] + "…"
    return short.encode("unicode_escape").decode("ascii").replace("~", "~0").replace("/", "~1")


# What the standard parser lets pass is put into the tree as a mark, so that the slow walk can name its place.


@dataclass(frozen=True)
class _Spoilt:
    code: str
    below: str = ""
    found: str = ""


def _an_integer(digits: str) -> object:
    return int(digits) if len(digits) <= 17 else _Spoilt("number.too-large", found="beyond ±(2^53-1)")


def _no_integer(spelling: str) -> object:
    return _Spoilt("number.not-an-integer", found=spelling[:32])


def _an_object(members: list[tuple[str, object]]) -> object:
    read = dict(members)
    if len(read) == len(members):
        return read
    seen: set[str] = set()
    twice = next(key for key, _ in members if key in seen or seen.add(key))
    return _Spoilt("json.duplicate-key", f"/{_shown(twice)}")


_Hook: TypeAlias = Callable[[str], Any]
_decoder: Final = json.JSONDecoder(
    object_pairs_hook=_an_object,
    parse_int=cast(_Hook, _an_integer),
    parse_float=cast(_Hook, _no_integer),
    parse_constant=_no_integer,
)

# A string (or what is left of an unfinished one) in one step that never backtracks, or one bracket.
_token: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[\[{\]}]', re.DOTALL)


def _refuse_hostile_nesting(text: str) -> None:
    """Before the recursive parser sees it."""
    if text.count("[") + text.count("{") <= MOST_NESTING:
        return
    depth = 0
    for token in _token.finditer(text):
        start = token.start()
        if text[start] in "[{":
            depth += 1
            if depth > MOST_NESTING:
                raise OutsideProfile("nesting.too-deep", f"character {start}", f"at most {MOST_NESTING}")
        elif text[start] != '"':
            depth -= 1
