"""Notices go out by mail: at once or in the morning, never twice, tried again only where nothing was taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from services.reporting.figures import due
from services.reporting.notices.letters import DUE, text_of
from services.reporting.notices.mailing import MOST_TRIES, Mail, Mailer
from services.reporting.notices.noticing import Noticed
from services.reporting.notices.posting import Server
from services.reporting.notices.recipients import Recipient, recipients
from shared.reference.authority import Actor
from shared.store import mongo
from shared.store.mongo import Database
from tests.support.smtp import Post, mail_server

EVENING = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)  # 19:00 in the city
LATE = {
    "what": "report",
    "unit": "20242",
    "thing": "unit-report/20242:2026",
    "due_on": "2026-12-05",
    "overdue": False,
}


@dataclass
class Ledger:
    """Notices that are there, by their place."""

    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    due: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def happens(self, about: str) -> None:
        n = len(self.items) + 1
        self.items.append(
            {"ledger": n, "event": "ModelReceived", "stream": "model/x", "about": about, "unit": "20242"}
        )

    async def size(self) -> int:
        return len(self.items)

    async def noticed(self, reader: Actor, since: int, limit: int) -> Noticed:
        assert reader.unit == "20242"
        return Noticed(len(self.items), "2026-11-29", self.items[since:][:limit], self.due)

    async def names(self) -> Mapping[str, str]:
        return {"20242": "Đảng ủy phường Hải Châu"}


@dataclass
class Office:
    """A mailer with all that is around it."""

    ledger: Ledger
    post: Post
    database: Database
    file: Path
    now: datetime = EVENING

    def mailer(self) -> Mailer:
        server = Server("127.0.0.1", self.post.port, "none", None, None)
        mail = Mail(server, "dvk@danang.gov.vn", self.file, "https://dvk.danang.gov.vn")
        return Mailer(self.ledger, self.database, mail, lambda: self.now)

    async def later(self, **passed: float) -> None:
        """Some time passes, and a process looks."""
        self.now += timedelta(**passed)
        await self.mailer().round()

    def told(self) -> list[str]:
        return [each.get_content() for each in self.post.letters]


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as found:
        yield found


@pytest_asyncio.fixture
async def office(mongo_url: str, post: Post, tmp_path: Path) -> AsyncGenerator[Office]:
    client = mongo.connect(mongo_url, "pymongo")
    name = f"test_{uuid4().hex[:12]}_reporting"
    file = tmp_path / "list.csv"
    file.write_text("address,role,unit,when\nvp@haichau.vn,unit_officer,20242,at-once\n")
    yield Office(Ledger(), post, mongo.database(client, name), file)
    await client.drop_database(name)
    await mongo.close(client)


async def test_what_happened_before_somebody_was_on_the_list_is_not_mailed(office: Office) -> None:
    office.ledger.happens("cũ")
    await office.later()
    await office.later(minutes=1)
    assert office.post.tried == 0


async def test_each_notice_goes_out_once_however_many_processes_look(office: Office) -> None:
    await office.later()
    office.ledger.happens("Ngõ xanh")
    await asyncio.gather(*(office.mailer().round() for _ in range(5)))
    await office.later(minutes=1)
    [text] = office.told()
    assert "Tiếp nhận mô hình: Ngõ xanh – Đảng ủy phường Hải Châu" in text
    assert "https://dvk.danang.gov.vn/vi/models/x" in text
    assert office.post.letters[0]["Subject"] == "Dân vận khéo: 1 thông báo"


async def test_a_day_s_notices_go_out_together_in_the_morning(office: Office) -> None:
    office.file.write_text("vp@haichau.vn,unit_officer,20242,daily\n")
    await office.later()
    office.ledger.happens("Ngõ xanh")
    office.ledger.happens("Bến sạch")
    office.ledger.due.append(LATE)
    await office.later(hours=3)
    assert office.told() == []
    await office.later(hours=10)
    await office.later(hours=1)
    [text] = office.told()
    assert "Ngõ xanh" in text and "Bến sạch" in text and "hạn 05/12/2026: gửi báo cáo" in text


@pytest.mark.parametrize("ending", ["busy", "drops-before"])
async def test_what_was_surely_not_taken_is_tried_again(office: Office, ending: Any) -> None:
    office.post.endings = [ending, "takes"]
    await office.later()
    office.ledger.happens("Ngõ xanh")
    await office.later(seconds=30)
    await office.later(seconds=30)
    assert (office.post.tried, office.told()) == (1, [])
    await office.later(minutes=2)
    await office.later(minutes=2)
    assert (office.post.tried, len(office.told())) == (2, 1)


@pytest.mark.parametrize("ending", ["drops-after", "drops-taken"])
async def test_what_may_have_been_taken_is_never_sent_again(office: Office, ending: Any) -> None:
    office.post.endings = [ending, "takes"]
    await office.later()
    office.ledger.happens("Ngõ xanh")
    for _ in range(5):
        await office.later(hours=1)
    assert office.post.tried == 1
    office.ledger.happens("Bến sạch")
    await office.later(minutes=1)
    assert "Ngõ xanh" not in office.told()[-1] and "Bến sạch" in office.told()[-1]


async def test_a_process_that_died_while_it_sent_leaves_nothing_to_be_sent_twice(office: Office) -> None:
    await office.later()
    office.ledger.happens("Ngõ xanh")
    claim = {"after": 1, "day": "2026-11-29", "until": office.now.timestamp() + 600}
    await office.database["mailed"].update_one({}, {"$set": {"sending": claim}})
    for _ in range(4):
        await office.later(minutes=9)
    assert office.post.tried == 0
    office.ledger.happens("Bến sạch")
    await office.later(minutes=1)
    [text] = office.told()
    assert "Ngõ xanh" not in text


async def test_a_server_that_is_away_is_asked_so_often_and_no_more(office: Office) -> None:
    office.post.endings = ["busy"]
    await office.later()
    office.ledger.happens("Ngõ xanh")
    for _ in range(30):
        await office.later(hours=2)
    assert (office.post.tried, office.told()) == (MOST_TRIES, [])


async def test_an_address_that_is_none_keeps_nobody_else_from_getting_mail(office: Office) -> None:
    lines = ("a@haichau.vn,unit_officer,20242,at-once", "b@haichau.vn,unit_officer,20242,at-once")
    office.file.write_text("\n".join(lines))
    await office.later()
    office.ledger.happens("Ngõ xanh")
    office.post.endings = ["unknown", "takes"]
    await office.later(minutes=1)
    assert [each["To"] for each in office.post.letters] == ["b@haichau.vn"]


def test_lines_that_say_nothing_are_named_and_the_others_hold() -> None:
    lines = [
        "address,role,unit,when", "", "# văn phòng", "vp@haichau.vn,unit_officer,20242,daily",
        "vp@haichau.vn,unit_officer,20242,at-once", "vp@haichau.vn,mayor,20242,daily", "no address,approver,x1,daily",
        "a@b.vn,approver,btv-thanhuy,hourly", "a@b.vn,approver", "a@b.vn\r\nBcc: x@y.vn,approver,btv-thanhuy,daily",
    ]  # fmt: skip
    assert recipients(lines) == (
        [Recipient("vp@haichau.vn", "unit_officer", "20242", "daily")],
        [6, 7, 8, 9, 10],
    )


def test_everything_that_can_be_due_has_a_word() -> None:
    assert DUE.keys() == set(due.KINDS)


def test_a_letter_names_what_has_no_name_by_its_unit() -> None:
    text = text_of([], [LATE], {"20242": "Đảng ủy phường Hải Châu"}, "https://x", more=True)
    assert "gửi báo cáo – Đảng ủy phường Hải Châu" in text and "Còn thông báo khác" in text
