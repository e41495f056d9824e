"""The log of a program that runs for years stays bounded, and loses nothing of what it says afterwards."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from services.cli import children


def test_a_log_is_cut_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "registry.log"
    with log.open("ab", buffering=0) as written, patch.object(children, "LOG_KEPT", 10):
        written.write(b"a first line\n")
        children.rotate_while_written(log)
        written.write(b"a second\n")
        children.rotate_while_written(log)

    assert (tmp_path / "registry.1.log").read_bytes() == b"a first line\n"
    assert log.read_bytes() == b"a second\n"
