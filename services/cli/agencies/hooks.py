"""Agencies that are told by webhook, as the operator's verbs see them: reporting keeps them and is asked."""

from __future__ import annotations

import argparse
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.cli.agencies.guide import hook_guide
from services.cli.agencies.register import Agency
from services.cli.places import DataDir
from services.cli.talking import OPERATOR, System
from services.cli.telling import Failure, note, out, table
from services.cli.writing import write_secret

MEMBERS = {"events": "event", "levels": "level", "fields": "field", "units": "unit"}
STATES = {
    "running": "đang gửi · told",
    "failing": "đang lỗi · failing",
    "disabled": "đã ngừng · disabled",
}


def hooks_of(system: System) -> dict[str, dict[str, Any]]:
    """Every agency that is told by webhook, by name."""
    return {hook["name"]: hook for hook in system.get("reporting", "/webhooks", OPERATOR)["items"]}


def added(system: System, agency: Agency, args: argparse.Namespace, place: DataDir) -> int:
    """Have it told; its secret and a guide are written."""
    body = {"agency": agency.name, "url": args.webhook, "begins": agency.begins, **_filters(agency)}
    answer = system.post("reporting", "/webhooks", body, OPERATOR, str(uuid.uuid4()))
    where = _kept(agency.name, answer["secret"], args.out, place)
    for lang in ("vi", "en"):
        (where / f"guide.{lang}.md").write_text(hook_guide(agency, args.webhook, lang), "utf-8")
    out(f"{where}/{agency.name}.whsec, guide.vi.md, guide.en.md")
    return 0


def acted(system: System, hook: dict[str, Any], args: argparse.Namespace, place: DataDir) -> int:
    """Do to it what is asked for."""
    name, path = hook["name"], f"/webhooks/{hook['name']}"
    match args.what:
        case "test":
            return _tried(name, system.call("reporting", f"{path}/test", OPERATOR))
        case "rotate":
            secret = system.call("reporting", f"{path}/rotate", OPERATOR)["secret"]
            where = _kept(name, secret, args.out, place)
            out(
                f"{where}/{name}.whsec: mã mới; mã cũ còn ký kèm một tuần · the old one signs beside it for a week"
            )
        case "rewind":
            body = {"begins": args.begins}
            system.post("reporting", f"{path}/rewind", body, OPERATOR, str(uuid.uuid4()))
            note(f"{name}: gửi lại từ {args.begins} · told again from there")
        case "resume":
            system.call("reporting", f"{path}/resume", OPERATOR)
            note(f"{name}: gửi tiếp từ vị trí {hook['position']} · goes on from there")
        case "move":
            told = {member: hook[member] for member in MEMBERS.values()}
            system.put("reporting", path, {"url": _address(args), **told}, OPERATOR)
            note(f"{name}: từ nay gửi tới địa chỉ mới · told there from now on")
        case _:
            system.delete("reporting", path, OPERATOR)
            note(f"{name}: đã gỡ · removed")
    return 0


def listed(hooks: dict[str, dict[str, Any]]) -> None:
    """Who is told, how far, and what is wrong."""
    rows = [
        [name, hook["url"], STATES[hook["state"]], f"{hook['position']}/{hook['head']}", _wrong(hook)]
        for name, hook in hooks.items()
    ]
    table(("webhook", "địa chỉ · address", "tình trạng · state", "vị trí · position", "lý do · reason"), rows)


def _wrong(hook: dict[str, Any]) -> str:
    if "reason" not in hook:
        return ""
    since, again = (datetime.fromtimestamp(hook[name], UTC) for name in ("failing_since", "next"))
    tries = f"{hook['attempts']}× · {since:%Y-%m-%d %H:%MZ}"
    ended = hook.get("disabled")
    return f"{hook['reason']} ({tries}; {ended or f'→ {again:%Y-%m-%d %H:%MZ}'})"


def _tried(name: str, found: dict[str, Any]) -> int:
    if not found["taken"]:
        note(f"✗ {name}: không nhận thông điệp đã ký · does not take what is signed: {found['answer']}")
    if not found["forgery_refused"]:
        answer = found["answer_to_forgery"]
        note(f"✗ {name}: không từ chối chữ ký giả · does not refuse a false signature: {answer}")
    if right := found["taken"] and found["forgery_refused"]:
        out(f"{name}: nhận thông điệp đã ký, từ chối chữ ký giả · takes what is signed, refuses what is not")
    return 0 if right else 1


def _filters(agency: Agency) -> dict[str, list[str]]:
    return {member: list(getattr(agency, choice)) for choice, member in MEMBERS.items()}


def _kept(name: str, secret: str, given: Path | None, place: DataDir) -> Path:
    where = given or place.path / "agencies" / name
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_secret(where / f"{name}.whsec", secret)
    return where


def _address(args: argparse.Namespace) -> str:
    if not args.webhook:
        raise Failure("Nêu địa chỉ mới: --webhook URL", "Name the new address: --webhook URL")
    return args.webhook
