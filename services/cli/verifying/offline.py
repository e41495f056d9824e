"""`dvk verify bundle|report|policy`: for the auditor at another desk, with files and without a network."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from services.cli.talking import System
from services.cli.telling import Failure, heading, note, out, table
from services.cli.verifying.bundle import check
from services.cli.verifying.events import Checked
from services.cli.verifying.wrong import Wrong
from shared.process.settings import SERVICES
from shared.tlog import bundle_v1
from shared.tlog import handover as handovers
from shared.tlog.handover import Handover
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy, PolicyRefused
from shared.tlog.publication import is_publication

DAY_SECONDS = 86_400


def read(path: Path) -> bytes:
    """A file; Failure when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"Không đọc được {path}: {error.strerror}", f"{path} cannot be read") from error


def policy_of(args: argparse.Namespace, more: Sequence[Handover] = ()) -> Policy:
    """The keys and the quorum that the auditor believes, after the handovers he brought (`--handovers`), and more."""
    path: Path | None = args.policy
    if path is None:
        raise Failure(
            "Hãy cho biết tin khóa nào: --policy TỆP (tạo bằng dvk verify policy, so với bản in)",
            "Say which keys you believe: --policy FILE",
        )
    try:
        policy = Policy.parse(read(path))
    except (PolicyRefused, NoteRefused) as refused:
        raise Failure(
            f"{path} không phải chính sách: {refused}", f"{path} is no policy: {refused}"
        ) from refused
    return after(policy, handovers_in(args.handovers) or more)


def handovers_in(paths: Sequence[Path]) -> tuple[Handover, ...]:
    """What these files say of keys that took the place of others; one after the other, as they were made."""
    try:
        return handovers.read(b"\n".join(filter(None, map(read, paths))))
    except NoteRefused as refused:
        said = f"{', '.join(map(str, paths))}: {refused}"
        raise Failure(f"Không dùng được bàn giao khóa {said}", f"No handover of keys: {said}") from refused


def after(policy: Policy, said: Sequence[Handover]) -> Policy:
    """The policy after these handovers; Failure where a stolen key is all that it names."""
    try:
        return policy.with_handovers(said)
    except NoteRefused as refused:
        raise Failure(
            f"Chính sách nêu một khóa đã bị lộ; hãy xin chính sách mới bằng đường khác: {refused}",
            f"The policy names a key that was stolen: ask for a new policy by another way: {refused}",
        ) from refused


def verified(path: Path, policy: Policy, max_age: int | None, now: float) -> Checked:
    """A bundle, checked; with `max_age` in days also that what it vouches for as complete is no older."""
    try:
        checked = check(read(path), policy)
    except NoteRefused as refused:
        raise Failure(
            f"{path} không phải hồ sơ lịch sử: {refused}", f"{path} is no bundle: {refused}"
        ) from refused
    if max_age is not None and not checked.wrongs and (checked.as_of or 0) < now - max_age * DAY_SECONDS:
        checked.wrongs.append(
            Wrong("policy", None, "điều bảo đảm hồ sơ đầy đủ đã quá cũ", "what vouches for completeness is too old",
                  f"≤ {max_age} ngày · days", moment(checked.as_of))
        )  # fmt: skip
    return checked


def run_bundle(args: argparse.Namespace, now: float) -> int:
    """`dvk verify bundle FILE… --policy FILE`: histories, or publications with their proof."""
    if not args.items:
        raise Failure("Hãy nêu tệp .dvk-bundle", "Name a .dvk-bundle file")
    policy = policy_of(args)
    proven = [path for path in map(Path, args.items) if is_publication(read(path))]
    if proven:
        return run_publications(args, proven, policy)
    found = [(path, verified(path, policy, args.max_age, now)) for path in map(Path, args.items)]
    if args.json:
        out(json.dumps([{"file": str(path), **each.json()} for path, each in found], ensure_ascii=False))
    else:
        for path, each in found:
            tell(path, each)
    return 1 if any(each.wrongs for _, each in found) else 0


def run_report(args: argparse.Namespace, now: float) -> int:
    """`dvk verify report PUBLICATION… --policy FILE`: every figure counted again; or
    `dvk verify report REPORT --bundle FILE --policy FILE`: the file is what was published."""
    if not args.items or (args.bundle is not None and len(args.items) != 1):
        raise Failure(
            "dvk verify report CÔNG-BỐ.dvk-publication --policy CHÍNH-SÁCH (tải từ /published/<mã>.bundle), hoặc "
            "dvk verify report BÁO-CÁO --bundle CÔNG-BỐ.dvk-publication --policy CHÍNH-SÁCH",
            "dvk verify report PUBLICATION --policy POLICY, or report REPORT --bundle PUBLICATION --policy POLICY",
        )
    if args.bundle is None or is_publication(read(args.bundle)):
        return run_publications(args, [args.bundle or Path(each) for each in args.items], policy_of(args))
    checked = verified(args.bundle, policy_of(args), args.max_age, now)
    digest = sha256(read(Path(args.items[0]))).hexdigest()
    published = [
        event.data for chain in checked.chains for event in chain.events if event.name == "SummaryPublished"
    ]
    if not checked.wrongs and digest not in [each["sha256"] for each in published]:
        expected = ", ".join(each["sha256"] for each in published) or "SummaryPublished"
        checked.wrongs.append(
            Wrong(
                "report", None, "không phải báo cáo đã công bố", "is not what was published", expected, digest
            )
        )
    if args.json:
        out(json.dumps({"file": str(args.items[0]), "sha256": digest, **checked.json()}, ensure_ascii=False))
    else:
        tell(args.bundle, checked)
        for each in published if not checked.wrongs else ():
            out(
                f"✓ {args.items[0]}: {each['period']}, {each['scope']}, chốt · cut-off {each['cut_off']}, "
                f"sổ cái · ledger {each['ledger_size']}, sha256 {digest}"
            )
    return 1 if checked.wrongs else 0


def run_publications(args: argparse.Namespace, paths: list[Path], policy: Policy) -> int:
    """Publications with their proof."""
    # Only here: it needs the calculation of reporting, which takes a second to be read.
    from services.cli.verifying.publications import run

    return run(args, paths, policy)


def policy_lines(system: System) -> list[str]:
    """The keys that the services show now, as a policy."""
    logs = [system.text(service, "/log/vkey").decode().strip() for service in SERVICES]
    ledger = system.text("reporting", "/ledger/vkey").decode().strip()
    witness = system.text("reporting", "/witness/vkey").decode().strip()
    return [*(f"log {key}" for key in (*logs, ledger)), f"witness reporting {witness}", "quorum reporting"]


def run_policy(system: System) -> int:
    """`dvk verify policy`: the keys that the services show now, to be compared with a printed policy."""
    out("\n".join(policy_lines(system)))
    note(
        "Khóa do chính dịch vụ đưa ra: hãy so với bản in có chữ ký trước khi tin · the services themselves showed "
        "these keys: compare them with a printed, signed copy before you believe them"
    )
    return 0


def tell(path: Path, checked: Checked) -> None:
    """The result, for a person: what was found wrong, or the history that was verified."""
    heading(f"Hồ sơ {checked.kind}/{checked.ident}", f"{path}: {checked.size} sự kiện · events")
    rows = [
        (chain.service, chain.stream, len(chain.events),
         "từ đầu · from the first" if chain.whole else "một phần · in part",
         completeness(chain.head, len(chain.events)) if chain.whole else "—")
        for chain in checked.chains
    ]  # fmt: skip
    table(("nhật ký", "luồng", "sự kiện", "có", "không thiếu gì sau"), rows, right=(2,))
    if checked.wrongs:
        for wrong in checked.wrongs:
            note("\n".join(["✗ " + wrong.lines()[0], *wrong.lines()[1:]]))
        return
    _tell_history(checked)
    assert checked.heads is not None
    out(
        f"✓ đúng: mọi sự kiện nằm trong nhật ký đã ký và đồng ký · every event is in a signed and cosigned log; "
        f"không thiếu gì đến · nothing is kept back up to {moment(checked.as_of)}, "
        f"sổ cái · ledger {checked.heads.data['size']}"
    )
    if checked.format == bundle_v1.FORMAT:
        note(
            "Định dạng 1: từng luồng đầy đủ, nhưng không chứng minh không thiếu luồng nào; hãy xin lại hồ sơ mới · "
            "format 1 shows each stream whole, not that no stream is missing: ask for the bundle anew"
        )


def _tell_history(checked: Checked) -> None:
    """What happened, in the order in which it was recorded."""
    events = sorted(
        (event for chain in checked.chains for event in chain.events),
        key=lambda e: (e.time, e.service, e.position),
    )
    rows = [
        (event.data.get("on", "—"), event.time, event.name, f"{event.stream} {event.version}", event.envelope["actor"])
        for event in events
    ]  # fmt: skip
    table(("ngày", "ghi lúc (UTC)", "sự kiện", "luồng", "người thực hiện"), rows)


def completeness(head: int | None, events: int) -> str:
    """Up to which event it is shown that nothing is kept back."""
    if head is None:
        return "mới hơn lần ghi · newer than the record"
    return f"{head}/{events}"


def moment(seconds: int | None) -> str:
    """A time for a person."""
    return "—" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
