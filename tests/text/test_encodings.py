"""Vietnamese written before Unicode, and read wrongly since: told, and put right."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from shared.text.encodings import CONVERSIONS, converted, likely
from shared.text.syllables import is_syllable

WORDS = "Tuyến phố không rác, chợ văn minh; bữa ăn ấm áp của người nghèo ở thôn Đông Giang, kỹ thuật nuôi ong"
SAID = [
    ("tcvn3", "TuyÕn phè kh«ng r¸c", "Tuyến phố không rác"),
    ("tcvn3", "M« h×nh D©n vËn khÐo", "Mô hình Dân vận khéo"),
    ("tcvn3", "§¶ng ñy ph­êng H¶i Ch©u", "Đảng ủy phường Hải Châu"),
    ("vni", "Tuyeán phoá khoâng raùc", "Tuyến phố không rác"),
    ("vni", "Ñaûng uûy phöôøng Haûi Chaâu", "Đảng ủy phường Hải Châu"),
    ("vni", "ÑAÛNG UÛY PHÖÔØNG HAÛI CHAÂU", "ĐẢNG ỦY PHƯỜNG HẢI CHÂU"),
    ("vni", "Moâ hình Daân vaän kheùo", "Mô hình Dân vận khéo"),
    ("utf-8", "Tuyáº¿n phá»‘ khÃ´ng rÃ¡c", "Tuyến phố không rác"),
    ("utf-8", "Ä\u0090Æ°á»\u009dng hoa", "Đường hoa"),
    ("cp1258", "Tuyêìn phôì không raìc", "Tuyến phố không rác"),
    ("tcvn3", "BÕn xe", "Bến xe"),
    ("tcvn3", "ñy ban", "ủy ban"),
    ("vni", "xaõ", "xã"),
    ("cp1258", "NgoÞ", "Ngõ"),
    ("cp1258", "TôÒ dân phôì sôì 5", "Tổ dân phố số 5"),
]


@pytest.mark.parametrize(("encoding", "written", "meant"), SAID)
def test_a_text_of_another_encoding_is_told_and_put_right(encoding: str, written: str, meant: str) -> None:
    assert likely(written) == encoding
    assert converted(written, encoding) == meant


def misread(text: str, encoding: str) -> str:
    """The text as it looks when it was written in this encoding and read as Western letters."""
    raw = normalize("NFC", text).encode("utf-8") if encoding == "utf-8" else b""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in raw)


def test_every_word_read_as_western_letters_comes_back() -> None:
    assert converted(misread(WORDS, "utf-8"), "utf-8") == WORDS


@pytest.mark.parametrize("encoding", CONVERSIONS)
@pytest.mark.parametrize(
    "text",
    [
        WORDS,
        WORDS.upper(),
        "Café Château de Đà Nẵng",
        "Quốc tế Ana Mandara Résort & Spa – số 5",
        "100 m² “Xanh – Sạch – Đẹp” ≥ 5 %",
        "Hoà Hải, Hòa Hải, thuỷ lợi, quý I, Quảng Nam, Gio Linh, giếng, nghiêng",
        "Ea H'leo, Đắk Lắk, A Lưới, Bhơ Hôồng, Prao",
        "quí, giũ, khuỷu, hủy, tòan, qủa, gía, hoá",
        "phè",
        "plain ASCII",
    ],
)
def test_vietnamese_in_unicode_is_left_alone(text: str, encoding: str) -> None:
    assert likely(text) is None
    assert converted(text, encoding) == text or text == "phè"


def test_words_that_are_syllables_and_words_that_are_not() -> None:
    assert all(is_syllable(word) for word in WORDS.replace(",", "").replace(";", "").split())
    assert not any(is_syllable(word) for word in ("TuyÕn", "kh«ng", "r¸c", "Tuyeán", "Café", "tếế"))


@pytest.mark.parametrize("text", ["Ø 20 mm", "ống Ø 60", "ø", "TpĐN", "× 3", "đoạn Ð"])
def test_a_sign_alone_says_nothing_of_an_encoding(text: str) -> None:
    assert likely(text) is None


@pytest.mark.parametrize(
    ("encoding", "text"), [("tcvn3", "Nhân dân"), ("tcvn3", "Thu gom rác"), ("vni", "Toàn dân")]
)
def test_what_may_be_either_is_left_beside_unicode(encoding: str, text: str) -> None:
    assert converted(text, encoding, beside_unicode=True) == text != converted(text, encoding)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "cp1258", "utf-8"])
def test_what_reads_wrong_is_converted_beside_unicode_too(encoding: str) -> None:
    old = {"tcvn3": "TuyÕn phè", "vni": "Tuyeán phoá", "cp1258": "Tuyêìn phôì", "utf-8": "Tuyáº¿n phá»‘"}[
        encoding
    ]
    assert converted(old, encoding, beside_unicode=True) == "Tuyến phố"
    assert converted("lÃ\u00a0", "utf-8", beside_unicode=True) == "là"
