"""The guides as their readers type them: what stands in their blocks and between their backquotes, as command lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = (
    "README.md",
    "README.vi.md",
    "CONTRIBUTING.md",
    "deploy/README.md",
    "deploy/k8s/README.md",
    "deploy/runbook.md",
    "deploy/runbook.vi.md",
    "docs/importing.md",
    "docs/integrators.md",
    "docs/scaling.md",
    "docs/verify/README.md",
    "docs/verify/format.md",
)
PROGRAMS = (
    *("dvk", "dvk-verify", "make", "dc", "docker", "kubectl", "helm", "git", "python", "python3", "node"),
    *("apt", "curl", "export", "head", "mkdir", "pip"),
)
"""What a line of an indented block begins with when it is a command; a map or a table begins otherwise."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)(?:    .*\n|\n(?=    ))+", flags=re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
ENDS = {"|", "||", "&&", ";", ">", ">>", "2>", "&"}


@dataclass(frozen=True)
class Line:
    """One command as it is typed, and where."""

    guide: str
    words: tuple[str, ...]
    whole: bool
    """It stands in a block, to be typed as it is; otherwise prose names it, and may leave out what is given to it."""

    def __str__(self) -> str:
        return f"{self.guide}: {' '.join(self.words)}"

    @property
    def program(self) -> str:
        """What is run: the program without the directory that it lies in."""
        return self.words[0].rpartition("/")[2]


def text(guide: str) -> str:
    """A guide as it lies in the tree."""
    return (ROOT / guide).read_text("utf-8")


def blocks(guide: str) -> list[str]:
    """Blocks of a guide in order, fenced or indented, without the indentation; without those in another language."""
    told = text(guide)
    found = [(each.start(), each[2]) for each in FENCE.finditer(told) if each[1] in ("", "sh", "console")]
    unfenced = FENCE.sub(lambda fence: re.sub(r"[^\n]", ".", fence[0]), told)
    indented = [(each.start(), each[0]) for each in INDENTED.finditer(unfenced)]
    found += [(start, re.sub(r"^    ", "", block, flags=re.MULTILINE)) for start, block in indented]
    return [block for _, block in sorted(found)]


def spans(guide: str) -> list[str]:
    """What stands between backquotes, on one line each."""
    return [" ".join(each.split()) for each in SPAN.findall(FENCE.sub("", text(guide)))]


def lines(guide: str) -> list[Line]:
    """Every command that a guide has."""
    typed = [
        Line(guide, words, True)
        for block in blocks(guide)
        for said in block.replace("\\\n", " ").splitlines()
        if is_command(said)
        for words in commands(said)
    ]
    named = [
        Line(guide, words, False) for span in spans(guide) if is_command(span) for words in commands(span)
    ]
    return typed + named


def is_command(said: str) -> bool:
    """Whether a line begins as one that is typed: with a program, or with a variable that one fills."""
    first = said.split(maxsplit=1)[0] if said.strip() else ""
    a_loop = re.match(r"\s*for \w+ in [\w ]+;", said)
    return first.rpartition("/")[2] in PROGRAMS or bool(a_loop or re.match(r"[A-Z]+=", first))


def commands(said: str) -> Iterator[tuple[str, ...]]:
    """A line apart: what others fill in first, then what is done one after the other; of a|b each once."""
    for inner in re.findall(r"\$\(([^()]*)\)", said):
        yield from commands(inner)
    if said.count('"') % 2 or said.count("'") % 2:
        return
    for words in _apart(shlex.split(re.sub(r"\$\([^()]*\)", "X", said), comments=True)):
        yield from product(*(alternatives(word) for word in words))


def _apart(words: list[str]) -> Iterator[list[str]]:
    one: list[str] = []
    skipping = False
    for word in [*words, ";"]:
        if word in ENDS or word.endswith(";"):
            if word not in ENDS:
                one.append(word.rstrip(";"))
            if not skipping and one and not re.match(r"[A-Z]+=|for$|done$", one[0]):
                yield one
            one, skipping = [], word.endswith(">")
        elif word != "do":
            one.append(word)


def alternatives(word: str) -> list[str]:
    """`a|b` is either, `[--check]` may be given, `FILE…` several times."""
    bare = re.sub(r"^\[|\]$", "", word)
    bare = bare.rstrip("…") if bare != "…" else bare
    return bare.split("|") if re.fullmatch(r"[\w.-]+(\|[\w.-]+)+", bare) else [bare]
