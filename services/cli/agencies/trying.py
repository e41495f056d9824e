"""What an agency's key opens and what it does not, tried on the real broker."""

from __future__ import annotations

from collections.abc import Sequence

import nats.errors
import orjson
from nats.aio.client import Client

from services.cli.agencies.nkey import Key, new_key
from services.cli.agencies.register import Agency
from services.cli.broker import Broker
from services.cli.permissions import PUBLIC, inbox_of

API = "$JS.API"
SECONDS = 5.0
NOTHING_THERE = ("404", "408")


class Visitor(Client):
    """A connection with an nkey, which remembers what it was refused."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[str] = []

    async def enter(self, broker: Broker, name: str, key: Key | None) -> Visitor:
        """Connect as an agency does, or without any key; what nats-py raises when that is refused."""

        async def note(failure: Exception) -> None:
            self.refusals.append(str(failure))

        self._public_nkey = None if key is None else key.public
        try:
            await self.connect(
                broker.url,
                signature_cb=None if key is None else key.sign,
                inbox_prefix=inbox_of(name),
                error_cb=note,
                allow_reconnect=False,
                connect_timeout=5,
                **broker.encrypted(),
            )
        except (nats.errors.Error, TimeoutError, OSError):
            await self.close()  # it leaves its socket open otherwise
            raise
        return self

    async def is_refused(self, verb: str, subject: str) -> bool:
        """The server refuses before it answers a ping, if not the first one then the second."""
        known = len(self.refusals)
        if verb == "publish":
            await self.publish(subject, b"{}")
        else:
            await self.subscribe(subject)
        await self.flush()
        await self.flush()
        return len(self.refusals) > known


MAKING = ("STREAM.CREATE.{s}", "STREAM.UPDATE.{s}", "STREAM.DELETE.{s}", "STREAM.PURGE.{s}", "STREAM.MSG.DELETE.{s}",
          "CONSUMER.CREATE.{s}", "CONSUMER.CREATE.{s}.{name}", "CONSUMER.DURABLE.CREATE.{s}.{name}",
          "CONSUMER.DELETE.{s}.{name}")  # fmt: skip
LOOKING = ("INFO", "STREAM.LIST", "STREAM.INFO.{s}", "STREAM.MSG.GET.{s}", "DIRECT.GET.{s}", "STREAM.INFO.AWARDS",
           "STREAM.MSG.GET.AWARDS", "CONSUMER.INFO.{s}.another", "CONSUMER.MSG.NEXT.{s}.another",
           "CONSUMER.MSG.NEXT.AWARDS.{name}")  # fmt: skip
SAYING = ("$JS.ACK.{s}.another.1.1.1.1.0", "dvk.public.ModelListed.recorded.city._._", "dvk.awards.listing.ModelListed",
          "cmd.awards.list-model", "_INBOX_reporting.x", "_INBOX_another.x", "$SYS.REQ.SERVER.PING")  # fmt: skip
HEARING = (">", "dvk.>", "_INBOX.>", "_INBOX_reporting.>", "_INBOX_another.>", "cmd.>", "$JS.>", "$SYS.>")
"""What no agency may: make, change and delete, other streams and consumers, other people's subjects."""


def not_allowed(name: str) -> Sequence[tuple[str, str]]:
    """(verb, subject) of everything that is to be refused."""
    said = [*(f"{API}.{one}" for one in (*MAKING, *LOOKING)), *SAYING]
    return [
        *(("publish", one.format(s=PUBLIC, name=name)) for one in said),
        *(("subscribe", one) for one in HEARING),
    ]


async def what_it_may(broker: Broker, agency: Agency, key: Key) -> list[str]:
    """What is wrong with what the agency is to read; nothing when it reads exactly that."""
    visitor = Visitor()
    try:
        await visitor.enter(broker, agency.name, key)
        answer = await visitor.request(f"{API}.CONSUMER.INFO.{PUBLIC}.{agency.name}", b"", timeout=SECONDS)
        info = orjson.loads(answer.data)
        if "error" in info:
            return [f"{agency.name}: {info['error']['description']}"]
        config = info["config"]
        subjects = config.get("filter_subjects") or [config.get("filter_subject")]
        wrong = [] if sorted(subjects) == sorted(agency.subjects) else [f"told of {subjects}"]
        wrong += await _fetching(visitor, agency.name)
        await visitor.flush()
        return wrong + visitor.refusals
    except (nats.errors.Error, TimeoutError) as error:
        return [f"{type(error).__name__}: {error}", *visitor.refusals]
    finally:
        await visitor.close()


async def _fetching(visitor: Visitor, name: str) -> list[str]:
    """Fetch one message, and give it back unread; what is wrong with that."""
    inbox = visitor.new_inbox()
    answers = await visitor.subscribe(inbox)
    request = orjson.dumps({"batch": 1, "no_wait": True})
    await visitor.publish(f"{API}.CONSUMER.MSG.NEXT.{PUBLIC}.{name}", request, reply=inbox)
    got = await answers.next_msg(timeout=SECONDS)
    if got.reply:
        await visitor.publish(got.reply, b"-NAK")  # it is the agency's, and comes again
    elif (got.headers or {}).get("Status") not in NOTHING_THERE:
        return [f"no answer to a fetch: {got.headers}"]
    return []


async def what_it_may_not(broker: Broker, agency: Agency, key: Key) -> tuple[int, list[str]]:
    """(so many things were refused, those that were not)."""
    refused, open_ = 0, list[str]()
    visitor = await Visitor().enter(broker, agency.name, key)
    try:
        for verb, subject in not_allowed(agency.name):
            if await visitor.is_refused(verb, subject):
                refused += 1
            else:
                open_.append(f"{verb} {subject}")
    finally:
        await visitor.close()
    for said, other in (("connect without a key", None), ("connect with a stranger's key", new_key())):
        stranger = Visitor()
        try:
            await stranger.enter(broker, agency.name, other)
            open_.append(said)
            await stranger.close()
        except (nats.errors.Error, TimeoutError, OSError):
            refused += 1
    return refused, open_
