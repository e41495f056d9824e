"""What watches the system knows what the system says: queries, alarms, rules and the runbook fit one another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from services.cli.remedies import BY_HAND, REMEDIES
from shared import metrics
from shared.process import alarms

ROOT = Path(__file__).parents[2]
GRAFANA = ROOT / "deploy" / "grafana"
DASHBOARD = json.loads((GRAFANA / "dashboards" / "dvk.json").read_text("utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((GRAFANA / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
SCRAPE = yaml.safe_load((GRAFANA / "prometheus.yml").read_text("utf-8"))["scrape_configs"][0]
OF_PROMETHEUS = {"job", "instance", *SCRAPE["static_configs"][0]["labels"]}
VARIABLES = {"$service": ".*"}
RUNBOOK = (ROOT / "deploy" / "runbook.md").read_text("utf-8")
IN_VIETNAMESE = (ROOT / "deploy" / "runbook.vi.md").read_text("utf-8")
SAID_OF_EACH = (
    (RUNBOOK, ("**Means:**", "**Do:**", "**Do not", "**It worked when**")),
    (IN_VIETNAMESE, ("**Nghĩa là:**", "**Cần làm:**", "**Không được", "**Đã xong khi**")),
)


def queries() -> Iterator[str]:
    for rule in RULES:
        yield rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]


def scraped() -> dict[str, set[str]]:
    """The labels of every sample name that a scrape has, or has once something happened."""
    body, _ = metrics.exposition()
    shown = {
        sample.name for family in text_string_to_metric_families(body.decode()) for sample in family.samples
    }
    found: dict[str, set[str]] = {"up": set()}
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name in shown:
                found.setdefault(sample.name, set()).update(sample.labels)
    for collector in list(REGISTRY._collector_to_names):
        for name in REGISTRY._collector_to_names[collector]:
            found.setdefault(name, set()).update(getattr(collector, "_labelnames", ()))
            if name.endswith("_bucket"):
                found[name].add("le")
    return found


def parts(node: Any) -> Iterator[Any]:
    yield node
    below = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "vector_selector", "param")]
    for each in [*below, *(getattr(node, "args", None) or ())]:
        if each is not None and not isinstance(each, str):
            yield from parts(each)


def parsed(query: str) -> Any:
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    return promql_parser.parse(query)


@pytest.mark.parametrize("query", sorted(set(queries())))
def test_every_query_asks_for_what_a_scrape_has(query: str) -> None:
    known = scraped()
    asked = list(parts(parsed(query)))
    series = [each for each in asked if isinstance(each, promql_parser.VectorSelector)]
    assert series
    labels = set(OF_PROMETHEUS)
    for each in series:
        assert each.name in known, each.name
        labels |= known[each.name]
        assert {matcher.name for matcher in each.matchers.matchers} <= known[each.name] | OF_PROMETHEUS
    for each in asked:
        if (modifier := getattr(each, "modifier", None)) is not None and hasattr(modifier, "labels"):
            assert set(modifier.labels) <= labels, query


def test_every_metric_of_ours_is_asked_for() -> None:
    asked = {each.name for query in queries() for each in parts(parsed(query)) if hasattr(each, "matchers")}
    ours = {
        name
        for collector in {value for value in vars(metrics).values() if hasattr(value, "_labelnames")}
        for name in [collector._name]
    }
    stems = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in asked}
    assert ours - stems == {"dvk_relay_ok"}, "the alarms of the relay say it with the reason"


def test_every_alarm_has_a_rule_and_every_rule_a_page_in_the_runbook() -> None:
    in_rules = {code for rule in RULES for code in re.findall(r'code="([^"]+)"', rule["expr"])}
    assert in_rules == set(alarms.CODES)
    headings = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", RUNBOOK, flags=re.MULTILINE)}
    for rule in RULES:
        page, _, heading = rule["annotations"]["runbook"].partition("#")
        assert page == "deploy/runbook.md" and heading in headings, heading
        assert " · " in rule["annotations"]["summary"]


def parts_of(runbook: str) -> list[tuple[str, str]]:
    """Its parts in order, each with its heading."""
    return [
        (heading, text)
        for heading, _, text in (each.partition("\n") for each in re.split(r"(?m)^##+ ", runbook)[1:])
    ]


def test_both_runbooks_have_the_same_parts_and_each_names_the_same_things_to_type_and_to_look_at() -> None:
    def named(text: str) -> set[str]:
        return {" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text)}

    english, vietnamese = parts_of(RUNBOOK), parts_of(IN_VIETNAMESE)
    assert len(english) == len(vietnamese) > 35
    for (heading, text), (own, theirs) in zip(english, vietnamese, strict=True):
        assert named(text) == named(theirs), f"{heading} / {own}"
        assert text.count("\n| ") == theirs.count("\n| "), f"{heading}: rows"


def test_each_page_says_what_it_means_what_to_do_what_not_to_do_and_how_to_see_that_it_worked() -> None:
    for runbook, words in SAID_OF_EACH:
        pages = [part for part in parts_of(runbook) if re.fullmatch(r"[a-z.-]+", part[0])]
        assert len(pages) > 30
        wanting = {heading: [w for w in words if w not in text] for heading, text in pages}
        assert {heading: lacks for heading, lacks in wanting.items() if lacks} == {}


def test_the_verb_that_is_named_below_an_alarm_is_the_one_of_its_page() -> None:
    assert set(REMEDIES) | BY_HAND == {*alarms.CODES, "service-down"}
    assert not set(REMEDIES) & BY_HAND
    pages = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##)", RUNBOOK, flags=re.MULTILINE | re.DOTALL))
    for code, verbs in REMEDIES.items():
        for verb in verbs.split("; "):
            words = " ".join(verb.split()[:3]).partition(" {")[0].partition(" --all")[0].partition(" NAME")[0]
            assert words in pages[code].replace("\n", " "), f"{code}: {words}"


def anchor(heading: str) -> str:
    """As GitHub makes one of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_labels_are_bounded() -> None:
    """Nobody outside chooses a label's value: no ids, no names, no texts of senders."""
    allowed = {"command", "outcome", "follower", "source", "why", "lost", "code", "version", "place"}
    ours = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]
    assert {label for each in ours for label in each._labelnames} == allowed


def test_every_row_of_what_was_lost_names_tests_that_there_are() -> None:
    lines = RUNBOOK[RUNBOOK.index("## What was lost") :].split("\n")
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")][1:]
    tests = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), flags=re.MULTILINE)
    }
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row[-1])
        assert named and set(named) <= tests, row[0]
