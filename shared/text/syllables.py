"""Which words are syllables of Vietnamese: how to see that a text was read in the wrong encoding."""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from unicodedata import normalize

ONSETS: Final = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x"
RHYMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan "
    "oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp "
    "ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uơ up ut uy uya uych uynh uyn "
    "uyt uyu uyên uyêt uôc uôm uôn uông uôt uôi ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm "
    "yên yêng yêt yêu"
)
AFTER_Q: Final = (
    "ua uac uach uai uan uang uanh uao uat uau uay uăc uăn uăng uăp uăt uâc uân uâng uât uây ue uen ueo uet uê uên "
    "uêt uêu uôc uơ uy uych uyên uyêt uynh uyt uyu uit uin"
)
VOWELS: Final = frozenset("aeiouy")
GLIDES: Final = frozenset({"ai", "ao", "au", "ay", "eo", "eu", "iu", "oi", "ui", "uu"})
"""Two vowels at the end of a word whose second never bears the tone (`oa`, `oe`, `uy` are written either way)."""
TONE: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
FOREIGN: Final = re.compile(r"[^\x00-\x7f]")


@cache
def syllables() -> frozenset[str]:
    """All syllables without their tones."""
    begun = ("", *ONSETS.split())
    after_q = {f"q{rhyme}" for rhyme in AFTER_Q.split()}
    return frozenset(onset + rhyme for onset in begun for rhyme in RHYMES.split()) | after_q


def is_syllable(word: str) -> bool:
    """Whether a word can be one of Vietnamese: its letters in their order, and one tone at most, where it can stand.

    A capital with a mark between small letters is the sign of another encoding (`BÕn`).
    """
    if any(c.isupper() and not c.isascii() for c in word[1:]) and any(
        c.isascii() and c.islower() for c in word
    ):
        return False
    apart = normalize("NFD", word.casefold())
    plain = TONE.sub("", apart)
    return (
        len(apart) - len(plain) <= 1
        and normalize("NFC", plain) in syllables()
        and _tone_can_stand(normalize("NFC", word.casefold()))
    )


def _tone_can_stand(word: str) -> bool:
    """Whether the tone of a word stands on a vowel, and not on the glide at its end."""
    bases = [normalize("NFD", letter)[0] for letter in word]
    at = next((at for at, letter in enumerate(word) if TONE.search(normalize("NFD", letter))), None)
    if at is None:
        return True
    if bases[at] not in VOWELS:
        return False
    begun = "".join(bases[: at + 1])
    at_the_end = at == len(word) - 1 and at > 0 and not begun.startswith(("qui", "giu"))
    return not (at_the_end and begun[-2:] in GLIDES)
