"""Whose signatures a log's checkpoints may bear: the key brought or shown, and those that handovers lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import orjson

from services.cli.talking import Refusal
from services.cli.verifying.beside import roots
from services.cli.verifying.leaves import Leaves
from services.cli.verifying.reading import Web
from services.cli.verifying.wrong import Wrong
from shared.tlog.handover import Handover, read
from shared.tlog.note import LOG, VerifyingKey
from shared.tlog.policy import NONE, Policy

RECORDED = b".KeyReplaced.v1"


@dataclass(frozen=True)
class Signers:
    """The keys of one log or witness, and how each came from the one before."""

    policy: Policy
    handovers: Sequence[Handover] = ()

    @property
    def keys(self) -> list[VerifyingKey]:
        """All of them, in the order in which they came."""
        own = (*self.policy.logs, *self.policy.witnesses.values())
        return [each.key for each in self.policy.standings] or list(own)

    @property
    def newest(self) -> VerifyingKey:
        """The one that signs today."""
        return self.handovers[-1].new if self.handovers else self.keys[0]

    def with_witness(self, witness: Signers) -> Policy:
        """Whoever believes these keys of a log and these of its witness."""
        believed = Policy(self.policy.logs, {"w": witness.policy.witnesses["w"]}, {}, "w")
        return believed.with_handovers((*self.handovers, *witness.handovers))


def signers(key: VerifyingKey, handovers: Sequence[Handover] = ()) -> Signers:
    """Those to whom handovers lead from a key; NoteRefused where it was stolen."""
    own = [each for each in handovers if each.old.name == key.name]
    policy = Policy((key,), {}, {}, NONE) if key.kind == LOG else Policy((), {"w": key}, {}, NONE)
    after = policy.with_handovers(own)
    return Signers(after, own if len(after.standings) > 1 else ())


async def signers_at(web: Web, brought: VerifyingKey | None) -> Signers:
    """Those of a log or witness that is served; without a key that was brought it shows its own."""
    key = brought or VerifyingKey.parse((await web.get("vkey")).decode().strip())
    try:
        said = read(await web.get("handovers"))
    except Refusal:
        said = ()
    return signers(key, said)


def handover_wrongs(log: str, signed_by: Signers, leaves: Leaves) -> list[Wrong]:
    """At each handover the log had the root that both keys signed."""
    mine = roots(leaves, (each.tree.size for each in signed_by.handovers if each.tree is not None))
    vi, en = "khóa được bàn giao ở một cây khác", "a key was handed over at another tree"
    return [
        Wrong(log, each.tree.size, vi, en, each.tree.root.hex(), root.hex() if root is not None else "—")
        for each in signed_by.handovers
        if each.tree is not None and (root := mine.get(each.tree.size)) != each.tree.root
    ]


class Statements:
    """What a log itself says of keys that were replaced."""

    def __init__(self) -> None:
        self._said: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)

    def take(self, lines: Iterable[bytes]) -> None:
        """Look at some lines of the log."""
        for line in lines:
            if RECORDED in line:
                event = orjson.loads(line)
                if (statement := event["data"].get("statement")) is not None:
                    self._said[event["data"]["key"]].append((event["position"], f"{statement}\n"))

    async def missing(self, web: Web) -> list[Wrong]:
        """Those that the service does not serve any more."""
        found: list[Wrong] = []
        vi, en = "biên bản bàn giao khóa đã ghi không còn được đưa ra", "a handover on record is not served"
        for key, said in self._said.items():
            text = (await replace(web, prefix=f"/{key}").get("handovers")).decode("utf-8", "replace")
            found += [
                Wrong(web.service, at, vi, en, each, text or "—") for at, each in said if each not in text
            ]
        return found
