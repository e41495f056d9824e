"""What two spellings of a name have in common: for search, order, names that come close, headings and choices.

Our own keys, because a store's collation does not know Vietnamese everywhere. `folded` forgets accents, case, where the
tone stands (Hoà and Hòa are one) and which alphabet a look-alike was taken from; `sort_key` keeps the order of the
Vietnamese alphabet, đ after d, and of the five tones. Everything that compares what people typed asks this module.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from shared.text.lookalikes import LETTERS

TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""Huyền, hỏi, ngã, sắc, nặng: the order of dictionaries; ngang, without a sign, comes first."""
ALPHABET: Final = {letter: chr(0x100 + at) for at, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
OTHER: Final = "\u01ff"
"""What stands before a letter that is not Vietnamese, so that it sorts behind z."""
MARK: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
MARKS: Final = re.compile(f"{MARK}+")
UNSEEN: Final = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                           "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+")  # fmt: skip
"""Characters without a shape: between letters they are nothing, not a space."""
APART: Final = re.compile(r"[\W_]+")
CLUSTER: Final = re.compile(f"([^\\W_])({MARK}*)")
WORD: Final = re.compile(f"(?:[^\\W_]{MARK}*)+")
STROKED: Final = re.compile(r"d([\u0300-\u0334\u0337-\u036f]*)[\u0335\u0336]")
"""A d with a stroke laid over it."""


def letters(text: str) -> str:
    """The text in small letters and decomposed, each look-alike as the letter that was meant.

    Marks keep the order of NFD. The forms of compatibility (fullwidth, circled, superscript) are their plain ones.
    """
    if text.isascii():
        return text.lower()
    plain = normalize("NFKD", UNSEEN.sub("", text)).translate(LETTERS).casefold()
    # Some small letters fold to capitals (Cherokee), so that they are looked up once more.
    return STROKED.sub(r"đ\1", normalize("NFKD", plain).translate(LETTERS).lower())


@lru_cache(8192)
def folded(text: str) -> str:
    """Words without accents, tones, case and punctuation: `Hòa-Khánh (Ðà Nẵng)` → `hoa khanh da nang`.

    Letters of other scripts stay as they are, so that what is written in them can be found too.
    """
    return " ".join([word for word in map(_folded_word, text.split()) if word])


@lru_cache(16384)
def _folded_word(word: str) -> str:
    """Words are few and come again and again: the whole language has some seven thousand syllables."""
    return APART.sub(" ", MARKS.sub("", letters(word)).replace("đ", "d")).strip()


def slug(text: str) -> str:
    """The words of a text as ASCII, joined by hyphens: `Mẹ đỡ đầu` → `me-do-dau`; what has no ASCII is left out."""
    return re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")


def spelled(text: str) -> str:
    """The text as Vietnamese in small letters, composed, one space between words: what claims compare.

    Accents and tones stay where they are; look-alikes are the letters that were meant.
    """
    return " ".join(normalize("NFC", letters(text)).split())


@lru_cache(8192)
def sort_key(text: str) -> str:
    """A string whose plain order is the Vietnamese order of the text: letters first, tones where letters are equal.

    Equal keys are names that a reader takes for one: case, punctuation and where a tone stands do not tell them apart.
    """
    syllables = [syllable for word in text.split() for syllable in _syllables(word)]
    return f"{' '.join([shape for shape, _ in syllables])}\x01{''.join([tone for _, tone in syllables])}"


@lru_cache(16384)
def _syllables(word: str) -> tuple[tuple[str, str], ...]:
    return tuple(_syllable(each) for each in WORD.findall(letters(word)))


def _syllable(word: str) -> tuple[str, str]:
    """The places of its letters in the alphabet, and its tone."""
    shape, tone = "", "0"
    for letter, marks in CLUSTER.findall(word):
        tone = next((TONES[mark] for mark in marks if mark in TONES), tone)
        whole = normalize("NFC", letter + "".join(mark for mark in marks if mark not in TONES))
        shape += (
            ALPHABET.get(whole) or ALPHABET.get(letter) or (letter if letter.isdecimal() else OTHER + letter)
        )
    return shape, tone


def same_name(one: str, other: str) -> bool:
    """Whether two names are one to a reader who looks at accents and tones, and not at where a tone is put."""
    return sort_key(one) == sort_key(other)
