"""Names that come close, with names that Đà Nẵng's and Quảng Nam's models really have."""

from __future__ import annotations

import csv
import itertools
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.domain.similar import CLOSE, COMPARED, NameIndex, folded, in_order, scores
from shared.contracts.message import Event
from shared.contracts.registry import ModelAmended, ModelChanges, ModelEnded, RecordCorrected
from tests.registry.cast import registered
from tests.registry.looks import fact

NAMES = (
    "Chung tay xóa nhà tạm, nhà dột nát",
    "Vận động chung tay xóa nhà tạm, nhà dột nát",
    "Nuôi heo đất",
    "Nuôi heo đất tiết kiệm theo gương Bác",
    "Nhà sạch, vườn đẹp",
    "Liên kết nhà sạch vườn đẹp",
    "Phụ nữ khởi nghiệp",
    "Thanh niên khởi nghiệp",
    "Tuyến kiệt An toàn - Văn minh - Sạch đẹp",
    "Đoạn đường tự quản Xanh - Sạch - Đẹp - An toàn",
    "Tổ tự quản 5 trong 1",
    "3T: Tận tụy - Tiết kiệm - Thực tế",
    "Thanh niên 24/7",
    "Bình dân học AI",
    "10 ngàn - vạn yêu thương",
    "Ngôi nhà xanh",
    "Lắp đặt điểm/hộp chữa cháy công cộng",
    "Trồng sâm Ngọc Linh dưới tán rừng",
    "Một thủ tục - Hai kết quả - Ba lợi ích",
)


def model(number: int) -> str:
    """The id of the n-th model."""
    return f"0190b4f0-7f3c-7cc2-9d57-{number:012d}"


def taken(index: NameIndex, *events: Event) -> NameIndex:
    """The index after these events."""
    for number, event in enumerate(events, 1):
        index.apply(fact(event, number=number))
    return index


def names_index(names: tuple[str, ...] = NAMES) -> NameIndex:
    """An index of models of these names, in two wards by turns."""
    index = NameIndex()
    for number, name in enumerate(names):
        event = registered(
            name=name, unit=("20242", "20194")[number % 2], reference=f"DVK-2027-{number + 1:06d}"
        )
        data = {**event.data(), "model": model(number)}
        index.apply(fact(type(event).model_validate(data), number=number))
    return index


INDEX = names_index()


def close_to(name: str, index: NameIndex = INDEX) -> list[str]:
    """The names of the models that come close."""
    return [one["name"] for one in index.similar(name, "20242")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Vận động chung tay xóa nhà tạm, nhà dột nát", "Chung tay xóa nhà tạm, nhà dột nát"),
        ("Nuôi heo đất tiết kiệm theo gương Bác", "Nuôi heo đất"),
        ("Liên kết nhà sạch vườn đẹp", "Nhà sạch, vườn đẹp"),
        ("Chung tay xoá nhà tạm, nhà dột nát", "Chung tay xóa nhà tạm, nhà dột nát"),
        ("3T: Tận tuỵ – Tiết kiệm – Thực tế", "3T: Tận tụy - Tiết kiệm - Thực tế"),
        ("nuoi heo dat", "Nuôi heo đất"),
        ("NUÔI HEO ĐẤT", "Nuôi heo đất"),
        ("Mô hình “Nuôi heo đất”", "Nuôi heo đất"),
        ("Nuôi heođất", "Nuôi heo đất"),
        ("nuôiheođất", "Nuôi heo đất"),
        ("Thanhniên khởinghiệp", "Thanh niên khởi nghiệp"),
        ("Vườn đẹp - nhà sạch", "Nhà sạch, vườn đẹp"),
        ("Tuyên kiệt An toàn - Văn minh - Sạch đẹp", "Tuyến kiệt An toàn - Văn minh - Sạch đẹp"),
        ("10 ngàn - Vạn yêu thương", "10 ngàn - vạn yêu thương"),
        ("Lắp đặt diêm/hộp chữa cháy công cộng", "Lắp đặt điểm/hộp chữa cháy công cộng"),
        ("Tổ tự quản năm trong một, 5 trong 1", "Tổ tự quản 5 trong 1"),
        ("Thanh niên 24 / 7", "Thanh niên 24/7"),
        (unicodedata.normalize("NFD", "Trồng sâm Ngọc Linh"), "Trồng sâm Ngọc Linh dưới tán rừng"),
    ],
)
def test_a_name_is_found_however_it_is_written(asked: str, found: str) -> None:
    assert found in close_to(asked)


@pytest.mark.parametrize(
    ("asked", "not_found"),
    [
        ("Phụ nữ khởi nghiệp", "Thanh niên khởi nghiệp"),
        ("Ngôi nhà xanh", "Nhà sạch, vườn đẹp"),
        ("Bình dân học AI", "Bình yên phố biển"),
        ("Xanh", "Ngôi nhà xanh"),
        ("Đường", "Đoạn đường tự quản Xanh - Sạch - Đẹp - An toàn"),
        ("…", "Nuôi heo đất"),
    ],
)
def test_names_that_only_share_words_are_not_close(asked: str, not_found: str) -> None:
    assert not_found not in close_to(asked)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hòa Hải", "Hoà Hải"), ("ủy ban", "uỷ ban"), ("Thủy lợi", "Thuỷ lợi"), ("ĐOÀN KẾT", "đoàn kết")],
)
def test_tone_placement_and_case_do_not_count(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_the_same_name_scores_a_hundred_and_what_contains_it_less() -> None:
    first, second = INDEX.similar("Nuôi heo đất", "20242")[:2]

    assert (first["score"], second["score"]) == (100, 92)
    assert first == {"model": model(2), "name": "Nuôi heo đất", "unit": "20242", "score": 100}


def test_of_equal_names_the_own_units_come_first_and_a_model_is_not_like_itself() -> None:
    index = names_index(("Nuôi heo đất",) * 4)

    assert [one["unit"] for one in index.similar("Nuôi heo đất", "20194")] == [
        "20194",
        "20194",
        "20242",
        "20242",
    ]
    assert model(0) not in {one["model"] for one in index.similar("Nuôi heo đất", "20242", besides=model(0))}


def test_at_most_twenty_are_shown() -> None:
    index = names_index(tuple(f"Nuôi heo đất {n}" for n in range(30)))

    assert len(index.similar("Nuôi heo đất", "20242")) == 20
    assert len(index.similar("Nuôi heo đất", "20242", limit=3)) == 3


def test_a_changed_name_is_found_and_the_old_one_is_not() -> None:
    changed = ModelAmended(
        on=date(2027, 3, 1), model=model(2), changes=ModelChanges(name="Ống tiền tiết kiệm"), reason="x"
    )
    index = taken(names_index(), changed)

    assert "Ống tiền tiết kiệm" in close_to("ống tiền tiết kiệm", index)
    assert "Nuôi heo đất" not in close_to("Nuôi heo đất", index)
    assert "Nuôi heo đất tiết kiệm theo gương Bác" in close_to("Nuôi heo đất", index)


def test_an_amendment_of_something_else_leaves_the_name() -> None:
    changed = ModelAmended(on=date(2027, 3, 1), model=model(2), changes=ModelChanges(aims="x"), reason="x")

    assert "Nuôi heo đất" in close_to("Nuôi heo đất", taken(names_index(), changed))


@pytest.mark.parametrize(
    ("ground", "warns"), [("duplicate", False), ("withdrawn", False), ("completed", True)]
)
def test_what_was_withdrawn_or_a_duplicate_no_longer_warns(ground: str, warns: bool) -> None:
    ended = ModelEnded(on=date(2027, 3, 1), model=model(2), ground=ground, reason="x")  # pyright: ignore[reportArgumentType]

    assert ("Nuôi heo đất" in close_to("Nuôi heo đất", taken(names_index(), ended))) is warns


def test_a_corrected_name_counts_unless_it_was_amended_since() -> None:
    index = NameIndex()
    index.apply(fact(registered(), number=1))
    first = registered().model
    misspelt = RecordCorrected(
        on=date(2027, 3, 1), model=first, corrects="00000000-0000-7000-8000-000000000001",
        corrected_type="ModelRegistered", changes={"name": "Nuôi bò vàng"}, reason="x",
    )  # fmt: skip
    amended = ModelAmended(
        on=date(2027, 3, 1), model=first, changes=ModelChanges(name="Nuôi dê núi"), reason="x"
    )

    index.apply(fact(misspelt, number=2))
    assert close_to("Nuôi bò vàng", index) == ["Nuôi bò vàng"]
    index.apply(fact(amended, number=3))
    index.apply(fact(misspelt, number=4))
    assert close_to("Nuôi dê núi", index) == ["Nuôi dê núi"]


def test_the_highest_reference_of_each_year_is_known() -> None:
    index = taken(
        NameIndex(),
        registered(reference="DVK-2027-000009"),
        registered(reference="DVK-2027-000003"),
        registered(reference="DVK-2026-1234567"),
        registered(reference="another form"),
    )

    assert (index.highest(2027), index.highest(2026), index.highest(2028)) == (9, 1_234_567, 0)


@pytest.mark.thorough
@given(name=st.sampled_from(NAMES), data=st.data())
@settings(max_examples=60, deadline=None)
def test_however_a_name_is_respelt_it_is_found(name: str, data: st.DataObject) -> None:
    words = data.draw(st.permutations(name.split()))
    respelt = data.draw(st.sampled_from([" ", "  ", " - "])).join(words)
    respelt = data.draw(st.sampled_from([str.upper, str.lower, str.title, folded]))(respelt)

    assert name in close_to(data.draw(st.sampled_from(["", "Mô hình "])) + respelt)


BASELINE = Path(__file__).parents[2] / "services/cli/data/models_2023_2025.csv"


@pytest.fixture(scope="module")
def baseline() -> tuple[NameIndex, tuple[str, ...]]:
    """The models of 2023-2025, as their statistics name them."""
    with BASELINE.open(encoding="utf-8", newline="") as file:
        names = tuple(row["name"] for row in csv.DictReader(file))
    return names_index(names), names


def test_the_pairs_among_the_models_of_2023_to_2025_are_found_and_hardly_another(
    baseline: tuple[NameIndex, tuple[str, ...]],
) -> None:
    index, names = baseline
    pairs = {frozenset((one, other)) for one in names for other in close_to(one, index) if other != one}

    assert len(names) == 70
    assert {"Nuôi heo đất", "Nuôi heo đất tiết kiệm theo gương Bác"} in pairs
    assert {"Nhà sạch, vườn đẹp", "Liên kết nhà sạch vườn đẹp"} in pairs
    assert {
        "Chung tay xóa nhà tạm, nhà dột nát", "Vận động chung tay xóa nhà tạm, nhà dột nát",
    } in pairs  # fmt: skip
    assert len(pairs) == 5


@pytest.mark.parametrize(
    "respelt",
    [
        folded, str.upper, str.title,
        lambda name: name.replace(" ", ""), lambda name: name.replace(",", ""),
        lambda name: name.replace(" - ", "-"), lambda name: name.replace("-", "–"),
        lambda name: unicodedata.normalize("NFD", name), lambda name: " ".join(reversed(name.split())),
        lambda name: name.replace("òa", "oà").replace("ủy", "uỷ").replace("óa", "oá"),
        lambda name: name[:1] + name[2:], lambda name: name[:-2] + "x" + name[-1:],
    ],
    ids=["without accents", "in capitals", "as a title", "as one word", "without commas", "with close hyphens",
         "with dashes", "taken apart", "backwards", "with the other tone placement", "with a letter less",
         "with a letter wrong"],
)  # fmt: skip
def test_each_model_of_2023_to_2025_is_found_however_it_is_written(
    baseline: tuple[NameIndex, tuple[str, ...]], respelt: Callable[[str], str]
) -> None:
    index, names = baseline

    assert [name for name in names if name not in close_to(respelt(name), index)] == []


WORDS = sorted({word for name in NAMES for word in folded(name).split()})


def full_scan(names: list[str], asked: str) -> list[tuple[int, str]]:
    """What a comparison with every name finds close, among those that share a word or all letters."""
    wanted = folded(asked)
    near = [
        name
        for name in map(folded, names)
        if set(name.split()) & set(wanted.split()) or name.replace(" ", "") == wanted.replace(" ", "")
    ]
    found = {
        name: value
        for name, value in zip(near, scores(wanted, near, [in_order(name) for name in near]), strict=True)
        if value >= CLOSE
    }
    return sorted((-round(value), name) for name, value in found.items())


@pytest.mark.thorough
@given(
    names=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), max_size=COMPARED),
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
    taken_away=st.sets(st.integers(0, COMPARED)),
)
@settings(max_examples=150, deadline=None)
def test_a_full_scan_finds_nothing_else(names: list[str], asked: str, taken_away: set[int]) -> None:
    index = names_index(tuple(names))
    left = [name for number, name in enumerate(names) if number not in taken_away]
    for number in taken_away & set(range(len(names))):
        index.apply(
            fact(ModelEnded(on=date(2027, 3, 1), model=model(number), ground="withdrawn", reason="x"))
        )

    found = index.similar(asked, "20242", limit=len(names) + 1)
    assert sorted({(-one["score"], folded(one["name"])) for one in found}) == full_scan(left, asked)


@pytest.mark.thorough
def test_the_closest_are_found_among_thousands_that_differ_in_one_word() -> None:
    index = names_index(tuple(f"Ngôi nhà xanh, tuyến đường không rác số {n}" for n in range(3_000)))

    found = index.similar("Ngôi nhà xanh, tuyến đường không rác số 2718", "20242", limit=3)
    assert (found[0]["name"][-4:], found[0]["score"]) == ("2718", 100)
    assert all(one["score"] > 90 for one in found)
    assert {one["unit"] for one in index.similar("Ngôi nhà xanh, tuyến đường không rác", "20194")} == {
        "20194"
    }


def test_a_name_that_the_whole_city_uses_shows_the_own_units_models_first() -> None:
    index = names_index(("Nuôi heo đất",) * 500)

    found = index.similar("Nuôi heo đất", "20194", besides=model(1))
    assert [one["model"] for one in found] == [model(n) for n in range(3, 43, 2)]


@pytest.mark.slow
@pytest.mark.timeout(500)  # its CPU is measured: others on the machine may take what they like
@pytest.mark.parametrize("alike", [False, True], ids=["of many words", "all but identical"])
def test_a_hundred_and_twenty_five_thousand_names_are_searched_quickly(alike: bool) -> None:
    pairs = list(itertools.product(WORDS, WORDS))
    index = NameIndex()
    sample = registered()
    for number in range(125_000):
        one, other = pairs[number % len(pairs)]
        name = f"{NAMES[0]} số {number}" if alike else f"{NAMES[number % len(NAMES)]} {one} {other}"
        members = {"model": str(number), "name": name}
        index.apply(fact(sample.model_construct(**{**dict(sample), **members}), number=number))

    begun = time.process_time()
    for name in NAMES * 5:
        assert alike or index.similar(name, "20242")
        assert not alike or index.similar(f"{NAMES[0]} số {len(name)}", "20242")
    spent = (time.process_time() - begun) / len(NAMES * 5)
    assert spent < 0.008, (
        "seconds of CPU: 0.0015 on an idle machine; this only guards against a search of everything"
    )
