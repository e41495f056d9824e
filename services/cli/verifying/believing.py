"""Whose signatures count: the policy, the handovers of keys, and the keys that the auditor brought."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from services.cli.telling import Failure
from services.cli.verifying.files import read
from services.cli.verifying.public import Public
from shared.tlog import handover as handovers
from shared.tlog.handover import Handover
from shared.tlog.note import NoteRefused, VerifyingKey
from shared.tlog.policy import Policy, PolicyRefused


def of_belief(parser: argparse.ArgumentParser) -> None:
    """Whose signatures count."""
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="khóa và nhân chứng được tin (C2SP tlog-policy) · whom you believe",
    )
    parser.add_argument(
        "--handovers",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="khóa mới thay khóa cũ (/log/handovers) · keys that took the place of others",
    )


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
        return handovers.read(handovers.joined(map(read, paths)))
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


def all_served(system: Public) -> tuple[Handover, ...]:
    """All handovers that the services of a system serve; NoteRefused where they are none."""
    places = [(service, "/log/handovers") for service in system.urls]
    if "reporting" in system.urls:
        places += [("reporting", "/ledger/handovers"), ("reporting", "/witness/handovers")]
    return handovers.read(handovers.joined(system.text(*place) for place in places))


def keys_of(file: Path | None) -> dict[str, VerifyingKey]:
    """Keys that the auditor brings, by the last part of their name; without a file each log shows its own."""
    if file is None:
        return {}
    try:
        keys = [VerifyingKey.parse(line) for line in file.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, NoteRefused) as error:
        raise Failure(f"Không dùng được {file}: {error}", f"{file} holds no keys: {error}") from error
    return {key.name.rpartition("/")[2]: key for key in keys}
