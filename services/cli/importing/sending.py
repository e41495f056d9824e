"""Sending wishes: in batches, once each, and saying of every one whether it was new, there already, or refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from services.cli.importing.rows import Row, Wrong
from services.cli.importing.wishes import Wish
from services.cli.talking import OPERATOR, Actor, Refusal, System
from services.cli.telling import note, out, progress

AT_ONCE = 25
LANES = 8
"""Parts on their way at the same time: a service writes what comes together in one go."""
NEVER_COMPARED = ("on", "after", "if_version")
ALREADY = (".already-registered", ".already-submitted", "recognition.recognised", "listing.listed")
"""How a service says that the thing itself is on record; whether with the same content is then compared."""


@dataclass
class Outcome:
    """What became of some wishes."""

    sent: int = 0
    unchanged: int = 0
    refused: list[tuple[Wish, str, str]] = field(default_factory=list[tuple[Wish, str, str]])

    def add(self, other: Outcome) -> None:
        """Count another's in."""
        self.sent += other.sent
        self.unchanged += other.unchanged
        self.refused += other.refused

    def summary(self) -> dict[str, Any]:
        """For a script."""
        refused = [
            {"where": wish.where(), "about": wish.about, "vi": vi, "en": en} for wish, vi, en in self.refused
        ]
        return {"sent": self.sent, "unchanged": self.unchanged, "refused": refused}

    def rejected(self) -> list[Wrong]:
        """What the services refused, by row."""
        return [(wish.row or Row(wish.about, 0, {})).wrong(None, vi, en) for wish, vi, en in self.refused]

    def tell(self, as_json: bool) -> int:
        """Say it; the exit code."""
        if as_json:
            out(json.dumps(self.summary(), ensure_ascii=False))
            return 1 if self.refused else 0
        for wish, vi, en in self.refused:
            note(f"✗ {wish.where()}: {vi} · {en}")
        out(
            f"đã gửi {self.sent}, không đổi {self.unchanged}, bị từ chối {len(self.refused)}"
            f" · sent {self.sent}, unchanged {self.unchanged}, refused {len(self.refused)}"
        )
        return 1 if self.refused else 0


def send(system: System, wishes: Sequence[Wish], what: str, actor: Actor = OPERATOR) -> Outcome:
    """Send wishes: first those that come from no row, in their order, for rows may rest on them; then the rows."""
    outcome = Outcome()
    heads = {service: head(system, service) for service in sorted({wish.service for wish in wishes})}

    def ask(part: Sequence[Wish]) -> tuple[Sequence[Wish], list[dict[str, Any]]]:
        return part, system.batch(part[0].service, [wish.batched() for wish in part], actor)

    with progress(what, len(wishes)) as step, ThreadPoolExecutor(LANES) as lanes:
        for some, how in (
            ([w for w in wishes if w.row is None], map),
            ([w for w in wishes if w.row], lanes.map),
        ):
            for part, answers in how(ask, parts_of(some)):
                for wish, answer in zip(part, answers, strict=True):
                    judge(system, wish, answer, heads[wish.service], outcome)
                step(len(part))
    return outcome


def parts_of(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """Neighbours of the same service, at most so many at once that progress can be seen."""
    parts: list[list[Wish]] = []
    for wish in wishes:
        if not parts or parts[-1][0].service != wish.service or len(parts[-1]) == AT_ONCE:
            parts.append([])
        parts[-1].append(wish)
    return parts


def head(system: System, service: str) -> int:
    """The last position of a service's log: what lies at it or before was there before we came."""
    return int(json.loads(system.text(service, "/log/head"))["position"])


def judge(system: System, wish: Wish, answer: dict[str, Any], head: int, outcome: Outcome) -> None:
    """Count one answer."""
    code = str(answer.get("code", ""))
    if answer["status"] == 200:
        if answer["changed"] and answer["position"] > head:
            outcome.sent += 1
        else:
            outcome.unchanged += 1
    elif code == "command.reused":
        # The id comes from the content, so somebody else has sent exactly this before.
        outcome.unchanged += 1
    elif code.endswith(ALREADY) and wish.shown is not None:
        differing = differences(system, wish)
        if not differing:
            outcome.unchanged += 1
            return
        said = ", ".join(differing)
        outcome.refused.append(
            (wish, f"đã đăng ký với nội dung khác: {said}", f"already on record with other content: {said}")
        )
    else:
        details = {k: answer[k] for k in ("errors", "missing", "unit", "parent") if k in answer}
        tail = f" {json.dumps(details, ensure_ascii=False)}" if details else ""
        vi, en = answer.get("detail", code), answer.get("detail_en", code)
        outcome.refused.append((wish, f"{vi} [{code}]{tail}", str(en)))


def differences(system: System, wish: Wish) -> list[str]:
    """The members of a wish that are otherwise on record now."""
    try:
        present = system.get(wish.service, wish.shown or "")
    except Refusal as refusal:
        return [refusal.code]
    return [
        member
        for member, value in wish.body.items()
        if member not in NEVER_COMPARED and not same(value, present.get(member))
    ]


def same(wished: Any, present: Any) -> bool:
    """Equal as far as the wish says something: what a service adds to a value does not count."""
    if isinstance(wished, dict) and isinstance(present, dict):
        return all(same(value, present.get(name)) for name, value in wished.items())
    if isinstance(wished, list) and isinstance(present, list):
        return len(wished) == len(present) and all(same(w, p) for w, p in zip(wished, present, strict=True))
    return wished == present or (present is None and wished in ([], {}))
