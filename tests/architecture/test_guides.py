"""What the guides tell their readers to type exists: verbs, options, targets, files, routes, settings, containers."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from services.cli.auditing import arguments as of_auditors
from services.cli.main import VERBS
from services.cli.settings import Settings as OfCommands
from services.console.settings import Settings as OfConsole
from shared.process.settings import Settings as OfServices
from tests.support.guides import GUIDES, PROGRAMS, ROOT, Line, blocks, lines, spans, text

PLACEHOLDERS = {"SERVICE": "registry", "N": "1", "TIME": "2026-03-12T08:00:00+07:00"}
"""What a reader puts in place of a word in capitals, where not everything can be read there."""
MADE = {
    ".venv": "make setup",
    ".venv-servers": "make setup",
    "deploy/secrets": "dvk secrets",
    "deploy/k8s/secrets": "dvk secrets",
    "deploy/agencies": "dvk agency add",
    "dist": "make verifier",
    "docs/openapi": "make docs",
    "docs/asyncapi": "make docs",
}
"""Places below the tree that are made by what a guide says; everything else that it names lies there."""
ELSEWHERE = {
    "/registry": "below the front's address",
    "/appraisal": "below the front's address",
    "/awards": "below the front's address",
    "/reporting": "below the front's address",
    "/run/files": "a directory in a container",
    "/backups": "a directory of the operator's",
    "/backups-keys": "a directory of the operator's",
    "/vi/files": "a page of the console",
}
"""What begins like a route of a service and is none."""
OF_OTHERS = {"--env-file", "--volumes", "--help", "--jetstream", "--values"}
"""Options that prose names of programs that are not ours."""
TOOLS = {"basename", "cat", "sleep"}
"""What is typed besides the programs that begin a line."""
WITH_VALUE = {"--env-file", "--since", "--signal", "--scale"}
ROUTES = [("GET", re.compile("/openapi.json"))] + [
    (found[1], re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(found[2]))))
    for found in re.finditer(r"^\w+ http ([A-Z]+) (/\S*) ", text("docs/contract.txt"), flags=re.MULTILINE)
]
"""The OpenAPI document itself, and every operation in it; that contract.txt has them all is held by tests/doors."""
EVERY = [line for guide in GUIDES for line in lines(guide)]
COMPOSE: dict[str, Any] = yaml.safe_load(text("docker-compose.yml"))["services"]


class Mistyped(Exception):
    """A command line that its program does not take."""


def raising(message: str) -> NoReturn:
    raise Mistyped(message)


def read_as(parser: argparse.ArgumentParser, whole: bool) -> None:
    """To the letter, and without ending the process. As prose names a verb, what it is given may be left out."""
    parser.error = raising  # type: ignore[method-assign]
    parser.allow_abbrev = False
    for group in parser._mutually_exclusive_groups:
        group.required &= whole
    for action in parser._actions:
        action.required &= whole
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                read_as(below, whole)
        elif not whole and action.nargs in (None, "+"):
            action.nargs = "*" if action.nargs else "?"


def parsed(line: Line) -> None:
    """Raise Mistyped where the program of this line would not take it."""
    words = [PLACEHOLDERS.get(word, word) for word in line.words[1:]]
    if line.program == "dvk-verify":
        parser = of_auditors()
    else:
        verb = words.pop(0)
        row = next((row for row in VERBS if row.name == verb), None)
        if row is None:
            raise Mistyped(f"no verb {verb}")
        parser = argparse.ArgumentParser(prog=f"dvk {verb}")
        import_module(row.module).arguments(parser)
    read_as(parser, line.whole and "…" not in words)
    parser.parse_args([word for word in words if word != "…"])


OURS = [
    line
    for line in EVERY
    if line.program in ("dvk", "dvk-verify") and line.words[1:] and "--help" not in line.words
]


def test_guides_are_all_that_are_written_by_hand() -> None:
    written = {
        path.relative_to(ROOT).as_posix()
        for place in (".", "deploy", "deploy/*", "docs", "docs/*")
        for path in ROOT.glob(f"{place}/*.md" if place != "." else "*.md")
        if "docs/decisions" not in path.as_posix() and "secrets" not in path.parts
    }
    made = {"docs/codes.md", "docs/access.md", "docs/traceability.md"}
    assert written - made - {"CHANGELOG.md"} == set(GUIDES)


def test_every_guide_for_somebody_who_types_has_lines_to_look_at() -> None:
    of = {guide: sum(line.guide == guide and line.whole for line in OURS) for guide in GUIDES}
    assert all(of[guide] >= 3 for guide in ("README.md", "README.vi.md", "deploy/README.md"))
    assert all(
        of[guide] >= 3 for guide in ("docs/importing.md", "docs/integrators.md", "docs/verify/README.md")
    )
    assert {line.guide for line in OURS} >= {
        "deploy/runbook.md",
        "deploy/runbook.vi.md",
        "deploy/k8s/README.md",
    }


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_line_of_ours_is_understood(guide: str) -> None:
    wrong: list[str] = []
    for line in OURS:
        if line.guide != guide:
            continue
        try:
            parsed(line)
        except Mistyped as mistyped:
            wrong.append(f"{line}: {mistyped}")
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("dvk verfy log", False),
        ("dvk verify logs", False),
        ("dvk verify log --al", False),
        ("dvk relay reset SERVICE --because …", False),
        ("dvk agency add so-noi-vu --level city", True),
        ("dvk relay reset SERVICE", True),
        ("dvk-verify bundle --policy keys.policy", True),
        ("dvk-verify figures", False),
    ],
)
def test_a_line_that_would_not_be_taken_is_noticed(said: str, whole: bool) -> None:
    with pytest.raises(Mistyped):
        parsed(Line("a guide", tuple(said.split()), whole))


def every_option() -> set[str]:
    found: set[str] = set()

    def gather(parser: argparse.ArgumentParser) -> None:
        for action in parser._actions:
            found.update(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                for below in action.choices.values():
                    gather(below)

    for row in VERBS:
        parser = argparse.ArgumentParser()
        import_module(row.module).arguments(parser)
        gather(parser)
    return found


def test_every_option_that_prose_names_is_one() -> None:
    options = every_option() | OF_OTHERS
    named = {
        (guide, option)
        for guide in GUIDES
        for span in spans(guide)
        if span.startswith("--")
        for option in re.findall(r"--[a-z-]+", span)
    }
    assert named and [each for each in sorted(named) if each[1] not in options] == []


def test_what_is_typed_begins_with_a_program() -> None:
    typed = {line.program for line in EVERY if line.whole}
    assert typed - {*PROGRAMS, *TOOLS} == set()


def test_every_target_of_make_is_one() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE))
    asked = {line: line.words[1] for line in EVERY if line.program == "make" and len(line.words) > 1}
    assert asked and [str(line) for line, target in asked.items() if target not in targets] == []


def lies_there(guide: str, path: str) -> bool:
    """Whether something is at this path, from the tree or from the guide on; `<name>` stands for any."""
    if any(path == made or path.startswith(f"{made}/") for made in MADE):
        return True
    pattern = re.sub(r"<[^>]*>|\$\w+", "*", path).rstrip("/")
    return any(next(place.glob(pattern), None) for place in (ROOT, (ROOT / guide).parent))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_is_named_lies_there(guide: str) -> None:
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()}
    named = set(spans(guide)) | {word for line in EVERY if line.guide == guide for word in line.words}
    paths = {word for word in named if "/" in word and word.split("/")[0] in tops and " " not in word}
    links = set(re.findall(r"\]\((?!https?:)([^)#]+)", text(guide)))
    assert [path for path in sorted(paths | links) if not lies_there(guide, path)] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_heading_that_a_guide_leads_to_is_one_of_its_own(guide: str) -> None:
    headings = re.findall(r"^#+ (.*)$", text(guide), flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text(guide))) <= anchors


@pytest.mark.parametrize("guide", GUIDES)
def test_every_route_that_is_named_is_promised(guide: str) -> None:
    wrong: list[str] = []
    for span in spans(guide):
        asked = re.fullmatch(r"(?:(GET|POST) )?(/[^\s?]*)(?:\?\S*)?", span)
        if asked is None or asked[2] in ELSEWHERE:
            continue
        path = re.sub(r"<[^>]*>", "X", asked[2])
        if not any(asked[1] in (None, method) and route.fullmatch(path) for method, route in ROUTES):
            wrong.append(span)
    assert wrong == []


def test_every_address_that_is_fetched_is_promised_by_that_service() -> None:
    fetched = [
        (line, word) for line in EVERY if line.program == "curl" for word in line.words if "$DVK_" in word
    ]
    promised = set(re.findall(r"^(\w+) http GET (/\S*) ", text("docs/contract.txt"), flags=re.MULTILINE))
    assert len(fetched) >= 10
    for line, word in fetched:
        found = re.fullmatch(r"\$DVK_([A-Z]+)_URL(/[^?]*)(?:\?.*)?", word)
        assert found is not None, line
        of_service = [path for service, path in promised if service == found[1].lower()]
        assert any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), found[2]) for path in of_service), line


def settings() -> set[str]:
    """Every setting that something of ours reads: programs, Compose, the front, Kubernetes, tests."""
    of_programs = OfCommands.names() | OfConsole.names() | OfServices.names()
    read = [ROOT / "docker-compose.yml", ROOT / ".env.example", ROOT / "Makefile"]
    return of_programs | {
        name for path in read for name in re.findall(r"DVK_[A-Z_]+", path.read_text("utf-8"))
    }


@pytest.mark.parametrize("guide", GUIDES)
def test_every_setting_that_is_named_is_read(guide: str) -> None:
    known = settings()
    named = set(re.findall(r"DVK_[A-Z_]+\*?", text(guide)))
    assert [
        name
        for name in sorted(named)
        if name not in known
        and not (name.endswith("_*") and any(each.startswith(name[:-1]) for each in known))
    ] == []


def containers_of(line: Line) -> list[str]:
    """What a line of Compose names as its containers."""
    words = list(line.words[1:] if line.program == "dc" else line.words[2:])
    for option in WITH_VALUE & set(words):
        value = words[words.index(option) + 1]
        words.remove(option)
        words.remove(value)
        if option == "--scale":
            words.append(value.split("=")[0])
    verb, *rest = [word for word in words if not word.startswith("-")] or [""]
    return rest[:1] if verb in ("run", "exec") else rest


def test_every_container_that_is_named_is_one() -> None:
    of_compose = [line for line in EVERY if line.program == "dc" or line.words[:2] == ("docker", "compose")]
    asked = {str(line): containers_of(line) for line in of_compose}
    assert sum(bool(names) for names in asked.values()) >= 5
    assert {line: names for line, names in asked.items() if set(names) - set(COMPOSE) - {"SERVICE"}} == {}


def test_every_object_of_kubernetes_that_is_made_by_hand_is_waited_for_there() -> None:
    manifests = "".join(path.read_text("utf-8") for path in (ROOT / "deploy" / "k8s").rglob("*.yaml"))
    made = set(
        re.findall(r"create (?:secret generic|configmap) (\S+)", " ".join(blocks("deploy/k8s/README.md")))
    )
    assert made and [name for name in made if f"name: {name}" not in manifests] == []


def test_every_module_that_python_is_asked_to_run_is_one() -> None:
    modules = {found for guide in GUIDES for found in re.findall(r"python3? -m ([\w.]+)", text(guide))} - {
        "venv"
    }
    assert modules
    assert [m for m in modules if not Path(ROOT, *m.split(".")).with_suffix(".py").is_file()] == []
