"""What reporting answers over HTTP, to whom, and what it says to bad questions."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import date
from hashlib import sha256
from typing import Any

import orjson
import pytest

from services.reporting.documents import FORMATS, Format
from services.reporting.documents.report import Report
from tests.reporting.audit_oracle import Auditor
from tests.reporting.oracle import Oracle
from tests.support.asking import CLOCK, Asking

pytestmark = pytest.mark.asyncio(loop_scope="module")


def a_rich_model(entries: list[Any]) -> str:
    """The model of which most is told."""
    counted: dict[str, int] = {}
    for entry in entries:
        if model := entry.event.data.get("model"):
            counted[model] = counted.get(model, 0) + 1
    return max(counted, key=lambda model: counted[model])


async def test_a_summary_says_what_it_was_counted_from(asking: Asking) -> None:
    answer = await asking.http.get("/summaries/2026", headers={"who": "auditor:ai"})
    summary, size = answer.json(), len(asking.entries)

    assert {name: summary[name] for name in summary if name not in ("figures", "baseline", "root")} == {
        "rules": 2, "period": "2026", "start": "2026-01-01", "cut_off": "2026-10-15", "policy_version": 1,
        "scope": "city", "ledger_size": size, "unit_reports": {"counted": ["2026-H1", "2026"], "outside": []},
    }  # fmt: skip
    assert summary["root"] == size.to_bytes(32, "big").hex()
    assert answer.headers["dvk-sha256"] == sha256(answer.content).hexdigest()
    assert answer.content == orjson.dumps(summary, option=orjson.OPT_SORT_KEYS)
    counted = Oracle(asking.entries, size).figures("2026-01-01", "2026-10-15", (2026,))
    whole = summary["figures"]["whole"]
    assert {k: v for k, v in whole.items() if v} == {k: v for k, v in counted.items() if v}


async def test_next_year_has_this_year_beside_it_and_the_baseline_stands_with_the_city_only(
    asking: Asking,
) -> None:
    this = await asking.get("/summaries/2026")
    following = await asking.get("/summaries/2027")
    unit = next(unit for unit in this["figures"]["by_unit"] if unit.isdigit())
    ward = await asking.get("/summaries/2026", unit=unit)

    assert "previous" not in this
    assert (following["start"], following["cut_off"]) == ("2026-10-16", "2027-10-15")
    assert following["previous"]["figures"] == this["figures"]
    assert {row["figure"] for row in this["baseline"]} == {"models.in_operation", "recognised.city.models"}
    assert "baseline" not in ward and ward["scope"] == f"unit/{unit}"
    assert ward["figures"]["whole"] == this["figures"]["by_unit"][unit]


async def test_a_summary_of_then_is_the_same_whenever_it_is_asked(asking: Asking) -> None:
    then = len(asking.entries) // 2
    summary = await asking.get("/summaries/2026", at=then)
    received = asking.entries[0].received

    assert summary["ledger_size"] == then
    assert summary != await asking.get("/summaries/2026")
    assert (await asking.get("/summaries/2026", as_of="2027-12-31"))["ledger_size"] == len(asking.entries)
    assert received < CLOCK


async def test_a_summary_in_words_has_shares_to_one_decimal_and_vietnamese_numbers(asking: Asking) -> None:
    shown = await asking.get("/summaries/2027", lang="vi")
    tables = {table["title"]: table for table in shown["tables"]}
    shares = tables["Theo lĩnh vực"]["rows"][1]

    assert shown["period"] == "Số liệu từ ngày 16/10/2026 đến ngày 15/10/2027"
    assert shares[0] == "– tỷ lệ"
    assert all(share == "–" or (share.endswith("%") and "," in share) for share in shares[1:])
    assert ["60,9%", "1.309"] in [row[3:5] for row in tables["So với 2023–2025"]["rows"]]
    assert len(tables["Theo đơn vị"]["rows"]) > 5
    english = await asking.get("/summaries/2027", lang="en")
    assert [table["title"] for table in english["tables"]][-1].startswith("By ")


async def test_a_document_of_a_size_is_the_same_bytes_whenever_it_is_asked(asking: Asking) -> None:
    then = len(asking.entries) // 2
    for suffix, (begin, media) in DOCUMENTS.items():
        first = await asking.http.get(f"/summaries/2027.{suffix}?at={then}", headers={"who": "auditor:ai"})
        again = await asking.http.get(
            f"/summaries/2027.{suffix}?at={then}&lang=vi", headers={"who": "auditor:ai"}
        )
        assert first.status_code == 200 and first.content.startswith(begin)
        assert first.content == again.content
        assert first.headers["Content-Type"] == media
        assert first.headers["ETag"] == f'"{sha256(first.content).hexdigest()}"'
        assert first.headers["Content-Disposition"].startswith(
            f'attachment; filename="dan-van-kheo-nam-2027-toan-thanh-pho-so-cai-{then}.{suffix}"'
        )
        held = {"who": "auditor:ai", "If-None-Match": f'"x", {first.headers["ETag"]}'}
        kept = await asking.http.get(f"/summaries/2027.{suffix}?at={then}", headers=held)
        assert (kept.status_code, kept.content) == (304, b"")


async def test_a_format_nobody_makes_is_refused_with_those_that_are_made(asking: Asking) -> None:
    assert await asking.problem("/summaries/2027.exe") == (404, "format.unknown")
    assert await asking.problem("/summaries/1999.pdf") == (404, "period.unknown")
    assert await asking.problem("/summaries/2027.pdf", lang="fr") == (422, "query.malformed")


async def test_the_json_of_a_period_may_be_asked_for_by_its_suffix(asking: Asking) -> None:
    assert await asking.get("/summaries/2027.json") == await asking.get("/summaries/2027")


async def test_a_document_is_made_beside_the_loop_which_goes_on_answering(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(report: Report) -> bytes:
        begun.set()
        assert may_end.wait(30)
        return b"done"

    monkeypatch.setitem(FORMATS, "csv", Format("text/csv", slow))
    making = asyncio.create_task(asking.http.get("/summaries/2027.csv", headers={"who": "auditor:ai"}))
    while not begun.is_set():
        await asyncio.sleep(0.01)

    assert (await asking.get("/summaries/2027"))["period"] == "2027"
    may_end.set()
    assert (await making).content == b"done"


DOCUMENTS = {
    "csv": (b"\xef\xbb\xbf", "text/csv; charset=utf-8"),
    "xlsx": (b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (b"%PDF-1.7", "application/pdf"),
}


async def test_every_record_behind_a_figure_is_named_with_its_events(asking: Asking) -> None:
    whole = (await asking.get("/summaries/final-2030"))["figures"]["whole"]
    for key in ("models.registered_new", "models.in_operation", "recognised.city", "dossiers.eligible",
                "inspections.supervision", "replication.adopted", "quality.reclassified"):  # fmt: skip
        figure = await asking.get(f"/figures/final-2030/{key}", limit=500)
        assert figure["value"] == whole[key]
        assert sum(record["value"] for record in figure["records"]) == whole[key]
        assert all(record["events"] for record in figure["records"])
    missed = await asking.get("/figures/2026/quota.missed", limit=500)
    assert len(missed["demands"]) == missed["value"]


async def test_a_history_on_paper_is_the_same_whenever_it_is_asked_and_has_every_event(
    asking: Asking,
) -> None:
    model, then = a_rich_model(asking.entries), len(asking.entries)
    path, who = f"/histories/model/{model}", {"who": "auditor:ai"}
    pdf = await asking.http.get(f"{path}.pdf?at={then}", headers=who)
    rows = (await asking.http.get(f"{path}.csv?at={then}", headers=who)).text.split("\r\n")

    assert pdf.content.startswith(b"%PDF-1.7")
    assert pdf.content == (await asking.http.get(f"{path}.pdf?at={then}", headers=who)).content
    assert len(rows) == len((await asking.get(path))["events"]) + 2
    assert await asking.problem("/histories/model/nobody.pdf") == (404, "model.unknown")
    assert await asking.problem(f"{path}.pdf", lang="fr") == (422, "query.malformed")


async def test_a_history_tells_everything_in_ledger_order(asking: Asking) -> None:
    model = a_rich_model(asking.entries)
    history = await asking.get(f"/histories/model/{model}")
    about = [entry for entry in asking.entries if entry.event.data.get("model") == model]
    streams = {entry.event.stream for entry in about} - {
        e.event.stream for e in about if "round" in e.event.data
    }
    adoptions = {entry.event.stream.removeprefix("adoption/") for entry in about}
    built = {e.n for e in asking.entries if e.event.data.get("adopted_from") in adoptions}
    corrected = {e.n for e in asking.entries if e.event.data.get("corrects") in {a.event.id for a in about}}
    expected = [
        entry.n
        for entry in asking.entries
        if entry in about or entry.event.stream in streams or entry.n in built | corrected
    ]

    assert [line["ledger"] for line in history["events"]] == expected
    assert len({line["source"] for line in history["events"]}) > 1
    first = history["events"][0]
    told = asking.entries[first["ledger"] - 1].event
    assert (first["event"], first["position"], first["on"], first["time"]) == (
        told.name, told.position, told.data["on"], told.time,
    )  # fmt: skip
    assert first["data"] == told.data
    assert history["state"]["unit"] == told.data["unit"]


async def test_a_history_of_then_shows_the_state_of_then(asking: Asking) -> None:
    model = a_rich_model(asking.entries)
    full = await asking.get(f"/histories/model/{model}")
    for line in full["events"]:
        then = await asking.get(f"/histories/model/{model}", at=line["ledger"])
        assert then["events"][-1]["ledger"] == line["ledger"]
        assert then["state"]["from"] <= line["ledger"] if "from" in then["state"] else True


async def test_a_correction_and_what_it_corrects_point_at_each_other(asking: Asking) -> None:
    corrections = [e for e in asking.entries if e.event.name == "RecordCorrected"]
    entry = corrections[0]
    history = await asking.get(f"/histories/{entry.event.stream}")
    lines = {line["ledger"]: line for line in history["events"]}

    target = lines[entry.n]["corrects"]["ledger"]
    assert entry.n in lines[target]["corrected_by"]
    assert lines[target]["id"] == entry.event.data["corrects"]


async def test_everything_has_a_history(asking: Asking) -> None:
    for noun in (
        "unit",
        "policy",
        "criteria-set",
        "appraisal",
        "recognition",
        "listing",
        "replication",
        "adoption",
    ):
        stream = next(e.event.stream for e in asking.entries if e.event.stream.startswith(f"{noun}/"))
        assert (await asking.get(f"/histories/{stream}"))["events"]
    assert (await asking.get("/histories/actors/approver"))["events"][0]["actor"] == "approver"


async def test_lists_are_those_of_then(asking: Asking) -> None:
    then = len(asking.entries) // 3
    registered = [e for e in asking.entries[:then] if e.event.name == "ModelRegistered"]
    models = await asking.get("/models", at=then, limit=500)
    field = registered[0].event.data.get("field", "none")

    assert models["total"] == len(registered)
    assert {m["from"] for m in models["items"]} <= set(range(1, then + 1))
    assert (await asking.get("/models", at=then, field=field))["total"] >= 1
    for path in (
        "/units",
        "/appraisals",
        "/recognitions",
        "/listings",
        "/adoptions",
        "/policies",
        "/criteria-sets",
    ):
        assert (await asking.get(path))["items"], path


async def test_exceptions_are_what_an_auditor_finds_with_the_events_that_show_them(asking: Asking) -> None:
    shown = await asking.get("/exceptions/final-2030", limit=500)
    found = Auditor(asking.entries, len(asking.entries)).exceptions("2030-12-31")
    counted = Counter[str]()
    for (kind, on, _), number in found.items():
        counted[kind] += number if on >= "2026-01-01" else 0
    entries = {entry.n: entry for entry in asking.entries}

    models = [item for item in shown["items"] if item["record"].startswith("model/")]
    assert Counter(item["kind"] for item in models if item["kind"] in counted) == +counted
    assert shown["total"] == sum(shown["by_kind"].values()) == len(shown["items"])
    for item in shown["items"]:
        assert item["events"] and item["justified"]
        for event in item["events"]:
            told = entries[event["ledger"]].event
            assert (event["id"], event["source"], event["position"]) == (told.id, told.service, told.position)
    late = [item for item in shown["items"] if item["kind"] == "outside_time_limits"]
    assert late and all(item["days"] > item["limit"] for item in late)


async def test_exceptions_are_those_of_then_and_of_whom_one_asks_for(asking: Asking) -> None:
    whole = await asking.get("/exceptions/2026", limit=500)
    kind = max(whole["by_kind"], key=lambda name: whole["by_kind"][name])
    unit = whole["items"][0]["unit"]

    one_kind = await asking.get("/exceptions/2026", kind=kind, limit=2)
    of_unit = await asking.get("/exceptions/2026", unit=unit, limit=500, who=f"unit_officer:lan:{unit}")

    assert one_kind["total"] == whole["by_kind"][kind] and {i["kind"] for i in one_kind["items"]} == {kind}
    assert of_unit["total"] == sum(item["unit"] == unit for item in whole["items"]) > 0
    assert (await asking.get("/exceptions/2026", at=20))["total"] <= 20
    assert await asking.problem("/exceptions/2026", who=f"unit_officer:lan:{unit}") == (403, "not-allowed")
    assert await asking.problem("/exceptions/2026", kind="sloth") == (422, "query.malformed")


async def test_a_scorecard_says_what_was_owed_and_what_is_missing(asking: Asking) -> None:
    cards = (await asking.get("/scorecards/2026", limit=500, on="2026-07-01"))["items"]
    oracle = Oracle(asking.entries, len(asking.entries))
    for card in cards:
        counted = oracle.figures("2026-01-01", "2026-12-31", (2026,), unit=card["unit"])
        assert card["inspections"]["supervision"] == counted.get("inspections.supervision", 0)
        assert card["recognised"]["city"] == counted.get("recognised.city", 0)
        assert sum(card["recognised"]["by_field"].values()) == sum(
            card["recognised"][level] for level in ("city", "grassroots")
        )
        for line in card.get("quota", ()):
            assert line["missing"] == max(0, line["minimum"] - line["have"])
    wards = [card for card in cards if card["unit_kind"] == "commune_committee" and card["quota"]]
    assert wards and all(len(card["quota"]) == 4 for card in wards)
    for card in wards:
        counted = oracle.figures("2026-01-01", "2026-12-31", (2026,), unit=card["unit"])
        assert sum(line["met"] for line in card["quota"]) == counted.get("quota.met", 0)
    lines = [(card["unit"], line["period"], line["state"]) for card in wards for line in card["reports"]]
    handed_in = {
        (e.event.data["unit"], e.event.data["period"])
        for e in asking.entries
        if e.event.name == "UnitReportSubmitted" and e.event.data["on"] <= "2026-12-31"
    }
    assert {(unit, period) for unit, period, state in lines if state in ("on_time", "late")} == {
        (unit, period) for unit, period, _ in lines
    } & handed_in
    assert {(period, state) for *_, period, state in lines} >= {("2026-H1", "overdue"), ("2026", "due")}
    adopted = Counter(
        e.event.data["unit"] for e in asking.entries
        if e.event.name == "ReplicationAdopted" and e.event.data["on"].startswith("2026-")
    )  # fmt: skip
    city = (await asking.get("/scorecards/2026/thanh-uy"))["adoptions"]["by_the_unit"]
    assert city == sum(adopted.values()) > 0


async def test_scorecards_are_shown_to_those_they_are_about(asking: Asking) -> None:
    ward = next(
        card["unit"] for card in (await asking.get("/scorecards/2026"))["items"]
        if card["unit_kind"] == "commune_committee"
    )  # fmt: skip
    own = await asking.get("/scorecards/2026", who=f"unit_officer:lan:{ward}")
    one = await asking.get(f"/scorecards/2026/{ward}", who=f"unit_officer:lan:{ward}")

    assert [card["unit"] for card in own["items"]] == [ward]
    assert {name: one[name] for name in own["items"][0]} == own["items"][0]
    assert (await asking.get("/scorecards/2027/thanh-uy"))["below"]
    assert await asking.problem("/scorecards/2026/thanh-uy", who=f"unit_officer:lan:{ward}") == (
        403,
        "not-allowed",
    )
    assert await asking.problem("/scorecards/2026", who="subscriber:bao") == (403, "not-allowed")
    assert await asking.problem("/scorecards/1999") == (404, "period.unknown")
    assert await asking.problem("/scorecards/2026/99999") == (404, "unit.unknown")


def waited_for(entries: list[Any]) -> Counter[tuple[str, str]]:
    """(what, thing) of everything open, counted from the last word of each stream."""
    last: dict[str, Any] = {}
    outcome: dict[str, str] = {}
    steps: dict[str, list[str]] = {}
    for entry in entries:
        name, data, stream = entry.event.name, entry.event.data, entry.event.stream
        if name not in (
            "RecordCorrected",
            "ReplicationOutcomeRecorded",
            "ModelReclassified",
            "InspectionRecorded",
        ):
            last[stream] = name
        if name == "ReplicationAdopted":
            steps[stream] = [step["due_on"] for step in data["roadmap"]]
        if name == "ReplicationOutcomeRecorded":
            outcome[stream] = data["outcome"]
    meaning = {
        "DossierSubmitted": "accept", "DossierSupplemented": "accept", "DossierAccepted": "appraise",
        "AppraisalReopened": "appraise", "DossierReturned": "supplement", "RecognitionOpened": "decide",
        "ListingOpened": "decide", "ModelReturned": "filing",
    }  # fmt: skip
    found = Counter((meaning[name], stream) for stream, name in last.items() if name in meaning)
    for stream, days in steps.items():
        if outcome.get(stream, "ongoing") == "ongoing" and days:
            found["milestone", stream] += len(days)
    return found


OF_UNITS = ("report", "obligation", "inspection", "dossier")
"""What is due though nothing was begun: held against the events in `test_reporting_due.py`."""


async def everything_due(asking: Asking, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        answer = await asking.get("/due", limit=500, offset=len(items), **params)
        items += answer["items"]
        if len(items) >= answer["total"]:
            assert len(items) == answer["total"]
            return items


async def test_what_is_due_is_everything_open_in_the_order_of_its_days(asking: Asking) -> None:
    seen: set[str] = set()
    for size in range(len(asking.entries), 0, -len(asking.entries) // 5):
        items = await everything_due(asking, on="2027-07-15", at=size)
        open_then = Counter((item["what"], item["thing"]) for item in items if item["what"] not in OF_UNITS)
        assert open_then == waited_for(asking.entries[:size])
        days = [item.get("due_on", "9999") for item in items]
        assert days == sorted(days)
        assert all(item["overdue"] == (item.get("due_on", "9999") < "2027-07-15") for item in items)
        assert all(item["name"] for item in items)
        seen |= {item["what"] for item in items}
    assert {"accept", "appraise", "decide", "milestone", "report"} <= seen
    of_now = await everything_due(asking, on="2027-07-15")
    late = await asking.get("/due", on="2027-07-15", overdue="true", what="accept")
    assert late["total"] == sum(item["what"] == "accept" and item["overdue"] for item in of_now)


async def test_what_is_due_is_shown_to_those_it_is_about(asking: Asking) -> None:
    items = await everything_due(asking)
    ward = next(item["unit"] for item in items if item["what"] == "milestone")

    own = await everything_due(asking, who=f"unit_officer:lan:{ward}")
    of_it = await everything_due(asking, unit=ward)

    assert own == of_it and 0 < len(own) < len(items)
    assert [item for item in items if item["unit"] == ward and item not in own] == []
    assert await asking.problem("/due", who="subscriber:bao") == (403, "not-allowed")


async def test_a_dossier_in_the_list_is_as_old_as_its_days_without_the_senders(asking: Asking) -> None:
    on = "2027-07-15"
    items = (await asking.get("/appraisals", on=on, limit=500))["items"]
    told = [e for e in asking.entries if e.event.stream.startswith("appraisal/")]
    counted = 0
    for item in items:
        own = [
            (e.event.name, e.event.data["on"]) for e in told if e.event.stream == f"appraisal/{item['id']}"
        ]
        assert item["sender"] == ("thanh-uy" if item["level"] == "city" else item["model_unit"])
        if {name for name, _ in own} == {"DossierSubmitted"}:
            assert item["age_days"] == (date.fromisoformat(on) - date.fromisoformat(own[0][1])).days
            counted += 1
    assert counted
    assert (await asking.get("/appraisals", limit=1))["on"] == "2027-12-31"
    assert await asking.problem("/appraisals", on="today") == (422, "date.malformed")


async def test_inspections_are_those_that_happened_with_what_was_found(asking: Asking) -> None:
    told = {e.event.id: e.event.data for e in asking.entries if e.event.name == "InspectionRecorded"}
    right = {
        e.event.data["corrects"]: e.event.data["changes"]
        for e in asking.entries if e.event.name == "RecordCorrected" and e.event.data["corrects"] in told
    }  # fmt: skip
    told = {ident: {**data, **right.get(ident, {})} for ident, data in told.items()}

    answer = await asking.get("/inspections", limit=500)

    items = answer["items"]
    assert {i["inspection"]: (i["model"], i["kind"], i["on"]) for i in items} == {
        ident: (data["model"], data["kind"], data["on"]) for ident, data in told.items()
    }
    assert len(items) == answer["total"] == len(told) > 0
    assert [i["on"] for i in items] == sorted((i["on"] for i in items), reverse=True)
    assert all(i["findings"] and i["conclusion"] and i["by"] and i["name"] for i in items)
    counted = 0
    for kind in ("inspection", "self_inspection", "supervision", "evaluation"):
        figure = (await asking.get(f"/figures/2026-01-01..2026-12-31/inspections.{kind}"))["value"]
        assert (await asking.get("/inspections", kind=kind, year=2026))["total"] == figure
        counted += figure
    assert counted > 0
    ward, field = items[0]["unit"], items[0]["field"]
    of_it = [i for i in items if (i["unit"], i["field"]) == (ward, field)]
    assert (await asking.get("/inspections", unit=ward, field=field))["items"] == of_it
    own = await asking.get("/inspections", who=f"unit_officer:lan:{ward}")
    assert {i["unit"] for i in own["items"]} == {ward}
    at = asking.entries[len(asking.entries) // 2].n
    past = [e for e in asking.entries[:at] if e.event.name == "InspectionRecorded"]
    assert (await asking.get("/inspections", at=at))["total"] == len(past)


async def test_forms_of_commendation_have_versions_of_which_one_is_in_force(asking: Asking) -> None:
    told = [e.event.data for e in asking.entries if e.event.name == "FormsPublished"]

    forms = await asking.get("/forms", on="2027-07-01")

    assert forms["in_force"] == 8
    assert [form["version"] for form in forms["items"]] == [data["version"] for data in told]
    assert forms["items"][-1]["forms"] == told[-1]["forms"]
    assert (await asking.get("/forms", on="2028-01-01"))["in_force"] == 9
    assert "in_force" not in await asking.get("/forms", at=1)
    assert await asking.problem("/forms", who="subscriber:bao") == (403, "not-allowed")


async def test_a_genealogy_tells_what_was_built_from_each_adoption(asking: Asking) -> None:
    told = [(e.n, e.event.name, e.event.data) for e in asking.entries]
    parents = {d["adoption"]: d["model"] for _, name, d in told if name == "ReplicationAdopted"}
    built = [(n, d) for n, name, d in told if name == "ModelRegistered" and "adopted_from" in d]
    assert len(built) == 2
    for n, child in built:
        adoption = child["adopted_from"]
        path = f"/replications/{parents[adoption]}"

        spread = await asking.get(path)

        assert {one["id"] for one in spread["adoptions"]} == {
            a for a, m in parents.items() if m == spread["model"]
        }
        node = next(one for one in spread["adoptions"] if one["id"] == adoption)["built"][0]
        assert (node["model"], node["unit"]) == (child["model"], child["unit"])
        assert [one["id"] for one in node["adoptions"]] == [child["model"]]
        assert spread["reached"]["models"] == sum(
            parents[d["adopted_from"]] == spread["model"] for _, d in built
        )
        assert (await asking.get(f"/replications/{child['model']}"))["from"]["model"] == spread["model"]
        then = await asking.get(path, at=n - 1)
        assert next(one for one in then["adoptions"] if one["id"] == adoption)["built"] == []
    assert await asking.problem("/replications/none") == (404, "model.unknown")
    assert await asking.problem(path, who="unit_officer:lan:none") == (403, "not-allowed")
    assert await asking.problem(path, who="subscriber:bao") == (403, "not-allowed")


async def test_a_history_says_what_changed_between_two_sizes(asking: Asking) -> None:
    path = f"/histories/model/{a_rich_model(asking.entries)}"
    full = await asking.get(path)
    first = full["events"][0]["ledger"]
    then = (await asking.get(path, at=first))["state"]

    shown = await asking.get(path, since=first)

    assert [line["ledger"] for line in shown["events"]] == [n["ledger"] for n in full["events"][1:]]
    differing = {n for n in {*then, *full["state"]} - {"from"} if then.get(n) != full["state"].get(n)}
    assert differing and {*shown["changed"]} == differing
    assert all(shown["changed"][n].get("from") == then.get(n) for n in differing)
    assert (await asking.get(path, since=shown["ledger_size"]))["changed"] == {}
    assert await asking.problem(path, since="yesterday") == (422, "query.malformed")


async def test_dossiers_are_compared_side_by_side(asking: Asking) -> None:
    done = [e.event.data for e in asking.entries if e.event.name == "AppraisalCompleted"]
    first, second = done[-1], next(d for d in reversed(done) if d["appraisal"] != done[-1]["appraisal"])
    ids = f"{first['appraisal']},{second['appraisal']}"

    shown = await asking.get("/compare", appraisals=ids)

    assert [one["appraisal"] for one in shown["appraisals"]] == ids.split(",")
    for data in (first, second):
        found = {row["criterion"]: row["by_appraisal"][data["appraisal"]] for row in shown["criteria"]}
        assert all(found[one["criterion"]]["finding"] == one["finding"] for one in data["findings"])
    assert await asking.problem("/compare", appraisals=ids, at=5) == (404, "appraisal.unknown")
    assert await asking.problem("/compare", appraisals=first["appraisal"]) == (422, "query.malformed")
    assert await asking.problem("/compare", appraisals=ids, who="unit_officer:lan:none") == (
        403,
        "not-allowed",
    )


async def test_the_recognised_are_those_decided_and_not_revoked_on_the_day(asking: Asking) -> None:
    on = "2027-03-01"
    holding = set[str]()
    for entry in asking.entries:
        if entry.event.name == "ModelRecognised" and entry.event.data["on"] <= on:
            holding.add(entry.event.stream)
    for entry in asking.entries:
        if entry.event.name == "RecognitionRevoked" and entry.event.data["on"] <= on:
            holding.discard(entry.event.stream)

    shown = await asking.get("/recognised", who="subscriber:bao", on=on, limit=500)

    assert {f"recognition/{item['recognition']}" for item in shown["items"]} == holding


async def test_names_are_found_without_accents(asking: Asking) -> None:
    assert (await asking.get("/search", q="MO HINH moi"))["items"]
    assert (
        (await asking.get("/search", q="đảng uỷ"))["total"]
        == (await asking.get("/search", q="dang ủy"))["total"]
        > 0
    )


async def test_what_stands_on_paper_is_found(asking: Asking) -> None:
    registered = next(e for e in asking.entries if e.event.name == "ModelRegistered")
    recognised = next(e for e in asking.entries if e.event.name == "ModelRecognised")
    data = registered.event.data
    number = recognised.event.data["decision"]["number"]

    async def kinds(q: str) -> list[tuple[str, str]]:
        return [(item["kind"], item["id"]) for item in (await asking.get("/search", q=q, limit=500))["items"]]

    assert ("model", data["model"]) in await kinds(data["model"])
    assert ("model", data["model"]) in await kinds(str(data["reference"]))
    assert ("unit", data["unit"]) in await kinds(data["unit"])
    assert ("recognition", recognised.event.stream.partition("/")[2]) in await kinds(number)
    for text in (str(registered.n), f"registry:{registered.position}"):
        assert ("event", registered.event.id) in await kinds(text), text
    assert ("actor", registered.event.envelope["actor"]) in await kinds(
        str(registered.event.envelope["actor"])
    )
    assert await kinds("999999999") == []


async def test_events_are_looked_through_from_the_newest(asking: Asking) -> None:
    entries = [e for e in asking.entries if e.event.name == "ModelReceived"]
    first = await asking.get("/events", event="ModelReceived", limit=3)
    assert [item["id"] for item in first["items"]] == [e.event.id for e in reversed(entries[-3:])]
    assert all(item["about"] for item in first["items"])
    then = await asking.get("/events", event="ModelReceived", limit=3, before=first["next"])
    assert [item["id"] for item in then["items"]] == [e.event.id for e in reversed(entries[-6:-3])]
    actor = str(entries[0].event.envelope["actor"])
    by = await asking.get("/events", kind="model", actor=actor, limit=500)
    assert by["items"] and {item["actor"] for item in by["items"]} == {actor}
    day = first["items"][0]["time"][:10]
    after = await asking.get("/events", since_day=day, limit=500)
    assert {item["id"] for item in after["items"]} < {e.event.id for e in asking.entries}


async def test_a_merged_unit_is_counted_by_its_successor(asking: Asking) -> None:
    closed = next(e.event.data for e in asking.entries if e.event.name == "UnitClosed")

    answer = await asking.problem("/summaries/final-2030", unit=closed["unit"])

    assert answer == (409, "unit.merged")


async def test_who_may_see_what(asking: Asking) -> None:
    model = next(e.event.data for e in asking.entries if e.event.name == "ModelRegistered")
    path, own = f"/histories/model/{model['model']}", f"unit_officer:lan:{model['unit']}"
    other = next(unit for unit in ("20194", "20195", "20196") if unit != model["unit"])

    assert (await asking.get(path, who=own))["events"]
    assert (await asking.get("/summaries/2026", who=own, unit=model["unit"]))["figures"]
    assert (await asking.get("/summaries/2026", who="approver:btv:thanh-uy"))["figures"]
    assert {m["unit"] for m in (await asking.get("/models", who=own))["items"]} == {model["unit"]}
    assert await asking.problem(path, who=f"unit_officer:minh:{other}") == (403, "not-allowed")
    assert await asking.problem("/summaries/2026", who=own) == (403, "not-allowed")
    assert await asking.problem("/models", who="subscriber:bao") == (403, "not-allowed")
    for each in ("/models", "/units", "/unit-reports"):
        assert await asking.problem(each, who=own, unit=other) == (403, "not-allowed")
    assert (await asking.get("/models", who=own, unit=model["unit"]))["total"] > 0
    assert await asking.problem("/histories/actors/approver", who=own) == (403, "not-allowed")


async def test_a_reader_may_wait_for_what_was_just_written(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.store.sizes.PATIENCE_SECONDS", 0.1)
    last = {source.service: len(source.events) for source in asking.town.sources}
    both = [f"registry:{last['registry']}", f"awards:{last['awards']}"]

    assert (await asking.get("/summaries/2026", after=both))["ledger_size"] == len(asking.entries)
    assert (await asking.get("/models", after=",".join(both)))["items"]
    answer = await asking.http.get(
        "/summaries/2026", params={"after": f"registry:{last['registry'] + 1}"}, headers={"who": "auditor:ai"}
    )
    assert answer.status_code == 503
    assert answer.json() == {"code": "not-yet", "reached": {"registry": last["registry"]}}


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("/summaries/2025", {}, 404, "period.unknown"),
        ("/summaries/2026-H2", {}, 404, "period.unknown"),
        ("/summaries/2027-01-01..2026-01-01", {}, 422, "period.backwards"),
        ("/summaries/2027-02-30..2027-03-01", {}, 422, "date.malformed"),
        ("/summaries/2026", {"cut_off": "15/10/2026"}, 422, "date.malformed"),
        ("/summaries/2026", {"cut_off": "2025-12-31"}, 422, "cut-off.before-start"),
        ("/summaries/2026", {"cut_off": "2036-01-01"}, 422, "cut-off.too-late"),
        ("/summaries/final-2030", {"cut_off": "9999-12-31"}, 422, "cut-off.too-late"),
        ("/figures/2026/models.received", {"cut_off": "9999-12-31"}, 422, "cut-off.too-late"),
        ("/summaries/2019", {}, 404, "period.unknown"),
        ("/summaries/2036", {}, 404, "period.unknown"),
        ("/summaries/2026-01-01..2126-01-01", {}, 404, "period.unknown"),
        ("/summaries/1999-01-01..2026-01-01", {}, 422, "date.too-early"),
        ("/summaries/2026.exe", {}, 404, "format.unknown"),
        ("/summaries/2026.PDF", {}, 404, "format.unknown"),
        ("/summaries/2026.pdf", {"lang": "fr"}, 422, "query.malformed"),
        ("/summaries/2026", {"at": "abc"}, 422, "query.malformed"),
        ("/summaries/2026", {"at": "9" * 40}, 422, "query.malformed"),
        ("/summaries/2026", {"at": "2019-01-01"}, 422, "date.too-early"),
        ("/summaries/2026", {"at": "2020-01-01"}, 422, "date.before-ledger"),
        ("/models", {"as_of": "2020-01-01"}, 422, "date.before-ledger"),
        ("/summaries/2026", {"bloc": "nobody's"}, 404, "bloc.unknown"),
        ("/figures/2026/models.received", {"field": "sport"}, 404, "slice.unknown"),
        ("/models", {"field": "sport"}, 422, "query.malformed"),
        ("/models", {"state": "asleep"}, 422, "query.malformed"),
        ("/models", {"limit": "-1"}, 422, "query.malformed"),
        ("/models", {"offset": "1e3"}, 422, "query.malformed"),
        ("/appraisals", {"state": "recognised"}, 422, "query.malformed"),
        ("/replications", {"scope": "world"}, 422, "query.malformed"),
        ("/recognised", {"level": "state"}, 422, "query.malformed"),
        ("/search", {"q": " \u0301\u0301 "}, 422, "query.malformed"),
        ("/search", {"q": "\x00"}, 422, "query.malformed"),
        ("/search", {"q[$ne]": "1"}, 422, "query.malformed"),
        ("/summaries/2026", {"at": "1000000"}, 422, "at.beyond-ledger"),
        ("/summaries/2026", {"at": "-1"}, 422, "query.malformed"),
        ("/summaries/2026", {"at": "1", "as_of": "2026-01-01"}, 422, "at.with-as-of"),
        ("/summaries/2026", {"at": "1", "after": "registry:1"}, 422, "after.with-at"),
        ("/summaries/2026", {"after": "registry"}, 422, "after.malformed"),
        ("/summaries/2026", {"as_of": "yesterday"}, 422, "date.malformed"),
        ("/summaries/2026", {"unit": "99999"}, 404, "unit.unknown"),
        ("/summaries/2026", {"lang": "fr"}, 422, "query.malformed"),
        ("/summaries/2026", {"colour": "red"}, 422, "query.malformed"),
        ("/figures/2026/models.lost", {}, 404, "figure.unknown"),
        ("/histories/model/none", {}, 404, "model.unknown"),
        ("/histories/dream/1", {}, 404, "history.unknown-kind"),
        ("/models", {"limit": "1000"}, 422, "query.malformed"),
        ("/due", {"unit": "99999"}, 404, "unit.unknown"),
        ("/inspections", {"unit": "99999"}, 404, "unit.unknown"),
        ("/inspections", {"year": "1999"}, 422, "query.malformed"),
        ("/models", {"year": "99999"}, 422, "query.malformed"),
        ("/recognised", {"year": "1999"}, 422, "query.malformed"),
        ("/unit-reports", {"period": "spring"}, 422, "query.malformed"),
        ("/unit-reports", {"period": "2027-02-30"}, 422, "query.malformed"),
        ("/inspections", {"kind": "raid"}, 422, "query.malformed"),
        ("/forms", {"on": "1/7/2027"}, 422, "date.malformed"),
        ("/due", {"on": "15/7/2027"}, 422, "date.malformed"),
        ("/due", {"what": "everything"}, 422, "query.malformed"),
        ("/due", {"overdue": "yes"}, 422, "query.malformed"),
        ("/search", {"q": "…$^*"}, 422, "query.malformed"),
        ("/search", {"q": "a" * 10_000}, 422, "query.malformed"),
    ],
)
async def test_a_bad_question_gets_a_clear_answer(
    asking: Asking, path: str, params: dict[str, str], status: int, code: str
) -> None:
    assert await asking.problem(path, **params) == (status, code)
