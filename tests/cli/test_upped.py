"""A test's own `dvk up` that does not start leaves nothing behind for the tests after it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import upped


@pytest.mark.thorough
def test_a_system_that_does_not_start_is_named_and_its_process_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[str]] = []
    ended = upped.ended_up

    def noted(process: subprocess.Popen[str]) -> None:
        started.append(process)
        ended(process)

    monkeypatch.setattr(upped, "ended_up", noted)
    place = tmp_path / "a file"
    place.write_text("no directory")

    with pytest.raises(AssertionError, match="dvk up did not start"):
        upped.started_up(place, stderr=subprocess.DEVNULL)

    [process] = started
    assert process.returncode is not None and process.stdout is not None and process.stdout.closed
