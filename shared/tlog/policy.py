"""Whom an auditor trusts (C2SP tlog-policy), and what convinces him.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <member>…
    quorum <name>|none

The auditor brings the policy; it never travels with what it judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .checkpoint import SignedCheckpoint, believed
from .handover import Handover, Standing, standings
from .note import LOG, WITNESS, NoteRefused, Signed, VerifyingKey

NONE: Final = "none"

_foreign: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]").search
_threshold: Final = re.compile(r"[1-9][0-9]{0,8}").fullmatch


class PolicyRefused(ValueError):
    """A policy that cannot be read; the message names the line."""


@dataclass(frozen=True)
class Group:
    """Stands for a checkpoint when at least `threshold` of its members do."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """The logs that are believed, and the witnesses that must have seen a checkpoint too."""

    logs: tuple[VerifyingKey, ...]
    witnesses: Mapping[str, VerifyingKey]
    groups: Mapping[str, Group]
    quorum: str
    standings: tuple[Standing, ...] = ()
    """Where keys took the place of others: the bounds within which each counts, and for which of these keys."""

    @classmethod
    def parse(cls, raw: bytes) -> Policy:
        """The policy of a file; `PolicyRefused` names the line that cannot stand.

        Names are octets and nothing more. Stricter than the standard in one thing: a key may stand only once
        in the whole file, for a key that serves a log and a witness says less than two keys.
        """
        if found := _foreign(raw):
            line = raw.count(b"\n", 0, found.start()) + 1
            raise PolicyRefused(f"line {line}: octet {raw[found.start()]:#04x} is not allowed")
        reading = _Reading()
        for number, words in _lines(raw.decode("utf-8", "surrogateescape")):
            try:
                reading.take(words)
            except ValueError as error:
                raise PolicyRefused(f"line {number}: {error}") from None
        if reading.quorum is None:
            raise PolicyRefused("there is no quorum line")
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)

    def with_handovers(self, handovers: Sequence[Handover]) -> Policy:
        """The same policy, after these handovers; NoteRefused (handover.unvouched) where they lead to no key."""
        return replace(self, standings=standings((*self.logs, *self.witnesses.values()), handovers))

    def judge(self, raw: bytes) -> SignedCheckpoint:
        """The checkpoint in these bytes, signed by its log and cosigned by the quorum, else `NoteRefused`.

        quorum.not-met   too few of the witnesses that count
        key.ended        signed by a key of its log, but not while that counted
        key.stolen       signed by a stolen key, and no witness saw it before; other codes as in `note`, `checkpoint`
        """
        bounds = {each.key: each for each in self.standings}
        bounds |= {
            key: Standing(key, key) for key in (*self.logs, *self.witnesses.values()) if key not in bounds
        }
        signed = _counting(believed(raw, *_by_kind(bounds)), bounds)
        seen = {bounds[each.key].through for each in signed.by_witnesses}
        if not self.is_met({name for name, key in self.witnesses.items() if key in seen}):
            raise NoteRefused("quorum.not-met", f"cosigned by {len(seen)}, which is not {self.quorum}")
        if self.quorum == NONE and all(bounds[each.key].stolen_at is not None for each in signed.by_log):
            raise NoteRefused(
                "key.stolen", f"a stolen key of {signed.checkpoint.origin} alone vouches for nothing"
            )
        return signed

    def is_met(self, cosigned: set[str]) -> bool:
        """Whether the witnesses of these names are enough."""
        standing = set(cosigned)
        for name, group in self.groups.items():  # in the order of the file: members stand before their group
            if sum(member in standing for member in group.members) >= group.threshold:
                standing.add(name)
        return self.quorum == NONE or self.quorum in standing


def _by_kind(keys: Mapping[VerifyingKey, Standing]) -> tuple[list[VerifyingKey], list[VerifyingKey]]:
    return [key for key in keys if key.kind == LOG], [key for key in keys if key.kind == WITNESS]


def _counting(signed: SignedCheckpoint, bounds: Mapping[VerifyingKey, Standing]) -> SignedCheckpoint:
    """Only the lines that count: within the bounds of their keys, and of two stolen keys none for the other."""
    size = signed.checkpoint.size
    logs = tuple(each for each in signed.by_log if bounds[each.key].covers(size))
    if not logs:
        ended = bounds[signed.by_log[0].key]
        counts = f"counts from {ended.since} to {ended.until}"
        raise NoteRefused("key.ended", f"{ended.key.vkey} {counts}, not for size {size}")
    stolen = [at for each in logs if (at := bounds[each.key].stolen_at) is not None]
    until = min(stolen) if len(stolen) == len(logs) else None

    def counts_too(each: Signed) -> bool:
        mine, time = bounds[each.key], each.time or 0
        return mine.covers(time) and (until is None or (time <= until and mine.stolen_at is None))

    return replace(
        signed, by_log=logs, by_witnesses=tuple(each for each in signed.by_witnesses if counts_too(each))
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            yield number, words


@dataclass
class _Reading:
    """A policy while its lines are read one after the other."""

    logs: list[VerifyingKey] = field(default_factory=list[VerifyingKey])
    witnesses: dict[str, VerifyingKey] = field(default_factory=dict[str, VerifyingKey])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    quorum: str | None = None
    members: set[str] = field(default_factory=set[str])
    keys: set[bytes] = field(default_factory=set[bytes])

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(self.new_key(vkey, LOG))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self.witnesses[self.new_name(name)] = self.new_key(vkey, WITNESS)
            case ["group", name, rule, *members] if members:
                self.groups[self.new_name(name)] = self.new_group(name, rule, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise ValueError("there is a quorum already")
                self.quorum = name if name == NONE else self.known(name)
            case _:
                raise ValueError("this is neither log, witness, group nor quorum")

    def new_key(self, vkey: str, kind: int) -> VerifyingKey:
        key = VerifyingKey.parse(vkey)
        if key.kind != kind:
            raise ValueError(f"a key of kind {key.kind:#04x} cannot stand here")
        if key.public in self.keys:
            raise ValueError(f"the key of {key.name} stands in this policy already")
        self.keys.add(key.public)
        return key

    def new_name(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"{name!r} is taken")
        return name

    def known(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(f"{name!r} is not defined above")
        return name

    def new_group(self, _name: str, rule: str, members: list[str]) -> Group:
        for member in members:
            if self.known(member) in self.members:
                raise ValueError(f"{member!r} is a member already")
            self.members.add(member)
        match rule:
            case "any":
                return Group(1, tuple(members))
            case "all":
                return Group(len(members), tuple(members))
            case _ if _threshold(rule) and int(rule) <= len(members):
                return Group(int(rule), tuple(members))
            case _:
                raise ValueError(f"{rule!r} is neither any, all nor a number of 1 to {len(members)}")
