"""`docs/codes.md`: every stable code with its status, its sentences and where it is said, found in the code itself."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

from services.cli.environment import CONSOLE
from shared import SERVICES
from shared.contracts.findings import CODES
from shared.contracts.words import LANGS
from shared.doors.problems import sentence
from shared.doors.sentences import SHARED
from shared.process.kinds import SENTENCES
from shared.wiring import Problem

ROOT = Path(__file__).resolve().parents[2]
STATUSES = {
    "Warned": 200,
    "Refused": 409,
    "CommandReused": 409,
    "Unknown": 404,
    "NotAllowed": 403,
    "Malformed": 422,
    "PydanticCustomError": 422,
    "OutsideProfile": 422,
    "TooLarge": 413,
    "Unauthenticated": 401,
    "_MethodNotAllowed": 405,
    "Internal": 500,
    "NotHttp": 400,
    "HeadTooLarge": 431,
    "TooSlow": 408,
    "Unavailable": 503,
    "MovedElsewhere": 503,
}
OUTSIDE = {"json": 400, "event": 413}
"""What the doors make of codes of the canonical profile, by family; 422 of the others."""
OF_FORM = ("field.wrong-type", "field.invalid")
"""What `findings.code_of` says of everything else that pydantic finds."""
SPEAKING = (*SERVICES, CONSOLE)
"""Who has sentences of their own."""
CODE = re.compile(r"[a-z]+(-[a-z]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?")
HEAD = """# Codes

Every refusal and failure is `application/problem+json` with one of these codes, a sentence in Vietnamese and one in
English. A code is stable for ever; its sentence may be said better. Over NATS the status stands in the header
`Http-Status`, in a batch in each answer. Written by `make docs`: do not edit.
"""


@dataclass(frozen=True)
class Said:
    """A code, or a pattern of codes, at one place of the code; no status where it is handed on by name."""

    pattern: str
    literal: bool
    status: int | None
    place: str

    @cached_property
    def code(self) -> str:
        """The code, where the pattern is one."""
        return self.pattern.replace("\\", "")

    def fits(self, code: str) -> bool:
        """Whether it can be this code that is said here."""
        return self.code == code if self.literal else self._expression.fullmatch(code) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


def _patterns(node: ast.expr) -> Iterator[tuple[str, bool]]:
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            pieces = [
                re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z-]+" for p in part.values
            ]
            yield "".join(pieces), False
            return
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
            yield re.escape(part.value), True


def _in(path: Path) -> Iterator[Said]:
    place = str(path.relative_to(ROOT))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if (status := STATUSES.get(name)) is not None:
                for pattern, literal in _patterns(node.args[0]):
                    family = OUTSIDE.get(pattern.partition("\\")[0], status)
                    yield Said(pattern, literal, family if name == "OutsideProfile" else status, place)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield Said(re.escape(node.value), True, None, place)


@cache
def said(owner: str) -> tuple[Said, ...]:
    """All that the files of a service (or `shared`) say."""
    directory = ROOT / ("shared" if owner == "shared" else f"services/{owner}")
    return tuple(one for path in sorted(directory.rglob("*.py")) for one in _in(path))


@cache
def _said_of(owner: str) -> tuple[dict[str, list[Said]], list[Said]]:
    """What an owner says, by its code; and apart from it the patterns, each of which may be many codes."""
    by_code: dict[str, list[Said]] = defaultdict(list)
    for one in said(owner):
        if one.literal:
            by_code[one.code].append(one)
    return by_code, [one for one in said(owner) if not one.literal]


def sentences() -> dict[str, dict[str, Problem]]:
    """The codes by who has their sentences: `shared`, then the services."""
    own = {name: dict(import_module(f"services.{name}.problems").PROBLEMS) for name in SPEAKING}
    return {"shared": dict(SHARED), **own}


def where(owner: str, code: str) -> list[Said]:
    """Where a code of this owner can come from."""
    owners = ["shared", *(SPEAKING if owner == "shared" else [owner])]
    every = [
        one
        for literal, patterns in map(_said_of, owners)
        for one in (*literal.get(code, ()), *(each for each in patterns if each.fits(code)))
    ]
    with_status = [one for one in every if one.status is not None]
    if not every and (code in CODES.values() or code in OF_FORM):
        return [Said(code, True, 422, "shared/contracts/findings.py")]
    return with_status or every


def without_sentence() -> set[str]:
    """Codes that are raised somewhere and have no sentence there."""
    known = sentences()
    return {
        one.code
        for owner in known
        for one in said(owner)
        if one.literal and one.status is not None
        if one.code not in known["shared"]
        if one.code not in CODES  # pydantic's own names have a code each
        if one.code not in (set().union(*known.values()) if owner == "shared" else known[owner])
    }


def never_said() -> set[str]:
    """Sentences of codes that nothing raises."""
    return {
        f"{owner}: {code}" for owner, own in sentences().items() for code in own if not where(owner, code)
    }


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for owner, own in sentences().items():
        lines += [f"## {'Every service' if owner == 'shared' else owner}", ""]
        lines += ["| code | status | tiếng Việt | English | said in |", "|---|---|---|---|---|"]
        for code in sorted(own):
            found = where(owner, code)
            form = 400 if code.startswith("json.") else 422
            statuses = ", ".join(str(s) for s in sorted({one.status or form for one in found}))
            places = sorted({one.place for one in found})
            shown = ", ".join(f"`{place}`" for place in places[:3]) + (" …" if len(places) > 3 else "")
            vi, en = (sentence(own[code], {}, lang) for lang in LANGS)
            lines.append(f"| `{code}` | {statuses} | {vi} | {en} | {shown} |")
        lines.append("")
    return "\n".join([*lines, *_of_settings()])


def _of_settings() -> list[str]:
    """What a process says that does not start; nobody hears it over a door."""
    shown = [f"| `{code}` | {_plain(vi)} | {_plain(en)} |" for code, (vi, en) in SENTENCES.items()]
    return ["## Settings, at start", "", "| code | tiếng Việt | English |", "|---|---|---|", *shown, ""]


def _plain(said: str) -> str:
    said = re.sub(r"\{(why|like)_(vi|en)\}", "", said)
    return re.sub(r"\{([a-z]+?)(_vi|_en)?(!r)?\}", r"`\1`", said)
