"""A running log's handovers: those on record have to be served, each of the tree that the log had then."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import pytest

from services.cli.verifying.leaves import Leaves
from services.cli.verifying.signers import Statements, handover_wrongs, signers, signers_at
from shared.tlog.handover import Tree, handed_over, read, withdrawn
from shared.tlog.merkle import leaf_hash, root
from shared.tlog.note import LOG, Note, NoteRefused, SigningKey
from tests.support.handovers import written

FIRST, SECOND, THIRD = (SigningKey("dvk.test/registry", LOG, bytes([n]) * 32) for n in (1, 2, 3))
HASHES = [leaf_hash(b"%d" % n) for n in range(9)]
OVER = handed_over(FIRST, SECOND, 1_790_000_000, Tree(5, root(HASHES[:5])))
AGAIN = handed_over(SECOND, THIRD, 1_790_000_001, Tree(7, root(HASHES[:7])))


@dataclass
class Web:
    """A log that serves this."""

    served: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    prefix: str = "/log"
    service: str = "registry"

    async def get(self, path: str) -> bytes:
        return self.served[f"{self.prefix}/{path}"]


def recorded(position: int, key: str, note: Note) -> bytes:
    data = {"key": key, "statement": note.raw.decode().removesuffix("\n")}
    return orjson.dumps(
        {"position": position, "type": "vn.gov.danang.dvk.registry.KeyReplaced.v1", "data": data}
    )


async def lacking(served: Mapping[str, bytes], *lines: bytes) -> list[tuple[int | None, str]]:
    said = Statements()
    said.take(lines)
    return [(wrong.position, wrong.en) for wrong in await said.missing(cast(Any, Web(served)))]


async def test_a_handover_on_record_that_is_not_served_is_named_at_its_event() -> None:
    named = [(8, "a handover on record is not served")]
    lines = recorded(6, "log", OVER), recorded(8, "log", AGAIN), recorded(9, "witness", OVER)
    witness = {"/witness/handovers": written([OVER])}
    assert await lacking({"/log/handovers": written([OVER, AGAIN]), **witness}, *lines) == []
    assert await lacking({"/log/handovers": written([OVER]), **witness}, *lines) == named
    changed = written([OVER, AGAIN]).replace(b"1790000001", b"1790000002")
    assert await lacking({"/log/handovers": changed, **witness}, *lines) == named


@pytest.mark.parametrize("brought", [FIRST, SECOND, THIRD, None], ids=["first", "second", "third", "none"])
async def test_whichever_key_was_brought_the_newest_one_signs(brought: SigningKey | None) -> None:
    served = {"/log/vkey": f"{THIRD.verifying.vkey}\n".encode(), "/log/handovers": written([OVER, AGAIN])}
    found = await signers_at(cast(Any, Web(served)), None if brought is None else brought.verifying)
    assert found.newest == THIRD.verifying
    assert set(found.keys) == {each.verifying for each in (FIRST, SECOND, THIRD)}


def test_a_handover_of_another_tree_is_named_with_both_roots() -> None:
    with closing(Leaves()) as leaves:
        leaves.add(HASHES)
        assert (
            handover_wrongs("registry", signers(FIRST.verifying, read(written([OVER, AGAIN]))), leaves) == []
        )
        other = handed_over(FIRST, SECOND, 1_790_000_000, Tree(5, root(HASHES[:6])))
        [wrong] = handover_wrongs("registry", signers(FIRST.verifying, read(other.raw)), leaves)
        assert (wrong.position, wrong.expected, wrong.found) == (
            5,
            root(HASHES[:6]).hex(),
            root(HASHES[:5]).hex(),
        )
        ahead = handed_over(FIRST, SECOND, 1_790_000_000, Tree(99, root(HASHES)))
        [wrong] = handover_wrongs("registry", signers(FIRST.verifying, read(ahead.raw)), leaves)
        assert (wrong.position, wrong.found) == (99, "—")


def test_whoever_brings_a_stolen_key_is_told() -> None:
    stolen = withdrawn(FIRST.verifying, SECOND, 1_790_000_000, Tree(5, root(HASHES[:5])))
    with pytest.raises(NoteRefused, match="unvouched"):
        signers(FIRST.verifying, read(stolen.raw))
    assert signers(SECOND.verifying, read(stolen.raw)).newest == SECOND.verifying
