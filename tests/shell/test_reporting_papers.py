"""The papers that reporting prints: of every kind, for who may read the thing, the same bytes at a ledger size."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from services.reporting.documents.papers import PAPERS
from services.reporting.queries.papers import printed
from shared.errors import Unavailable
from tests.support.asking import Asking

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUDITOR = {"who": "auditor:ai"}


def text_of(paper: bytes) -> str:
    word = Document(io.BytesIO(paper))
    return "\n".join(
        "".join(node.text or "" for node in p.iter(qn("w:t"))) for p in word.element.body.iter(qn("w:p"))
    )


async def first(asking: Asking, path: str, **params: Any) -> dict[str, Any]:
    [item, *_] = (await asking.get(path, limit=500, **params))["items"]
    return item


async def one_of_each(asking: Asking) -> Mapping[str, tuple[str, str]]:
    """By kind: the id of something on record, and words that its paper must have."""
    model = await first(asking, "/models", state="received")
    inspection = await first(asking, "/inspections")
    dossier = await first(asking, "/appraisals", purpose="recognition", state="completed")
    decided = await first(asking, "/recognitions", state="recognised")
    listing = await first(asking, "/listings", state="listed")
    proposal = await first(asking, "/replications")
    adoption = await first(asking, "/adoptions")
    round = await first(asking, "/rounds")
    unit = (await first(asking, "/units", kind="commune_committee"))["unit"]
    return {
        "registration": (model["id"], model["name"]),
        "reception": (model["id"], "PHIẾU TIẾP NHẬN"),
        "inspection": (f"{inspection['model']}:{inspection['inspection']}", inspection["findings"]),
        "dossier": (dossier["id"], dossier["model_name"]),
        "appraisal": (dossier["id"], "BÁO CÁO THẨM ĐỊNH"),
        "submission": ("city", "TỜ TRÌNH"),
        "recognition": (decided["decision"]["number"], decided["model_name"]),
        "proposal": (proposal["id"], proposal["model_name"]),
        "catalogue": (str(listing["supplement"]), listing["model_name"]),
        "adoption": (adoption["id"], "KẾ HOẠCH"),
        "commendations": (round["id"], str(round["year"])),
        "unit-report": (f"{unit}:2026-H1", "6 tháng đầu năm 2026"),
    }


async def test_a_paper_of_each_kind_is_printed_from_the_record(asking: Asking) -> None:
    wanted = await one_of_each(asking)
    assert set(wanted) == set(PAPERS)
    for kind, (ident, said) in wanted.items():
        answer = await asking.http.get(f"/papers/{kind}/{ident}.docx", headers=AUDITOR)
        assert answer.status_code == 200, (kind, answer.text)
        told = text_of(answer.content)
        assert said in told, (kind, ident)
        size = f"{len(asking.entries):,}".replace(",", ".")
        of = ident.rpartition(":")[2] if kind == "inspection" else ident
        assert f"{PAPERS[kind].of}/{of} theo sổ cái {size} mục." in told
        assert "{{" not in told and "None" not in told
        again = await asking.http.get(
            f"/papers/{kind}/{ident}.docx?at={len(asking.entries)}", headers=AUDITOR
        )
        assert again.content == answer.content, kind
        assert answer.headers["content-disposition"].endswith(".docx")


async def test_a_recognition_is_printed_by_its_id_too_and_a_list_of_a_decision_holds_all_of_it(
    asking: Asking,
) -> None:
    decided = (await asking.get("/recognitions", state="recognised", limit=500))["items"]
    number = decided[0]["decision"]["number"]
    of_it = [one["model_name"] for one in decided if one["decision"]["number"] == number]
    whole = await asking.http.get(f"/papers/recognition/{number}.docx", headers=AUDITOR)
    single = await asking.http.get(f"/papers/recognition/{decided[0]['id']}.docx", headers=AUDITOR)

    assert [name for name in of_it if name not in text_of(whole.content)] == []
    assert decided[0]["model_name"] in text_of(single.content)


async def test_what_waits_for_a_decision_was_put_before_authority_as_known_then(asking: Asking) -> None:
    opened = next(
        entry
        for entry in asking.entries
        if entry.event.name == "RecognitionOpened" and entry.event.data["level"] == "city"
    )
    answer = await asking.http.get("/papers/submission/city.docx", params={"at": opened.n}, headers=AUDITOR)

    assert opened.event.data["model_name"] in text_of(answer.content)


async def test_a_paper_as_known_then_says_what_was_known_then(asking: Asking) -> None:
    model = await first(asking, "/models", state="received")
    entry = next(e.n for e in asking.entries if e.event.stream == f"model/{model['id']}")
    path = f"/papers/registration/{model['id']}.docx"
    then = await asking.http.get(path, params={"at": entry}, headers=AUDITOR)

    assert then.status_code == 200 and then.headers["dvk-ledger-size"] == str(entry)
    assert await asking.problem(path, at=entry - 1) == (404, "model.unknown")
    assert await asking.problem(f"/papers/reception/{model['id']}.docx", at=entry) == (
        404,
        "paper.nothing-recorded",
    )


async def test_what_there_is_not_is_said(asking: Asking) -> None:
    nobody = "00000000-0000-7000-a000-000000000000"
    for path, code in (
        ("invoice/x", "paper.unknown-kind"), (f"registration/{nobody}", "model.unknown"),
        ("registration/x", "model.unknown"), (f"inspection/{nobody}", "inspection.unknown"),
        ("inspection/x", "inspection.unknown"), (f"dossier/{nobody}", "appraisal.unknown"),
        (f"appraisal/{nobody}", "appraisal.unknown"), ("submission/x", "unit.unknown"),
        (f"recognition/{nobody}", "recognition.unknown"), ("recognition/1-QĐ-X", "paper.nothing-recorded"),
        (f"proposal/{nobody}", "replication.unknown"), ("catalogue/99", "paper.nothing-recorded"),
        (f"adoption/{nobody}", "adoption.unknown"), (f"commendations/{nobody}", "round.unknown"),
        ("unit-report/x:2026", "unit.unknown"),
    ):  # fmt: skip
        assert await asking.problem(f"/papers/{path}.docx") == (404, code), path
    for period in ("20194:lâu", "20194", "20194:2026-13-01"):
        assert await asking.problem(f"/papers/unit-report/{period}.docx") == (422, "query.malformed")
    model = await first(asking, "/models", state="received")
    assert await asking.problem(f"/papers/registration/{model['id']}") == (404, "format.unknown")
    assert await asking.problem(f"/papers/registration/{model['id']}.pdf") == (404, "format.unknown")
    assert await asking.problem(f"/papers/registration/{model['id']}:2031.docx") == (
        404,
        "paper.nothing-recorded",
    )
    assert await asking.problem(f"/papers/registration/{model['id']}.docx", lang="en") == (
        422,
        "query.malformed",
    )


async def test_who_may_not_read_the_thing_does_not_print_it(asking: Asking) -> None:
    wanted = await one_of_each(asking)
    model = await first(asking, "/models", state="received")
    stranger = next(
        unit["unit"]
        for unit in (await asking.get("/units", limit=500, kind="commune_committee"))["items"]
        if unit["unit"] != model["unit"]
    )
    for kind in ("registration", "reception"):
        path = f"/papers/{kind}/{wanted[kind][0]}.docx"
        assert await asking.problem(path, who=f"unit_officer:x:{stranger}") == (403, "not-allowed")
        own = await asking.http.get(path, headers={"who": f"unit_officer:x:{model['unit']}"})
        assert own.status_code == 200
    for kind in ("dossier", "inspection", "unit-report", "commendations", "adoption"):
        assert (await asking.problem(f"/papers/{kind}/{wanted[kind][0]}.docx", who="subscriber:x"))[0] == 403
    assert (await asking.problem("/papers/submission/city.docx", who=f"approver:x:{stranger}"))[0] == 403


async def test_a_template_that_cannot_be_read_is_told_by_its_kind(tmp_path: Path) -> None:
    from services.reporting.documents.papers.samples import matter

    (tmp_path / "adoption.docx").write_bytes(b"no Word file")
    with pytest.raises(Unavailable) as refused:
        printed(matter("adoption"), tmp_path)
    assert refused.value.code == "paper.template-broken"
