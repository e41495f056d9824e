"""`dvk report`: the file is there whole or not at all, and says where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli import report
from services.cli.main import main
from services.cli.talking import System

SAID = {
    "Content-Disposition": "attachment; filename=\"dan-van-kheo.pdf\"; filename*=UTF-8''D%C3%A2n.pdf",
    "Dvk-Ledger-Size": "404",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[httpx.URL]:
    """A reporting that answers everything alike; what it was asked."""
    seen: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        if "1999" in request.url.path:
            problem = {"code": "period.unknown", "detail": "Không có kỳ này.", "detail_en": "No such period."}
            return httpx.Response(404, json=problem)
        return httpx.Response(200, content=b"%PDF", headers=SAID)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    system = System({"reporting": "http://reporting"}, lambda actor: "token", http)
    monkeypatch.setattr(report, "system_of", lambda args: system)
    return seen


def test_the_format_is_that_of_the_file(asked: list[httpx.URL], tmp_path: Path) -> None:
    file = tmp_path / "b.pdf"

    assert main(["report", "2026", "--out", str(file), "--at", "404", "--unit", "20242"]) == 0
    assert file.read_bytes() == b"%PDF"
    assert str(asked[0]) == "http://reporting/summaries/2026.pdf?at=404&unit=20242&lang=vi"
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]


def test_a_range_and_json_without_words_are_asked_for_as_they_are(
    asked: list[httpx.URL], tmp_path: Path
) -> None:
    file = tmp_path / "b.json"

    assert main(["report", "2026-01-01..2026-06-30", "--out", str(file)]) == 0
    assert str(asked[0]) == "http://reporting/summaries/2026-01-01..2026-06-30.json"


def test_what_was_published_is_asked_for_by_its_id(asked: list[httpx.URL], tmp_path: Path) -> None:
    ident = "8767a765-840b-5e66-bdf7-6209bf3d34fe"

    assert main(["report", ident, "--format", "pdf", "--lang", "vi", "--out", str(tmp_path / "b.pdf")]) == 0
    assert str(asked[0]) == f"http://reporting/published/{ident}.pdf?lang=vi"


def test_without_a_file_the_plain_name_of_the_service_is_taken_here(
    asked: list[httpx.URL], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["report", "2026", "--format", "pdf"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["dan-van-kheo.pdf"]


WRONG: list[tuple[list[str], str]] = [
    (["2026"], "--format"),
    (["2026", "--format", "pdf", "--out", "{}/b.docx"], ".docx"),
    (["2026", "--out", "{}/nowhere/b.pdf"], "Không ghi được"),
    (["1999", "--out", "{}/b.pdf"], "period.unknown"),
]


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_what_cannot_be_written_is_said_in_plain_words_and_leaves_nothing(
    asked: list[httpx.URL], tmp_path: Path, capsys: pytest.CaptureFixture[Any], given: list[str], said: str
) -> None:
    assert main(["report", *(part.format(tmp_path) for part in given)]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
