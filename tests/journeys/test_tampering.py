"""Whatever an administrator changes beside the programs is named at its place, while they run and after a new start."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import orjson
import pytest
from pymongo import MongoClient

from services.cli.broker import Broker
from services.cli.places import DataDir, services_of
from services.cli.talking import OPERATOR, local
from services.cli.talking import System as Told
from services.cli.verifying.everything import Copies
from services.cli.verifying.figures import FIGURES, verify_figures
from services.cli.verifying.verb import verify
from services.cli.verifying.verified import Verified
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from tests.journeys.outside.system import DVK, System
from tests.journeys.tampering.edits import Edits
from tests.journeys.tampering.restarts import restarted
from tests.journeys.tampering.rows import AS_BEFORE, ROUNDS, STOPS, WITNESS, Row
from tests.support.ports import free_base
from tests.support.year import Year

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(560)]

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

    def missed(self, rows: Sequence[Row], restarted: Edits | None = None) -> list[str]:
        """What is not named at its place, or named of something else first, with what was said instead.

        After a restart `restarted` is what was changed before it, of which some was made good.
        """
        if any(row.log == WITNESS for row in rows):
            return [missed for row in rows if (missed := self._not_witnessed(row)) is not None]
        with_figures = any(row.log == FIGURES for row in rows)
        wrongs = self.wrongs(self.logs, *([self.figures] if with_figures else ()))
        good = [
            row for row in rows if row.after and restarted is not None and self._made_good(row, restarted)
        ]
        unnamed = [row for row in rows if row not in good and not any(names(each, row) for each in wrongs)]
        return [
            *(f"{row.name}: {[wrong.json() for wrong in wrongs]}" for row in unnamed),
            *(f"{[row.name for row in rows]}: {wrong.json()}" for wrong in aside(wrongs, rows)),
        ]

    def _made_good(self, row: Row, edits: Edits) -> bool:
        """Whether it stands again as it was, or was put on record as having been made good."""
        until = monotonic() + WITNESS_SECONDS
        while monotonic() < until:
            if row.after == AS_BEFORE and edits.is_as_before(row.log):
                return True
            if row.after != AS_BEFORE and any(told.startswith(row.after) for told in self.told()):
                return True
            sleep(1)
        return False

    def told(self) -> list[str]:
        """What the witness put on record."""
        return [each["expected"] for found in self.logs() for each in found.told]

    def alarms(self) -> list[str]:
        """What the witness that runs now says of itself and of others."""
        ready = self.system.get("reporting", "/health/ready", OPERATOR)
        return [alarm["expected"] for alarm in ready["alarms"] if alarm["code"] == "log.diverged"]

    def _not_witnessed(self, row: Row) -> str | None:
        until = monotonic() + WITNESS_SECONDS
        while not (
            row.words in self.alarms() and row.words in self.told()
        ):  # told once, whatever comes after
            if monotonic() > until:
                return f"{row.name}: {self.alarms()} {self.told()}"
            sleep(2)
        return None

    def head(self, service: str) -> int:
        return httpx.get(f"{self.system.url(service)}/log/head").json()["position"]

    def in_ledger(self, service: str) -> int:
        return httpx.get(f"{self.system.url('reporting')}/ledger/positions").json()[service]


def names(wrong: Wrong, row: Row) -> bool:
    """Whether a finding is that of a tampering, at its place, with what was expected and what was found."""
    at = row.position in (None, wrong.position)
    return at and wrong.log == row.log and row.words in wrong.en and wrong.expected != wrong.found


NOT_SIGNED = "the service does not sign"


def aside(wrongs: Sequence[Wrong], rows: Sequence[Row]) -> list[Wrong]:
    """What is named first of its log and nobody did. What is shown and published follows from the read models; that a
    service signs no more, from what it found itself."""
    first = {wrong.log: wrong for wrong in reversed(wrongs) if wrong.en != NOT_SIGNED}
    follow = ("figures", "reporting") if any(row.log == FIGURES for row in rows) else ()
    return [
        wrong
        for log, wrong in first.items()
        if log not in follow and not any(names(wrong, row) for row in rows)
    ]


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


def while_running(looking: Looking) -> list[str]:
    """What is not named of what is changed under services that run."""
    missed: list[str] = []
    for rows in ROUNDS:
        edits = Edits(looking.client)
        for row in rows:
            row.do(edits)
        missed += looking.missed(rows)
        edits.undo()
    return missed


def after_restarts(looking: Looking, system: System, rounds: Sequence[Sequence[Row]]) -> list[str]:
    """What is not named of what was changed before the services began anew."""
    missed: list[str] = []
    edits = Edits(looking.client)

    def change(rows: Sequence[Row]) -> set[str]:
        touched = edits.databases()
        edits.undo()
        for row in rows:
            row.do(edits)
        return touched | edits.databases()

    for rows in rounds:
        stopping = [row.after.removeprefix(STOPS) for row in rows if row.after.startswith(STOPS)]
        restarted(system, looking.system, partial(change, rows), stopping)
        missed += [] if stopping else looking.missed(rows, edits)
    restarted(system, looking.system, partial(change, ()))
    return missed


def is_cosigned_by_the_second(system: System) -> None:
    """Wait until the second witness has seen the ledger and reporting's log; it is asked once a minute."""
    until = monotonic() + 2 * WITNESS_SECONDS
    for log in ("ledger", "reporting"):
        while httpx.get(f"{system['awards']}/witness/{log}/checkpoint").status_code != 200:
            assert monotonic() < until, log
            sleep(1)


@pytest.fixture(scope="module")
def system(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A year of the city that runs, with a publication."""
    place = tmp_path_factory.mktemp("tampered")
    system = System(year.copy(place), free_base())
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture(scope="module")
def looking(system: System) -> Iterator[Looking]:
    is_proven(system, publish(system), system.data_dir)
    is_cosigned_by_the_second(system)
    with Looking(DataDir(system.data_dir)) as looking:
        assert looking.wrongs() == []
        yield looking
        assert looking.wrongs(looking.figures) == [], "everything was put back"


def test_every_tampering_is_named_at_its_place_while_the_services_run(looking: Looking) -> None:
    assert while_running(looking) == []
    assert looking.wrongs(looking.logs) == [], "everything was put back"


@pytest.mark.parametrize("rounds", [ROUNDS[::2], ROUNDS[1::2]], ids=["one half", "the other"])
def test_every_tampering_is_named_at_its_place_when_the_services_begin_anew(
    looking: Looking, system: System, rounds: Sequence[Sequence[Row]]
) -> None:
    assert after_restarts(looking, system, rounds) == []
    assert looking.wrongs(looking.logs) == [], "everything was put back"


def test_a_forged_message_is_named_and_stays_out_of_the_ledger(looking: Looking) -> None:
    held = looking.head("awards")
    asyncio.run(forge(looking, "awards"))
    sleep(3)
    assert looking.in_ledger("awards") == held, "a forged message entered the ledger"
    first = looking.wrongs(looking.logs)[0]
    assert (first.log, first.position) == ("awards", held + 1)
    assert first.en == "stands in JetStream and not in the log"
