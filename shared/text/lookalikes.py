"""Letters that look like a letter of Vietnamese and are another: what their writer meant.

A keyboard, a font or a scanned page gives Ð (Icelandic) or Ɖ (Ewe) for Đ, а (Cyrillic) or ο (Greek) for a and o.
Compatibility forms (fullwidth, mathematical, circled letters) need no table: NFKD knows them.
"""

from __future__ import annotations

from typing import Final


def _pairs(**meant: str) -> dict[str, str]:
    """`a="аα"`: each of these reads as that letter."""
    return {
        sign: letter.replace("đ_", "đ").replace("Đ_", "Đ")
        for letter, signs in meant.items()
        for sign in signs
    }


CAPITALS: Final = _pairs(
    A="АΑᎪꓮȺⲀ", B="ВΒᏴꓐƁЬ", C="СᏟꓚⲤꞒ", Đ_="ÐƉꟇ", D="ᎠꓓᗞᗪƊƋ", E="ЕΕᎬꓰƐԐ", G="Ԍ", H="НΗᎻꓧĦ",
    I="ІΙӀᏆꓲƖ", J="ЈͿꓙ", K="КΚᏦꓗ",
    L="Ꮮꓡ", M="МΜᎷꓟ", N="Νꓠ", O="ОΟՕꓳƟØⲞѲ", P="РΡᏢꓑ", Q="Ԛ", R="Ꭱꓣ", S="ЅՏᏚꓢ", T="ТΤᎢꓔŦȾ", U="ՍꓴꓵɄ", V="ѴᏙꓦ",
    W="ԜᎳꓪ", X="ХΧꓫ", Y="УΥҮᎩꓬ", Z="ΖᏃꓜ",
)  # fmt: skip
SMALL: Final = _pairs(
    a="аαɑᴀⱥⲁ", b="вβʙƀɓь", c="сᴄⲥꞓ", đ_="ðɖᴆᵭꟈ", d="ԁᴅɗƌȡꝺ", e="еεɛᴇєɘ", g="ɡ", h="һнηʜħ",
    i="іιıɩɪӏɨ", j="јϳȷᴊ", k="кκᴋ", l="ʟłƚ",
    m="мᴍμ", n="ոɴпŋ", o="оοօᴏɵøⲟөѳ", p="рρᴘ", q="ԛ", r="гʀ", s="ѕꜱ", t="тτᴛŧⱦ", u="սυᴜʉ", v="νѵᴠ", w="ԝωᴡ", x="хχ",
    y="уүγʏ", z="ᴢƶ",
)  # fmt: skip
LETTERS: Final = str.maketrans(
    {**CAPITALS, **SMALL, "₫": "đ", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
)
"""For `str.translate`, on decomposed text (NFKD), before case is folded: capital Η is an H, small η reads as h too."""
