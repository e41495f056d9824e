"""Whatever an administrator changes beside the programs is named at its place, while they run and after a new start."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import orjson
import pytest
from pymongo import MongoClient

from services.cli.broker import Broker
from services.cli.places import DataDir, services_of
from services.cli.talking import System as Told
from services.cli.talking import local
from services.cli.verifying.everything import Copies
from services.cli.verifying.figures import FIGURES, verify_figures
from services.cli.verifying.verb import verify
from services.cli.verifying.verified import Verified
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from tests.journeys.outside.system import DVK, System
from tests.journeys.tampering.edits import Edits
from tests.journeys.tampering.rows import ROWS, WITNESS, Row
from tests.journeys.test_outside import a_row_of_free_ports
from tests.support.year import Year

WITNESS_SECONDS = 40.0


class Looking:
    """A system that runs here, and everything that `dvk verify` looks at in it."""

    def __init__(self, place: DataDir) -> None:
        self.place = place
        self.system: Told = local(place, services_of(place, None))
        urls = place.copies()
        self.broker = Broker(urls["nats"], place.authority)
        self.copies = Copies(self.broker, urls["mongo"])
        self.client: MongoClient[Any] = MongoClient(urls["mongo"])

    def __enter__(self) -> Looking:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.system.http.close()

    def logs(self) -> list[Verified]:
        return verify(self.system, tuple(SERVICES), {}, self.copies)

    def figures(self) -> list[Verified]:
        return [asyncio.run(verify_figures(self.system, self.copies.mongo, "dvk_reporting"))]

    def wrongs(self, *looks: Callable[[], list[Verified]]) -> list[Wrong]:
        return [
            wrong for look in looks or (self.logs, self.figures) for each in look() for wrong in each.wrongs
        ]

    def missed(self, row: Row) -> str | None:
        """None when a tampering is named first and at its place; else what was said instead."""
        edits = Edits(self.client)
        row.do(edits)
        try:
            if row.log == WITNESS:
                return self._not_witnessed(row)
            wrongs = self.wrongs(self.figures if row.log == FIGURES else self.logs)
        finally:
            edits.undo()
        first = next(iter(wrongs), None)
        if (
            first is None
            or first.log != row.log
            or row.words not in first.en
            or first.expected == first.found
        ):
            return f"{row.name}: {first}"
        if row.position in (None, first.position):
            return None
        return f"{row.name}: {[(wrong.log, wrong.position, wrong.en) for wrong in wrongs[:3]]}"

    def _not_witnessed(self, row: Row) -> str | None:
        until = monotonic() + WITNESS_SECONDS
        told: list[dict[str, Any]] = []
        while monotonic() < until:
            told = [each for found in self.logs() for each in found.told]
            if any(each["expected"] == row.words for each in told):
                return None
            sleep(2)
        return f"{row.name}: {told}"

    def head(self, service: str) -> int:
        return httpx.get(f"{self.system.url(service)}/log/head").json()["position"]

    def in_ledger(self, service: str) -> int:
        return httpx.get(f"{self.system.url('reporting')}/ledger/positions").json()[service]


def publish(system: System) -> str:
    """The id of a publication."""
    token = system.make_token("phe-duyet", "approver", "btgdv")
    answer = httpx.post(
        f"{system['reporting']}/summaries/2026/publish?cut_off=2026-06-30",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["event"]["data"]["publication"]


def downloaded(system: System, path: str, to: Path) -> Path:
    """A file as an auditor downloads it, once the witness has cosigned what it rests on."""
    headers = {"Authorization": f"Bearer {system.make_token('kiem-toan', 'auditor')}"}
    until = monotonic() + WITNESS_SECONDS
    while True:
        answer = httpx.get(f"{system['reporting']}{path}", headers=headers, timeout=60)
        if answer.status_code == 200 or monotonic() > until:
            break
        sleep(1)
    assert answer.status_code == 200, answer.text
    to.write_bytes(answer.content)
    return to


def dvk(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(DVK), *map(str, args)], check=False, capture_output=True, text=True)


def is_proven(system: System, publication: str, place: Path) -> None:
    """From its file and the keys alone an auditor with a laptop counts every figure, and knows a document by it."""
    file = downloaded(system, f"/published/{publication}.bundle", place / "publication.dvk-publication")
    policy = place / "keys.policy"
    policy.write_text(dvk("verify", "policy", "--data-dir", place).stdout)
    said = dvk("verify", "report", file, "--policy", policy)
    assert said.returncode == 0 and "figures counted again from the events" in said.stdout, said.stderr
    for name in ("report.json", "report.pdf", "report.docx", "report.xlsx", "report.csv", "en.pdf"):
        suffix = name.rpartition(".")[2]
        path = f"/published/{publication}.{suffix}" + ("?lang=en" if name == "en.pdf" else "")
        document = downloaded(system, path, place / name)
        said = dvk("verify", "report", document, "--bundle", file, "--policy", policy)
        assert said.returncode == 0, said.stderr
        document.write_bytes(document.read_bytes().replace(b"2", b"3", 1))
        said = dvk("verify", "report", document, "--bundle", file, "--policy", policy)
        assert said.returncode == 1 and "is not what was published" in said.stderr, name


async def forge(looking: Looking, service: str) -> None:
    """A message after the last, with the form of an event, by somebody with the service's password."""
    position = looking.head(service)
    operator = await looking.broker.connect()
    last = await operator.jetstream().get_msg(service.upper(), position)
    await operator.close()
    event = orjson.loads(last.data or b"")
    event |= {"position": position + 1, "streamversion": event["streamversion"] + 1}
    password = orjson.loads((looking.place.secrets / "nats.json").read_bytes())[service]
    address = f"{service}:{password}@{looking.broker.url.rpartition('@')[2]}"
    forger = await Broker(f"nats://{address}", looking.broker.authority).connect()
    assert last.subject is not None
    await forger.publish(last.subject, orjson.dumps(event, option=orjson.OPT_SORT_KEYS))
    await forger.flush()
    await forger.close()


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(560)
def test_every_tampering_is_named_at_its_place(year: Year, tmp_path: Path) -> None:
    system = System(year.copy(tmp_path), a_row_of_free_ports())
    system.start()
    closing = ExitStack()
    try:
        is_proven(system, publish(system), tmp_path)
        looking = closing.enter_context(Looking(DataDir(tmp_path)))
        assert looking.wrongs() == []
        assert [missed for row in ROWS if (missed := looking.missed(row)) is not None] == []
        assert looking.wrongs() == [], "everything was put back"

        held = looking.head("awards")
        asyncio.run(forge(looking, "awards"))
        sleep(3)
        assert looking.in_ledger("awards") == held, "a forged message entered the ledger"
        first = looking.wrongs()[0]
        assert (first.log, first.position) == ("awards", held + 1)
        assert first.en == "stands in JetStream and not in the log"
    finally:
        closing.close()
        system.stop()
