"""Two hundred ways to change a bundle: bits, members, lines, numbers, order, and how it is packed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from shared.tlog.archive import MOST_BYTES, Members, pack, unpack

Change = Callable[[Random, list[tuple[str, bytes]]], Members | bytes]


def mutants(raw: bytes, seed: int, count: int, most: int = MOST_BYTES) -> Iterator[tuple[str, bytes]]:
    """So many changed files, each with what was done to it; none is the file itself."""
    chance, members, made = Random(seed), unpack(raw, most), 0
    while made < count:
        change = CHANGES[made % len(CHANGES)]
        found = change(chance, list(members))
        spoilt = found if isinstance(found, bytes) else pack(found)
        if spoilt != raw:
            made += 1
            yield change.__name__, spoilt


def _one(chance: Random, members: Members, *, lines: bool = False) -> int:
    fit = [n for n, (_, body) in enumerate(members) if body and (not lines or body.count(b"\n") > 1)]
    return chance.choice(fit)


def bit_of_the_file(chance: Random, members: list[tuple[str, bytes]]) -> bytes:
    raw = bytearray(pack(members))
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def bit_of_a_member(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    """Packed again as it should be: the checksum fits."""
    at = _one(chance, members)
    name, body = members[at]
    place = chance.randrange(len(body))
    members[at] = name, body[:place] + bytes([body[place] ^ (1 << chance.randrange(8))]) + body[place + 1 :]
    return members


def byte_more(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = _one(chance, members)
    name, body = members[at]
    place = chance.randrange(len(body) + 1)
    members[at] = name, body[:place] + chance.choice([b"\n", b" ", b"0", b"\x00"]) + body[place:]
    return members


def byte_less(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = _one(chance, members)
    name, body = members[at]
    place = chance.randrange(len(body))
    members[at] = name, body[:place] + body[place + 1 :]
    return members


def line_gone(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = _one(chance, members, lines=True)
    name, body = members[at]
    lines = body.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    members[at] = name, b"".join(lines)
    return members


def line_twice(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = _one(chance, [(n, b if n.endswith("ndjson") else b"") for n, b in members], lines=True)
    name, body = members[at]
    lines = body.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    members[at] = name, b"".join([*lines[: place + 1], *lines[place:]])
    return members


def lines_swapped(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = _one(chance, [(n, b if n.endswith("ndjson") else b"") for n, b in members], lines=True)
    name, body = members[at]
    lines = body.splitlines(keepends=True)
    place = chance.randrange(len(lines) - 1)
    lines[place : place + 2] = lines[place + 1], lines[place]
    members[at] = name, b"".join(lines)
    return members


def another_number(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    """A size, a position, an index, a time, a figure: one more."""
    at = _one(chance, members[1:]) + 1
    name, body = members[at]
    numbers = [*re.finditer(rb"(?<![\w.+/-])[0-9]+(?![\w.+/=-])", body)]
    if not numbers:
        return bit_of_a_member(chance, members)
    there = chance.choice(numbers)
    members[at] = name, body[: there.start()] + b"%d" % (int(there[0]) + 1) + body[there.end() :]
    return members


def member_gone(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    del members[chance.randrange(len(members))]
    return members


def member_empty(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = chance.randrange(len(members))
    members[at] = members[at][0], b""
    return members


def member_twice(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = chance.randrange(len(members))
    return [*members[: at + 1], *members[at:]]


def member_twice_at_the_end_with_another_body(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    name, body = chance.choice(members)
    return [*members, (name, body + b" ")]


def member_unknown(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    name = chance.choice(
        ["note.txt", "proofs/registry/0.tlog-proof", "heads/", "logs/x.add-checkpoint", "README.TXT"]
    )
    place = chance.randrange(len(members) + 1)
    return [*members[:place], (name, b"believe me"), *members[place:]]


def member_renamed(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = chance.randrange(len(members))
    members[at] = members[at][0] + chance.choice([" ", "0", "/"]), members[at][1]
    return members


def members_swapped(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    at = chance.randrange(len(members) - 1)
    members[at : at + 2] = members[at + 1], members[at]
    return members


def bodies_swapped(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    one, other = chance.sample(range(len(members)), 2)
    (a, first), (b, second) = members[one], members[other]
    members[one], members[other] = (a, second), (b, first)
    return members


def something_behind_the_end(chance: Random, members: list[tuple[str, bytes]]) -> bytes:
    return pack(members) + chance.choice([b"\x00", b"PK", b"\n"])


def something_before_the_beginning(chance: Random, members: list[tuple[str, bytes]]) -> bytes:
    return chance.choice([b"\x00", b"#!/bin/sh\n", b"PK\x03\x04"]) + pack(members)


def cut_short(chance: Random, members: list[tuple[str, bytes]]) -> bytes:
    raw = pack(members)
    return raw[: chance.randrange(len(raw))]


def loose_base64(chance: Random, members: list[tuple[str, bytes]]) -> Members:
    """The unused last bits of a signature line: other bytes, the same signature."""
    fit = [n for n, (_, body) in enumerate(members) if body.endswith(b"=\n")]
    at = chance.choice(fit)
    name, body = members[at]
    place = chance.choice([each.start() for each in re.finditer(rb"[A-Za-z0-9+/]=+\n", body)])
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    members[at] = name, body[:place] + bytes([digits[digits.index(body[place]) ^ 1]]) + body[place + 1 :]
    return members


CHANGES: tuple[Change, ...] = (
    bit_of_the_file, bit_of_a_member, byte_more, byte_less, line_gone, line_twice, lines_swapped, another_number,
    member_gone, member_empty, member_twice, member_twice_at_the_end_with_another_body, member_unknown,
    member_renamed, members_swapped, bodies_swapped, something_behind_the_end, something_before_the_beginning,
    cut_short, loose_base64,
)  # fmt: skip
