"""A name that a command seals, found in its own texts however it is spelled there."""

from __future__ import annotations

from typing import Any

import pytest

from shared.people.texts import Warned, texts_naming

OANH = "Nguyễn Thị Hoàng Oanh"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"content": "Do bà Nguyễn Thị Hoàng Oanh khởi xướng"}, ["/content"]),
        ({"content": "do ba NGUYEN THI  HOANG-OANH làm"}, ["/content"]),
        ({"documents": [{"title": "x"}, {"title": "Đơn của Nguyễn Thị Hoàng Oanh"}]}, ["/documents/1/title"]),
        ({"a": OANH, "b": OANH}, ["/a", "/b"]),
        ({"content": "Nguyễn Thị Hoàng Oanhh"}, []),
        ({"content": "Nguyễn Thị Hoàng", "more": "Oanh"}, []),
        ({"year": 2026, "subjects": [{"person": {}}]}, []),
    ],
)
def test_places_where_a_name_stands(body: dict[str, Any], places: list[str]) -> None:
    assert texts_naming([OANH], body) == [Warned("text.contains-name", place) for place in places]


def test_no_more_than_twenty_places_are_named() -> None:
    assert len(texts_naming([OANH], {"texts": [OANH] * 50})) == 20
    assert texts_naming(["…"], {"content": "…"}) == []
