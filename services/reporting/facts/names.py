"""Names as people type them and as Vietnamese sorts them.

Our own keys, because a store's collation does not know Vietnamese everywhere: `search_key` forgets accents and where
the tone stands (Hoà and Hòa are one), `sort_key` keeps the order of the Vietnamese alphabet, đ after d, and of the
five tones.
"""

from __future__ import annotations

import re
import unicodedata

TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Ngang, huyền, hỏi, ngã, sắc, nặng: the order of dictionaries."""

ALPHABET = {letter: index for index, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
WORDS = re.compile(r"[^0-9a-z]+")


def search_key(text: str) -> str:
    """The text without accents, tones, case and punctuation: `Hòa Khánh` → `hoa khanh`."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return WORDS.sub(" ", bare.replace("đ", "d")).strip()


def sort_key(text: str) -> str:
    """A string whose plain order is the Vietnamese order of the text: letters first, tones where letters are equal."""
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((TONES[c] for c in parts if c in TONES), 0)
        letter = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        if letter in ALPHABET:
            letters.append(chr(0x100 + ALPHABET[letter]))
            tones.append(str(tone))
        else:
            letters.append(letter if letter.isalnum() else " ")
    return f"{''.join(letters)}\x01{''.join(tones)}"
