"""Which characters a text may hold, at every door: HTTP, NATS, batch, import, names of files, claims of tokens.

A record is read for decades, on paper too. What has no shape, no meaning of its own or no fixed form is refused when it
comes in, with the character named; what older records hold is loaded and printed as it is. Refused are

* controls (C0, C1, U+2028, U+2029), but for tab and line feed where a text may have several lines;
* invisible ones: every format character (bidi, zero width, soft hyphen, BOM, tags) and everything else without a shape,
  because two texts that look alike would differ, or a text would read as another. Emoji may be put together: a joiner
  between two of them, a presentation selector behind one, the tags of a flag;
* private use: only the font of one programme knows them (U+F0B7 is the bullet that Word pastes);
* what is no character: noncharacters, and code points that this Unicode does not know, whose normal form, and with it
  the bytes of an event, may yet change;
* surrogates, and the signs of a character that was lost on the way (U+FFFD, U+FFFC).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast
from unicodedata import category

CONTROL: Final = "text.control-character"
INVISIBLE: Final = "text.invisible-character"
PRIVATE: Final = "text.private-use-character"
NO_CHARACTER: Final = "text.not-a-character"
SURROGATE: Final = "text.not-unicode"
LOST: Final = "text.lost-character"
CODES: Final = (CONTROL, INVISIBLE, PRIVATE, NO_CHARACTER, SURROGATE, LOST)

BY_CATEGORY: Final = {
    "Cc": CONTROL, "Zl": CONTROL, "Zp": CONTROL, "Cf": INVISIBLE, "Co": PRIVATE, "Cn": NO_CHARACTER, "Cs": SURROGATE,
}  # fmt: skip
SHAPELESS: Final = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0,
              *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)  # fmt: skip
"""Of other categories, and yet without a shape: fillers, variation selectors, the empty braille cell."""
IN_SEVERAL_LINES: Final = frozenset("\t\n")

# All but what most texts consist of: only these few are looked up one by one.
RARE: Final = re.compile("[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0300-\u033f\u1e00-\u1eff\u2010-\u2027\u20ab]")
JOINER: Final = "\u200d"
AS_TEXT_OR_PICTURE: Final = "\ufe0e\ufe0f"
BOX: Final = "\u25a1"
KEYCAP: Final = "\u20e3"
PICTURES: Final = frozenset("\u203c\u2049\u2139\u3030\u303d")
"""Signs of punctuation and letters that Unicode draws as pictures too (emoji-variation-sequences)."""
BLACK_FLAG: Final = "\U0001f3f4"
FLAG_OF: Final = tuple(
    BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in place) + "\U000e007f"
    for place in ("gbeng", "gbsct", "gbwls")
)
"""The flags of parts of a country that emoji have: letters as tags behind a black flag (UTS 51, ED-14a)."""
BEHIND_PICTURES: Final = frozenset("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


@dataclass(frozen=True)
class Unwelcome:
    """A character that is not taken: its code, and how it is named (`U+F0B7`)."""

    code: str
    name: str
    at: int
    """Which character of the text it is, from 0."""


def unwelcome(text: str, several_lines: bool = False) -> Unwelcome | None:
    """The first character of a text that is not taken; None for a text that may come in."""
    for rare in RARE.finditer(text):
        code = _code(rare[0], several_lines)
        if code is not None and not _within_emoji(text, rare.start()):
            return Unwelcome(code, named(rare[0]), rare.start())
    return None


def _within_emoji(text: str, at: int) -> bool:
    """True for a joiner between two pictures, a selector behind one (or before a keycap), and the tags of a flag."""
    sign, after = text[at], text[at + 1 : at + 2]
    if sign == JOINER:
        back = 2 if text[at - 1 : at] in BEHIND_PICTURES else 1
        return at >= back and _is_picture(text[at - back]) and _is_picture(after)
    if "\U000e0020" <= sign <= "\U000e007f":
        begin = text.rfind(BLACK_FLAG, 0, at)
        return any(text.startswith(flag, begin) and begin + len(flag) > at for flag in FLAG_OF)
    return (
        sign in AS_TEXT_OR_PICTURE
        and at > 0
        and (_is_picture(text[at - 1]) or (after == KEYCAP and text[at - 1] in "0123456789#*"))
    )


def _is_picture(sign: str) -> bool:
    if not sign or sign.isascii() or sign in SHAPELESS:
        return False
    return sign in PICTURES or category(sign) in ("So", "Sm")


def _code(character: str, several_lines: bool) -> str | None:
    if several_lines and character in IN_SEVERAL_LINES:
        return None
    if character in "\ufffc\ufffd":
        return LOST
    if character in SHAPELESS:
        return INVISIBLE
    return BY_CATEGORY.get(category(character))


def visible(text: str) -> str:
    """The text with a box for each character that would not be taken today: for showing what older records hold."""
    if not any(_code(rare[0], True) for rare in RARE.finditer(text)):
        return text
    return RARE.sub(
        lambda rare: BOX if _code(rare[0], True) and not _within_emoji(text, rare.start()) else rare[0], text
    )


def named(character: str) -> str:
    """A character as its code point: `U+F0B7`."""
    return f"U+{ord(character):04X}"


def unwelcome_in(value: object, place: str = "") -> Iterator[tuple[str, Unwelcome]]:
    """Every text of a JSON value with a character that is not taken, by its place (a JSON pointer).

    Lines and tabs pass here: whether a text may have several lines is known where its field is.
    """
    if isinstance(value, str):
        if (found := unwelcome(value, several_lines=True)) is not None:
            yield place, found
    elif isinstance(value, dict):
        for name, member in cast("dict[str, object]", value).items():
            yield from unwelcome_in(member, f"{place}/{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(cast("list[object]", value)):
            yield from unwelcome_in(item, f"{place}/{index}")
