"""What the witness cosigned, a log has signed: its own record of that cannot be lost and begun anew unseen."""

from __future__ import annotations

from typing import Any

import pytest

from services.cli.verifying.remembered import begun_anew


def rows(*sizes: int) -> list[dict[str, Any]]:
    return [{"_id": number, "size": size} for number, size in enumerate(sizes, start=1)]


@pytest.mark.parametrize(
    ("cosigned", "signed"),
    [(0, rows()), (0, rows(9)), (4, rows(2, 4, 9)), (4, rows(4))],
    ids=["nothing yet", "not cosigned yet", "signed before too", "cosigned from the beginning"],
)
def test_a_record_that_has_what_was_cosigned_first_is_right(
    cosigned: int, signed: list[dict[str, Any]]
) -> None:
    assert begun_anew("awards", cosigned, signed) == []


@pytest.mark.parametrize(("signed", "found"), [(rows(), "—"), (rows(17), "size 17"), (rows(3, 17), "size 3")])
def test_a_record_that_was_begun_anew_is_named(signed: list[dict[str, Any]], found: str) -> None:
    [wrong] = begun_anew("awards", 4, signed)
    assert (wrong.log, wrong.position, wrong.expected, wrong.found) == ("awards", 4, "size 4", found)
