"""`dvk sandbox` as an agency's developers see it: everything is there, and what comes is what was promised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from services.cli.agencies.nkey import Key

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "agencies" / "schemas"

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(500)]


def sandbox(place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.cli.main", "sandbox", "--data-dir", str(place), "--once"]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240)


def test_everything_is_there_and_each_message_is_as_its_published_schema_says(tmp_path: Path) -> None:
    ended = sandbox(tmp_path / "sb")
    assert ended.returncode == 0, ended.stderr + ended.stdout[-2000:]

    where = tmp_path / "sb" / "agencies"
    assert Key.parse((where / "sandbox" / "sandbox.nk").read_text()).public.startswith("U")
    assert (where / "sandbox-webhook" / "sandbox-webhook.whsec").read_text().startswith("whsec_")
    assert (where / "token").read_text().count(".") == 2
    assert "quorum reporting" in (where / "keys.policy").read_text()
    for agency in ("sandbox", "sandbox-webhook"):
        assert (where / agency / "guide.vi.md").exists() and (where / agency / "guide.en.md").exists()

    came = [
        json.loads(line) for line in (where / "sandbox-webhook" / "received.ndjson").read_bytes().splitlines()
    ]
    assert {event["type"].split(".")[-2] for event in came} >= {
        "ModelRecognised",
        "RecognitionRevoked",
        "ModelListed",
    }
    assert [event["position"] for event in came] == sorted({event["position"] for event in came})
    for event in came:
        assert list(schema(event["type"]).iter_errors(event)) == [], event["type"]


def schema(wire: str) -> Any:
    text = (SCHEMAS / f"{wire}.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text), validate_formats=True)
