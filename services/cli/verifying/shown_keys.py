"""`dvk verify policy`: the keys that the services show now, to be compared with a printed policy."""

from __future__ import annotations

from services.cli.talking import System
from services.cli.telling import note, out
from shared import SERVICES
from shared.process.own_keys import COSIGNS


def policy_lines(system: System) -> list[str]:
    """The keys that the services show now, as a policy."""
    logs = [system.text(service, "/log/vkey").decode().strip() for service in SERVICES]
    ledger = system.text("reporting", "/ledger/vkey").decode().strip()
    witness = system.text("reporting", "/witness/vkey").decode().strip()
    second = system.text(COSIGNS, "/witness/vkey").decode().strip()
    witnesses = [f"witness reporting {witness}", f"witness {COSIGNS} {second}"]
    return [*(f"log {key}" for key in (*logs, ledger)), *witnesses, "quorum reporting"]


def run_policy(system: System) -> int:
    """`dvk verify policy`: the keys that the services show now, to be compared with a printed policy."""
    out("\n".join(policy_lines(system)))
    note(
        "Khóa do chính dịch vụ đưa ra: hãy so với bản in có chữ ký trước khi tin · the services themselves showed "
        "these keys: compare them with a printed, signed copy before you believe them"
    )
    return 0
