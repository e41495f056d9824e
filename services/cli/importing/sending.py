"""Sending wishes: in batches, once each, and saying of every one whether it was new, there already, or refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

from services.cli.importing.models import FORM
from services.cli.importing.saying import problems_of
from services.cli.talking import OPERATOR, Actor, Refusal, System
from services.cli.telling import note, out, progress
from shared.doors.sentences import SHARED
from shared.registers.rows import Row, Wrong
from shared.registers.wishes import Wish, sentences

AT_ONCE = 25
LANES = 8
"""Parts on their way at the same time: a service writes what comes together in one go."""
NEVER_COMPARED = ("on", "after", "if_version")
ALREADY = (".already-registered", ".already-submitted", "recognition.recognised", "listing.listed")
"""How a service says that the thing itself is on record; whether with the same content is then compared."""
MEMBERS = {column.name: column.headings[0] for column in FORM.columns if column.headings} | {
    "name": "tên", "subjects": "chủ thể", "resources": "nguồn lực", "registration_document": "văn bản đăng ký",
    "plan_document": "kế hoạch", "documents": "văn bản", "decision": "quyết định", "kind": "loại", "area": "loại hình",
    "level": "cấp", "period": "kỳ báo cáo", "progress": "kết quả", "model": "mô hình", "parent": "đơn vị cấp trên",
}  # fmt: skip
"""What members of commands are called where no column of the file names them."""


@dataclass(frozen=True)
class Refused:
    """A wish that a service refused: its code, what it says of single members, and why in both languages."""

    wish: Wish
    vi: str
    en: str
    code: str
    members: tuple[tuple[str, str, str], ...] = ()
    """Member, and what is wrong with it in Vietnamese and English."""

    def sentences(self) -> tuple[str, str]:
        """All of it for one line."""
        if not self.members:
            return self.vi, self.en
        vi = "; ".join(f"{called(self.wish, member)}: {vi}" for member, vi, _ in self.members)
        return vi, "; ".join(f"{member}: {en}" for member, _, en in self.members)

    def wrongs(self) -> list[Wrong]:
        """For `--rejected`: one line for each member, at its column where the file has one."""
        row = self.wish.row or Row(self.wish.about, 0, {})
        return [row.wrong(member, vi, en) for member, vi, en in self.members] or [
            row.wrong(None, self.vi, self.en)
        ]


@dataclass
class Outcome:
    """What became of some wishes."""

    sent: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list[Refused])

    def add(self, other: Outcome) -> None:
        """Count another's in."""
        self.sent += other.sent
        self.unchanged += other.unchanged
        self.refused += other.refused

    def summary(self, notices: Sequence[str] = ()) -> dict[str, Any]:
        """For a script."""
        refused = [
            {
                "where": each.wish.where(),
                "about": each.wish.about,
                "code": each.code,
                **dict(zip(("vi", "en"), each.sentences(), strict=True)),
            }
            for each in self.refused
        ]
        return {"sent": self.sent, "unchanged": self.unchanged, "refused": refused, "notices": [*notices]}

    def rejected(self) -> list[Wrong]:
        """What the services refused, by row."""
        return [wrong for each in self.refused for wrong in each.wrongs()]

    def tell(self, as_json: bool, notices: Sequence[str] = ()) -> int:
        """Say it; the exit code. `notices` were told already, and stand in the result for a script too."""
        if as_json:
            out(json.dumps(self.summary(notices), ensure_ascii=False))
            return 1 if self.refused else 0
        for each in self.refused:
            note(f"✗ {each.wish.where()}: {' · '.join(each.sentences())}")
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
        by_itself, by_rows = ([w for w in wishes if bool(w.row) is rows] for rows in (False, True))
        for told in (map(ask, parts_of(by_itself)), lanes.map(ask, parts_of(by_rows))):
            for part, answers in told:
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
        if (differing := differences(system, wish)) is None:
            vi, en = (
                "đã có trong hệ thống; chưa đọc lại được để so sánh",
                "already on record; not to be read now",
            )
            outcome.refused.append(Refused(wish, vi, en, code))
            return
        if not differing:
            outcome.unchanged += 1
            return
        vi = ", ".join(called(wish, member) for member in differing)
        outcome.refused.append(
            Refused(
                wish,
                f"đã có trong hệ thống với nội dung khác: {vi}",
                f"already on record with other content: {', '.join(differing)}",
                code,
            )
        )
    else:
        outcome.refused.append(refusal(wish, answer, code))


def refusal(wish: Wish, answer: dict[str, Any], code: str) -> Refused:
    """What a service said, without codes and members of its language: those are for scripts (`--json`)."""
    found = [
        (
            (member := str(error["place"]).strip("/").partition("/")[0]),
            *sentences(problems_of(wish.service), error, member),
        )
        for error in answer.get("errors", ())
    ]
    vi, en = str(answer.get("detail", SHARED["internal"].vi)), str(answer.get("detail_en", code))
    return Refused(wish, vi, en, code, tuple(dict.fromkeys(found)))


def called(wish: Wish, member: str) -> str:
    """What the file calls a member, else what we do."""
    title = wish.row.titles.get(member) if wish.row else None
    return title or MEMBERS.get(member, member)


def differences(system: System, wish: Wish) -> list[str] | None:
    """The members of a wish that are otherwise on record now; None when the record cannot be read."""
    try:
        present = system.get(wish.service, wish.shown or "")
    except Refusal:
        return None
    return [
        member
        for member, value in wish.body.items()
        if member not in NEVER_COMPARED and not same(value, present.get(member))
    ]


def same(wished: Any, present: Any) -> bool:
    """Equal as far as the wish says something: what a service adds to a value does not count."""
    if isinstance(wished, dict) and isinstance(present, dict):
        now = cast("dict[str, Any]", present)
        return all(same(value, now.get(name)) for name, value in cast("dict[str, Any]", wished).items())
    if isinstance(wished, list) and isinstance(present, list):
        pairs = cast("list[Any]", wished), cast("list[Any]", present)
        return len(pairs[0]) == len(pairs[1]) and all(map(same, *pairs))
    return wished == present or (present is None and wished in ([], {}))
