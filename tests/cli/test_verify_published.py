"""A publication with its proof: every figure is counted again from the events, and the first that differs is named."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from services.cli.main import main
from services.cli.verifying.publications import printed
from services.cli.verifying.published import check, days_of_a_document
from services.reporting.facts.entry import Entry
from services.reporting.facts.spelling import city_day
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.note import Note, NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.publication import About, Publication
from shared.tlog.witness import Request, ask, read
from tests.support.bundles import COSIGNED, KEYS, POLICY, POLICY_TEXT, WITNESS_KEY
from tests.support.lives import City
from tests.support.publications import IDENT, continued, published, summary_of

LIKE = {"period": "2027", "scope": "city", "cut_off": "2027-12-31", "rules": 2}


def a_city() -> City:
    city = City(5)
    city.found(6)
    city.live(days=400, acts=300)
    return city


CITY = a_city()
ENTRIES: list[Entry] = CITY.ledger()
SUMMARY = summary_of(ENTRIES, LIKE)
HONEST = published(CITY, SUMMARY, ENTRIES)


def wrongs(publication: Publication, policy: Policy = POLICY) -> list[tuple[str, str, str]]:
    return [(wrong.en, wrong.expected, wrong.found) for wrong in check(publication.raw, policy).wrongs]


def test_an_honest_publication_convinces_and_says_how_many_figures_were_counted() -> None:
    found = check(HONEST.raw, POLICY)

    assert found.wrongs == []
    assert found.figures > 100
    assert sum(found.sizes.values()) == len(ENTRIES) and found.sizes["registry"] > 10


def test_a_document_may_name_a_later_day_as_that_of_the_last_entry_as_far_as_the_publication() -> None:
    """What is recorded just before midnight comes on the next day, and no figure need show it."""
    found = check(HONEST.raw, POLICY)
    assert found.event is not None
    began, ended = city_day(ENTRIES[-1].event.time), city_day(found.event.time)
    days = days_of_a_document(found)

    assert (
        days[0] == found.heard and {began, ended} <= set(days) and began <= min(days) and max(days) <= ended
    )
    assert len({asyncio.run(printed(found, "docx", day))[0] for day in days}) == len(days)


def forged(change: Callable[[dict[str, Any]], None]) -> Publication:
    """A reporting that publishes another number than its ledger gives, with everything signed as it should be."""
    summary = deepcopy(SUMMARY)
    change(summary)
    city = a_city()
    return published(city, summary, city.ledger())


def one_more(summary: dict[str, Any]) -> None:
    summary["figures"]["whole"]["models.received"] += 1


@pytest.mark.thorough
def test_a_forged_figure_is_named_with_what_the_events_give() -> None:
    right = SUMMARY["figures"]["whole"]["models.received"]

    assert wrongs(forged(one_more)) == [
        ("figures.whole.models.received is not what the events give", str(right), str(right + 1))
    ]


@pytest.mark.thorough
def test_every_figure_that_differs_is_named_one_that_is_missing_and_one_that_is_made_up_too() -> None:
    def change(summary: dict[str, Any]) -> None:
        one_more(summary)
        del summary["figures"]["by_unit"][sorted(summary["figures"]["by_unit"])[0]]
        summary["figures"]["whole"]["models.made_up"] = 3

    found = [en.removesuffix(" is not what the events give") for en, _, _ in wrongs(forged(change))]
    assert found == [
        f"figures.by_unit.{sorted(SUMMARY['figures']['by_unit'])[0]}", "figures.whole.models.made_up",
        "figures.whole.models.received",
    ]  # fmt: skip


def without_an_event() -> Publication:
    """An event left out of the ledger that was published: the root is then another, and so is the event."""
    city = a_city()
    entries = city.ledger()
    gone = next(n for n, entry in enumerate(entries) if entry.event.name == "ModelReceived")
    fewer = [*entries[:gone], *(Entry(e.n - 1, e.received, e.event) for e in entries[gone + 1 :])]
    return published(city, summary_of(fewer, LIKE), fewer)


def of_a_shorter_log() -> Publication:
    """The last events of the registry left out: whoever leaves out the end of a log publishes of an older one."""
    city = a_city()
    entries = [entry for entry in city.ledger() if entry.source != "registry" or entry.position <= 30]
    fewer = [Entry(n, e.received, e.event) for n, e in enumerate(entries, start=1)]
    return replace(published(city, summary_of(fewer, LIKE), fewer), logs=HONEST.logs)


def elsewhere() -> Publication:
    """The proof of another log."""
    logs = dict(HONEST.logs)
    return replace(HONEST, logs={**logs, "registry": logs["appraisal"]})


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        (replace(HONEST, entries=HONEST.entries[:-1]), "the root of the ledger is not what was published"),
        (replace(HONEST, entries=(*HONEST.entries[1::-1], *HONEST.entries[2:])), "the root of the ledger is not what"),
        (replace(HONEST, summary=HONEST.summary.replace(b'"2027"', b'"2026"')), "the hash of the summary is not what"),
        (replace(HONEST, about=About("another", HONEST.about.ledger_size)), "the publication is not what"),
        (replace(HONEST, about=About(IDENT, 3)), "the ledger size is not what"),
        (replace(HONEST, event=HONEST.entries[0]), "is not a SummaryPublished"),
        (replace(HONEST, logs={"awards": HONEST.logs["awards"]}), "the proofs are not of these logs"),
        (replace(HONEST, logs={**HONEST.logs, "reporting": HONEST.logs["awards"]}), "the proofs are not of these logs"),
        (elsewhere(), "these are not the events of a cosigned log"),
        (without_an_event(), "positions have a gap"),
        (of_a_shorter_log(), "these are not the events of a cosigned log"),
    ],
    ids=[
        "an entry less", "entries swapped", "another summary", "another name", "another size", "another event",
        "a log's proof less", "a proof more", "another log's proof", "an event left out", "a log cut short",
    ],
)  # fmt: skip
def test_whatever_is_changed_is_named(spoilt: Publication, expected: str) -> None:
    assert expected in wrongs(spoilt)[0][0]


@pytest.mark.thorough
def test_keys_that_are_not_believed_convince_nobody() -> None:
    strangers = POLICY_TEXT.replace(f"log {KEYS['registry'].verifying.vkey}\n", "")

    assert (
        wrongs(HONEST, Policy.parse(strangers.encode()))[0][0] == "these are not the events of a cosigned log"
    )
    lonely = Policy.parse(
        "\n".join(f"log {key.verifying.vkey}" for key in KEYS.values()).encode() + b"\nquorum none\n"
    )
    assert wrongs(HONEST, lonely) == []


def test_the_log_of_another_city_does_not_continue_these_events() -> None:
    other = City(6)
    other.found(6)
    other.live(days=400, acts=300)
    request = continued("registry", [each.event for each in ENTRIES if each.source == "registry"], other)
    spoilt = replace(HONEST, logs={**HONEST.logs, "registry": request})

    assert "not the events of a cosigned log" in wrongs(spoilt)[0][0]


@pytest.mark.thorough
def test_a_proof_says_of_how_many_events_it_is_and_of_which_log() -> None:
    request = HONEST.logs["registry"]
    size = str(check(HONEST.raw, POLICY).sizes["registry"]).encode()
    fewer = request.replace(b"old " + size + b"\n", b"old 1\n", 1)
    asked = read(request)
    assert isinstance(asked, Request) and fewer != request
    own = Checkpoint(KEYS["appraisal"].name, asked.checkpoint.size, asked.checkpoint.root)
    lines = (*sign(own, KEYS["appraisal"]).signatures, cosign(own, WITNESS_KEY, COSIGNED))
    foreign = ask(asked.old, asked.proof, Note(own.text, lines)).raw

    last = request.rindex(b"==\n") - 1
    loose = request[:last] + bytes([request[last] + 1]) + request[last + 1 :]

    for spoilt in (fewer, foreign, loose):
        found = wrongs(replace(HONEST, logs={**HONEST.logs, "registry": spoilt}))
        assert found[0][0] == "these are not the events of a cosigned log"


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(4))
def test_a_publication_with_any_byte_changed_taken_out_or_put_in_convinces_nobody(seed: int) -> None:
    rng = Random(seed)
    raw = HONEST.raw
    places = [
        i
        for name in (b"publication.json", b"event.json", b"logs/")
        for i in range(len(raw))
        if raw.startswith(name, i)
    ]
    for _ in range(15):
        at = rng.choice(places) + rng.randrange(400) if rng.random() < 0.5 else rng.randrange(len(raw))
        at = min(at, len(raw) - 1)
        changed = rng.choice([
            raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :],
            raw[:at] + raw[at + 1 :],
            raw[:at] + bytes([rng.randrange(256)]) + raw[at:],
        ])  # fmt: skip
        if changed == raw:
            continue
        try:
            found = check(changed, POLICY)
        except NoteRefused:
            continue
        assert found.wrongs, f"byte {at}"


@pytest.mark.thorough
def test_the_verb_tells_a_script_and_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, file, report = tmp_path / "keys.policy", tmp_path / "x.dvk-publication", tmp_path / "report.json"
    policy.write_text(POLICY_TEXT)
    file.write_bytes(HONEST.raw)
    report.write_bytes(HONEST.summary)
    at = ["--policy", str(policy)]

    for verb in (
        ["report", str(file)],
        ["bundle", str(file)],
        ["report", str(report), "--bundle", str(file)],
    ):
        assert main(["verify", *verb, *at, "--json"]) == 0
        [told] = json.loads(capsys.readouterr().out)
        assert told["ok"] and told["figures"] > 100 and told["ledger_size"] == len(ENTRIES)
    assert main(["verify", "report", str(file), *at]) == 0
    assert "figures counted again from the events" in capsys.readouterr().out

    file.write_bytes(forged(one_more).raw)
    assert main(["verify", "report", str(file), *at]) == 1
    assert "figures.whole.models.received is not what the events give" in capsys.readouterr().err
    file.write_bytes(HONEST.raw)
    report.write_bytes(orjson.dumps({**SUMMARY, "period": "2026"}))
    assert main(["verify", "report", str(report), "--bundle", str(file), *at]) == 1
    assert "is not what was published" in capsys.readouterr().err
    file.write_bytes(HONEST.raw[:-1])
    assert main(["verify", "report", str(file), *at]) == 1
    assert "no publication with its proof" in capsys.readouterr().err
