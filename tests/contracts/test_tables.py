"""Words stand in files, one a language; what stands in one of them only stops whoever reads it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import figures
from shared.contracts.words.tables import Untranslated, tables

ROOT = Path(__file__).parents[2]
PLACES = sorted(path.parent for room in ("shared", "services") for path in (ROOT / room).rglob("vi.toml"))
NAMED = re.compile(r"\{(\w+)\}")


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for key, value in table.items():
        found |= leaves(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
    return found


@pytest.mark.parametrize("place", PLACES, ids=[str(place.relative_to(ROOT)) for place in PLACES])
def test_both_languages_say_the_same_things_with_the_same_values(place: Path) -> None:
    vi, en = (leaves(tomllib.loads((place / f"{lang}.toml").read_text("utf-8"))) for lang in ("vi", "en"))
    assert vi.keys() == en.keys() and len(vi) > 1
    for path, said in vi.items():
        assert said.strip() == said != "" and en[path].strip() == en[path] != "", path
        assert set(NAMED.findall(said)) == set(NAMED.findall(en[path])), path


@pytest.mark.parametrize(
    ("vi", "en", "lacking"),
    [
        ('[a]\nx = "một"\ny = "hai"\n', '[a]\nx = "one"\n', "a.y"),
        ('[a]\nx = "một"\n', '[a]\nx = "one"\n[b]\nz = "three"\n', "b"),
        ('[a]\nx = "một"\n', '[a]\nx = "one"\nz = "three"\n', "a.z"),
    ],
    ids=["a word in Vietnamese only", "a table in English only", "a word in English only"],
)
def test_what_is_said_in_one_language_only_is_named(tmp_path: Path, vi: str, en: str, lacking: str) -> None:
    (tmp_path / "vi.toml").write_text(vi, "utf-8")
    (tmp_path / "en.toml").write_text(en, "utf-8")
    with pytest.raises(Untranslated, match=lacking):
        tables(tmp_path)


def test_every_figure_that_is_told_by_code_is_called_something() -> None:
    of = {
        "activities": figures.ACTIVITIES,
        "activities.recorded": figures.ACTIVITIES,
        "documents": figures.DOCUMENTS,
        "documents.recorded": (*figures.DOCUMENTS, "inspection_plan", "report"),
        "commendations.occasion": figures.OCCASIONS,
        "commendations.recipient": figures.RECIPIENTS,
        "commendations.quota_for": figures.RECIPIENTS,
        "inspections": figures.INSPECTIONS,
        **{f"resources.{means}": figures.RESOURCES for means in ("planned", "used", "reported")},
        **{f"dossiers.{outcome}": figures.DOSSIER_KINDS for outcome in (*figures.OUTCOMES, "median_days")},
    }
    assert {f"{begin}.{code}" for begin, codes in of.items() for code in codes} <= figures.LABELS.keys()
    assert set(figures.SHOWN) <= figures.LABELS.keys()
