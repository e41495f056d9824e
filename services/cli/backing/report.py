"""What an operator reads after a restore: every log, what is missing, and what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.cli.backing.examining import Examined, Examining, checkpoints_in, cosigned_in, names
from services.cli.backing.manifest import Manifest
from services.cli.backing.putting import Putting
from services.cli.backing.taking import Client
from services.cli.telling import out, progress, table
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import Keyring
from shared.process.keeping import EVIDENCE
from shared.tlog.checkpoint import Checkpoint

RING = "key-encryption-keys"


@dataclass
class Report:
    """What was put back, and how it was found."""

    manifest: Manifest
    logs: list[Examined]
    files: int
    names: int
    erased: int
    troubles: list[str] = field(default_factory=list[str])
    """In words: damaged files, names that do not open."""

    @property
    def is_intact(self) -> bool:
        """Whether everything here is what was recorded (something later may be missing all the same)."""
        return not self.troubles and not any(each.wrongs for each in self.logs)

    @property
    def missing(self) -> int:
        """How many events somebody has seen that are not here."""
        return sum(each.missing for each in self.logs)

    def json(self) -> dict[str, Any]:
        """For a script."""
        return {
            "backup": self.manifest.name, "made": self.manifest.made, "intact": self.is_intact,
            "missing": self.missing, "logs": [each.json() for each in self.logs], "files": self.files,
            "names": self.names, "erased": self.erased, "troubles": self.troubles,
        }  # fmt: skip

    def tell(self) -> None:
        """For a person."""
        out(f"Bản sao lưu · backup {self.manifest.name}, {self.manifest.made}")
        rows = [
            (
                each.log,
                each.events,
                each.signed,
                each.known or "—",
                each.missing or "—",
                "✗" if each.wrongs else "✓",
            )
            for each in self.logs
        ]
        table(
            ("nhật ký", "sự kiện", "đã ký", "bên ngoài biết", "còn thiếu", "nguyên vẹn"),
            rows,
            right=(1, 2, 3, 4),
        )
        out(f"tệp minh chứng · files of evidence: {self.files}; khóa tên người · keys to names: {self.names}, "
            f"đã xóa · erased: {self.erased}")  # fmt: skip
        for each in self.logs:
            for wrong in each.wrongs[:5]:
                for line in wrong.lines():
                    out(f"  ✗ {line}")
        for trouble in self.troubles[:20]:
            out(f"  ✗ {trouble}")


def examined(
    client: Client,
    keys: Client,
    putting: Putting,
    secrets: Path | None,
    key_store: Path | None,
    checkpoints: list[Path],
) -> Report:
    """Look at everything that was put back, and at what it has to fit."""
    manifest = putting.manifest
    known = _newest(cosigned_in(client, manifest.prefix), checkpoints_in(checkpoints))
    looking = Examining(client, manifest.prefix, known)
    with progress("kiểm tra · looking", sum(manifest.heads.values())) as step:
        logs = looking.logs(step)
    files, altered = looking.evidence(lambda service: _file_keys(secrets, key_store, service))
    troubles = [f"tệp bị đổi · an altered file: {each}" for each in altered]
    troubles += [
        f"{each.log}: {each.events} sự kiện, bản sao lưu có · the backup has {head}"
        for each in logs
        if _owner(each.log) in putting.only
        and each.events != (head := manifest.heads.get(_what(each.log), 0))
    ]
    held = erased = 0
    if secrets is not None and key_store is not None:
        held, erased, closed = names(keys, manifest.prefix, secrets / RING, key_store)
        troubles += [f"tên không mở được · a name that does not open: {each}" for each in closed]
    return Report(manifest, logs, files, held, erased, troubles)


def _file_keys(secrets: Path | None, key_store: Path | None, service: str) -> KeyFiles | None:
    if secrets is None or key_store is None or not (secrets / RING).exists():
        return None
    return KeyFiles(key_store / EVIDENCE / service, Keyring(secrets / RING))


def _owner(log: str) -> str:
    return "reporting" if log == "ledger" else log


def _what(log: str) -> str:
    return "reporting.ledger" if log == "ledger" else f"{log}.log"


def _newest(*some: dict[str, Checkpoint]) -> dict[str, Checkpoint]:
    found: dict[str, Checkpoint] = {}
    for each in some:
        for log, checkpoint in each.items():
            if log not in found or found[log].size < checkpoint.size:
                found[log] = checkpoint
    return found
