"""What a command, an event and a value are, and the few kinds of field they are made of.

A command forbids unknown fields (the sender's mistake); an event ignores them (a newer writer's
addition). All text is NFC and trimmed; there are no floats and no nulls (design, "Canonical bytes"). Which characters
a text may hold is judged where it comes in (`shared.text.characters`), so that whatever was recorded loads for ever.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.text.characters import named

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
CONTROL_IN_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _nfc(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _one_line(value: str) -> str:
    if (found := CONTROL_IN_LINE.search(value)) is not None:
        raise PydanticCustomError(
            "text_control", "a line of text may not hold {character}", {"character": named(found[0])}
        )
    return value


def _no_control(value: str) -> str:
    if (found := CONTROL.search(value)) is not None:
        raise PydanticCustomError(
            "text_control", "a text may not hold {character}", {"character": named(found[0])}
        )
    return value


def _uuid(value: str) -> str:
    if not UUID.fullmatch(lowered := value.lower()):
        raise PydanticCustomError(
            "not_a_uuid", "an id is a UUID such as 0190b4f0-7f3c-7cc2-9d57-8f2c1f0a6d11"
        )
    return lowered


def _day(value: Any) -> Any:
    # A date is made here, because in strict mode what a before-validator hands on may not be text any more.
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value if DAY.fullmatch(value) else "")
    except ValueError:
        raise PydanticCustomError("not_a_day", "a date is written YYYY-MM-DD") from None


# Constraints stand next to `str`: behind a before-validator they would count what is not trimmed yet, and a
# blank line would pass as an empty one.
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    BeforeValidator(_nfc),
    AfterValidator(_one_line),
]
"""One line of text, 1-500 characters."""

LongLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    BeforeValidator(_nfc),
    AfterValidator(_one_line),
]
"""One line of text that may be as long as a seal."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    BeforeValidator(_nfc),
    AfterValidator(_no_control),
]
"""Running text, 1-4,000 characters (the catalogue's ¶)."""

Id = Annotated[str, AfterValidator(_uuid), Field(json_schema_extra={"format": "uuid"})]
"""A UUID, written in lower case; the system's own are version 7."""

UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,34}$")]
"""A unit: its official code (`20242`) or a slug."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A short identifier such as `c_city_1`."""

Day = Annotated[date, BeforeValidator(_day)]
"""A calendar date, `YYYY-MM-DD`."""

MonthDay = Annotated[
    str,
    StringConstraints(
        pattern=r"^((01|03|05|07|08|10|12)-(0[1-9]|[12]\d|3[01])|(04|06|09|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))$"
    ),
]
"""A day of every year, `MM-DD` (29 February is not one)."""

Whole = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A count, or whole đồng."""

Year = Annotated[int, Field(ge=2020, le=2035)]
"""A calendar year the scheme can mean."""

FieldName = Literal["economy", "culture_society", "defence_security", "political_system"]
"""The four fields (R-FLD-1, R-FLD-2)."""

Level = Literal["city", "grassroots"]


class Value(BaseModel):
    """Plain, frozen data; unknown members are a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Command(Value):
    """A wish. `on` is the business date of the act (default today in the city's time zone).

    `after` makes the service wait until it has followed another that far (`registry:120`);
    `if_version` refuses the command unless its stream is at exactly this version.
    """

    on: Day | None = None
    after: Line | Annotated[list[Line], Field(max_length=4)] | None = None
    if_version: Whole | None = None


Members = dict[str, Any]
"""What an event says, as JSON values."""


class Event(BaseModel):
    """A fact. Members it does not know were added by a newer writer and are ignored.

    `shape` numbers this form of the fact: a recorded one is never edited, a new one gets a new number. The class
    that is called as the fact is its newest form, which alone is written. An earlier form says in `fact` of which
    fact it is one, and in `upcast` what the next form says where this one was recorded; a newer form may be made
    of it, and inherits neither.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())

    shape: ClassVar[int] = 1
    fact: ClassVar[str] = ""
    upcast: ClassVar[Callable[[Members], Members] | None] = None

    on: Day

    @classmethod
    def fact_name(cls) -> str:
        """What the fact is called in its wire type, whatever its form."""
        return str(cls.__dict__.get("fact", cls.__name__))

    @classmethod
    def to_next(cls) -> Callable[[Members], Members] | None:
        """The upcast to the next form; None for the newest."""
        return cls.__dict__.get("upcast")

    def data(self) -> Members:
        """The event's own members as JSON values; a member without a value is absent."""
        return self.model_dump(mode="json", exclude_none=True)


def carried(command: Command, *without: str) -> dict[str, Any]:
    """The command's fields as its event carries them: without the envelope's (`after`, `if_version`), `on`
    (the case resolves it) and those named. Values stay what they are; lists and values are kept whole."""
    left_out = {"on", "after", "if_version", *without}
    return {
        name: value
        for name in type(command).model_fields
        if name not in left_out and (value := getattr(command, name)) is not None
    }
