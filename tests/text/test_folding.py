"""What two spellings of a name have in common, told case by case."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.folding import APART, MARKS, WORD, folded, letters, same_name, slug, sort_key, spelled
from shared.text.lookalikes import CAPITALS, SMALL

ALIKE = [
    ("Ðường hoa", "Đường hoa", "Icelandic eth"),
    ("Ɖường hoa", "Đường hoa", "African d"),
    ("ðường hoa", "đường hoa", "small eth"),
    ("ɖường hoa", "đường hoa", "d with a tail"),
    ("ᵭường hoa", "đường hoa", "d with a tilde through it"),
    ("Ɗà Nẵng", "Dà Nẵng", "d with a hook"),
    ("ꭰà Nẵng", "dà Nẵng", "small Cherokee, which folds to its capital"),
    ("Hⲟà", "Hòa", "Coptic o"),
    ("Ьến xe", "bến xe", "Cyrillic soft sign"),
    ("d\u0336ường hoa", "đường hoa", "a stroke laid over"),
    ("Vườn rаu sạсh", "Vườn rau sạch", "Cyrillic а and с"),
    ("Vườn rαu", "Vườn rau", "Greek alpha"),
    ("ΜẸ ĐỠ ĐẦU", "Mẹ đỡ đầu", "Greek capital Mu"),
    ("Нoà Hải", "Hòa Hải", "Cyrillic capital En"),
    ("Ηoà Hải", "Hòa Hải", "Greek capital Eta"),
    ("ＶＵＯＮ ｒａｕ", "vuon rau", "fullwidth"),
    ("𝐕ườn 𝓻au", "Vườn rau", "mathematical"),
    ("Ⓥườn rau", "Vườn rau", "circled"),
    ("Vươ\u0300n rau", "Vườn rau", "a tone apart"),
    ("Tie\u0323\u0302c", "Tiệc", "marks in another order"),
    ("Tiê\u0301ng", "Tiếng", "a tone behind a letter with a hat"),
    ("Tie\u0301\u0302ng", "Tiếng", "the tone before the hat"),
    ("Vườn\u200b rau", "Vườn rau", "zero width space"),
    ("Vư\u00adờn rau", "Vườn rau", "soft hyphen"),
    ("Vườn\u00a0rau", "Vườn rau", "no-break space"),
    ("Vı\u0323t", "Vịt", "dotless i"),
    ("hoà", "hòa", "where the tone stands"),
    ("thuỷ", "thủy", "where the tone stands, uy"),
    ("qúy", "quý", "where the tone stands, qu"),
    ("Hoà-Hải", "hòa  hải", "case and punctuation"),
]


@pytest.mark.parametrize(("one", "other"), [case[:2] for case in ALIKE], ids=[case[2] for case in ALIKE])
def test_spellings_of_one_name_fold_alike_and_sort_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert sort_key(one) == sort_key(other)
    assert same_name(one, other)


def test_a_name_is_found_without_its_accents() -> None:
    assert folded("Ðường") == folded("Đường") == folded("duong") == "duong"


def test_names_with_other_accents_are_other_names() -> None:
    assert folded("Tổ 1") == folded("Tố 1")
    assert not same_name("Tổ 1", "Tố 1")
    assert not same_name("Đội", "Dội")


@pytest.mark.parametrize("look_alike", sorted({*CAPITALS, *SMALL}))
def test_a_look_alike_sorts_with_the_letter_it_looks_like(look_alike: str) -> None:
    meant = {**SMALL, **CAPITALS}[look_alike]
    assert sort_key(f"m{look_alike}o") == sort_key(f"m{meant}o")
    assert folded(look_alike) == folded(meant) != ""


def test_what_is_not_vietnamese_sorts_behind_and_can_be_found() -> None:
    assert folded("中 Ж 🌿") == "中 ж"
    assert sorted(["中", "Ж", "Đất", "Anh", "5 không", "“Ánh sáng”", "Zalo"], key=sort_key) == [
        "5 không", "Anh", "“Ánh sáng”", "Đất", "Zalo", "Ж", "中",
    ]  # fmt: skip


def test_tones_have_the_order_of_dictionaries_wherever_they_are_put() -> None:
    assert sorted(["hoạ", "hóa", "hoã", "hỏa", "hoà", "hoa"], key=sort_key) == [
        "hoa", "hoà", "hỏa", "hoã", "hóa", "hoạ",
    ]  # fmt: skip


def test_a_slug_is_ascii() -> None:
    assert slug("Mẹ đỡ đầu 中 – Ðà Nẵng") == "me-do-dau-da-nang"


def test_the_spelling_that_claims_compare_keeps_accents() -> None:
    assert spelled("  Tổ  dân phố SỐ 1 ") == "tổ dân phố số 1"
    assert spelled("Ðội 1") == spelled("đội 1")


@pytest.mark.thorough
@given(st.text())
def test_any_text_has_its_keys_and_every_normal_form_of_it_the_same(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert folded(normalize(form, text)) == folded(text)
        assert sort_key(normalize(form, text)) == sort_key(text)
    assert folded(folded(text)) == folded(text)
    assert folded(text) == " ".join(folded(text).split())


GAPS = [" ", "\u00a0", "\u2028", "\x1f", "-", "\u0301 ", " \u0336"]
WORDS = st.lists(
    st.text(max_size=6) | st.sampled_from(["Hòa", "d\u0336", "\u0301", "¨", "\u200b", "ẞ", "Σ", "ﬃ"])
)


@pytest.mark.thorough
@given(st.sampled_from(GAPS), WORDS)
def test_a_text_folds_word_by_word_to_what_it_folds_to_as_a_whole(gap: str, words: list[str]) -> None:
    text = gap.join(words)
    whole = APART.sub(" ", MARKS.sub("", letters(text)).replace("đ", "d")).strip()

    assert folded(text) == whole
    assert WORD.findall(letters(text)) == [
        each for word in text.split() for each in WORD.findall(letters(word))
    ]
