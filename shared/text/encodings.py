"""Texts of the time before Unicode, and texts read in the wrong encoding: how they look, and how they are put right.

TCVN3 (ABC, fonts `.VnTime`) and VNI (fonts `VNI-Times`) put Vietnamese letters at the places of Western ones; CP1258 is
Windows' own; UTF-8 read as CP1252 has two or three signs for each letter. Each is told by trial: a text is suspect when
its words are no syllables of Vietnamese and become syllables once they are read as that encoding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final
from unicodedata import normalize

from shared.text.syllables import FOREIGN, is_syllable

TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng, as the tables below have them."""

_TCVN3_LETTERS: Final = {
    "a": "µ¶·¸¹", "ă": "»¼½¾Æ", "â": "ÇÈÉÊË", "e": "ÌÎÏÐÑ", "ê": "ÒÓÔÕÖ", "i": "×ØÜÝÞ",
    "o": "ßáâãä", "ô": "åæçèé", "ơ": "êëìíî", "u": "ïñòóô", "ư": "õö÷øù", "y": "úûüýþ",
}  # fmt: skip
_TCVN3_PLAIN: Final = dict(zip("¨©ª«¬\u00ad®¡¢£¤¥¦§", "ăâêôơưđĂÂÊÔƠƯĐ", strict=True))
_VNI_TONES: Final = {
    "a": "øûõùï", "e": "øûõùï", "o": "øûõùï", "u": "øûõùï", "y": "øûõù",
    "ă": "èúüéë", "â": "àåãáä", "ê": "àåãáä", "ô": "àåãáä", "ơ": "øûõùï", "ư": "øûõùï",
}  # fmt: skip
_VNI_BASES: Final = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "ô", "ư": "ö"}
_VNI_ALONE: Final = {"aê": "ă", "aâ": "â", "eâ": "ê", "oâ": "ô", "ô": "ơ", "ö": "ư", "ñ": "đ",
                     "ì": "ì", "æ": "ỉ", "ó": "ĩ", "í": "í", "ò": "ị", "î": "ỵ"}  # fmt: skip


@cache
def _tcvn3() -> dict[int, str]:
    found = {sign: normalize("NFC", letter + tone) for letter, signs in _TCVN3_LETTERS.items()
             for sign, tone in zip(signs, TONES, strict=True)}  # fmt: skip
    return str.maketrans({**found, **_TCVN3_PLAIN})


@cache
def _vni() -> tuple[re.Pattern[str], dict[str, str]]:
    found = dict(_VNI_ALONE)
    for letter, marks in _VNI_TONES.items():
        for mark, tone in zip(marks, TONES, strict=False):
            found[_VNI_BASES.get(letter, letter) + mark] = normalize("NFC", letter + tone)
    for written, letter in list(found.items()):
        found[written.upper()] = letter.upper()
        found[written[0].upper() + written[1:]] = letter.upper()
    longest = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))), found


def _western(text: str) -> bytes:
    """The bytes of a text that was read as CP1252; its five holes stand for themselves."""
    return b"".join(c.encode("latin-1") if "\x80" <= c <= "\x9f" else c.encode("cp1252") for c in text)


def from_tcvn3(text: str) -> str:
    """`TuyÕn phè kh«ng r¸c` → `Tuyến phố không rác`."""
    return text.translate(_tcvn3())


def from_vni(text: str) -> str:
    """`Tuyeán phoá` → `Tuyến phố`."""
    pattern, found = _vni()
    return pattern.sub(lambda sign: found[sign[0]], text)


def from_cp1258(text: str) -> str:
    """`Tuyêìn phôì`, bytes of CP1258 read as CP1252 → `Tuyến phố`; as it was where it cannot be."""
    try:
        return normalize("NFC", _western(text).decode("cp1258"))
    except UnicodeError:
        return text


def from_utf8(text: str) -> str:
    """`Tuyáº¿n phá»‘`, bytes of UTF-8 read as CP1252 or Latin-1 → `Tuyến phố`; as it was where it cannot be."""
    try:
        return normalize("NFC", _western(text).decode("utf-8"))
    except UnicodeError:
        return text


CONVERSIONS: Final[dict[str, Callable[[str], str]]] = {
    "utf-8": from_utf8, "tcvn3": from_tcvn3, "vni": from_vni, "cp1258": from_cp1258,
}  # fmt: skip
"""By the name one gives; each takes a text whose bytes were read as Western letters."""
NAMES: Final = {
    "utf-8": "UTF-8 đọc nhầm thành Windows-1252", "tcvn3": "TCVN3 (ABC, phông .VnTime)", "vni": "VNI (phông VNI-Times)",
    "cp1258": "Windows-1258",
}  # fmt: skip
MIXED_UP: Final = re.compile(
    "á»[\u0080-\u203a]|áº[\u0080-\u203a]|Ä[\u2018\u0090\u0192]|Æ[°¡¯]|Ã[\u0080-\u00bf\u0152-\u203a]|â€"
)
"""What UTF-8 looks like as CP1252: always two signs at least, which no Vietnamese word has."""
PARTS: Final = re.compile(r"[\s!-,./:-@\[-`{-~–—“”‘’…-]+")


def wrong_ones(text: str) -> list[str]:
    """The words with letters beyond ASCII that are no syllables of Vietnamese."""
    return [word for word in PARTS.split(text) if FOREIGN.search(word) and not is_syllable(word)]


def wrong_words(text: str) -> int:
    """How many they are."""
    return len(wrong_ones(text))


def likely(text: str) -> str | None:
    """The encoding that a text was most likely written in, when it is not what it should be; None when it is fine.

    A guess, so it takes nothing but clear cases: every wrong word becomes right, or the signs of UTF-8 are there.
    """
    if text.isascii():
        return None
    if MIXED_UP.search(text) and from_utf8(text) != text:
        return "utf-8"
    wrong = wrong_ones(text)
    if not any(len(word) > 1 for word in wrong):
        return None  # a sign alone (`Ø 20`) says nothing
    for name, convert in CONVERSIONS.items():
        read = convert(text)
        if read != text and wrong_words(read) * 4 <= len(wrong) and FOREIGN.search(read):
            return name
    return None


def is_unicode(text: str) -> bool:
    """Whether it has letters that no text of an older encoding has, as nearly every Vietnamese sentence does."""
    return any(c > "\u02ff" and c not in "‘’“”–—…•€™†‡‰‹›„‚ˆ˜" for c in text)


def converted(text: str, encoding: str, *, beside_unicode: bool = False) -> str:
    """The text read as this encoding; as it is where it is Unicode already, as one cell of many may be.

    `Nhân dân` may be either (`Nhõn dõn`, of TCVN3): `beside_unicode`, what reads right is left as it is.
    """
    if text.isascii() or is_unicode(text):
        return text
    wrong = wrong_words(text)
    if beside_unicode and wrong == 0 and not MIXED_UP.search(text):
        return text
    read = CONVERSIONS[encoding](text)
    return read if wrong_words(read) <= wrong else text
