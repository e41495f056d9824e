"""Trees too large to build: all leaves alike, so that a node's hash depends on its level only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog.merkle import (
    MOST_LEAVES,
    Frontier,
    Node,
    consistency_plan,
    consistency_proof,
    inclusion_plan,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_plan,
    verify_consistency,
    verify_inclusion,
)

NOISE = leaf_hash(b"noise")
ALIKE = [NOISE]
for _ in range(62):
    ALIKE.append(node_hash(ALIKE[-1], ALIKE[-1]))

sizes = st.one_of(
    st.integers(1, MOST_LEAVES),
    st.builds(
        lambda power, off: min(max(2**power + off, 1), MOST_LEAVES), st.integers(0, 62), st.integers(-2, 2)
    ),
)


def read_alike(node: Node) -> bytes:
    return ALIKE[node.level]


@pytest.mark.thorough
@given(sizes, st.data())
def test_proofs_hold_in_trees_of_any_allowed_size(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    path = inclusion_proof(index, size, read_alike)
    proof = consistency_proof(old, size, read_alike)

    verify_inclusion(index, size, NOISE, path, root_at(size, read_alike))
    verify_consistency(old, size, root_at(old, read_alike), root_at(size, read_alike), proof)
    assert len(path) <= 62
    assert len(proof) <= 63


@pytest.mark.thorough
@given(sizes, st.data())
def test_plans_name_only_nodes_that_are_complete(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    for element in (root_plan(size), *inclusion_plan(index, size), *consistency_plan(index, size)):
        assert all((node.index + 1) << node.level <= size for node in element)


@given(sizes)
def test_a_path_covers_every_other_leaf_once(size: int) -> None:
    for index in {0, size // 3, size - 1}:
        covered = sum(1 << node.level for element in inclusion_plan(index, size) for node in element)
        assert covered == size - 1


@given(st.integers(0, MOST_LEAVES))
def test_a_frontier_of_any_size_survives_dump_and_load(size: int) -> None:
    frontier = Frontier(size, tuple(ALIKE[node.level] for node in root_plan(size)))

    assert Frontier.load(frontier.dump()) == frontier
    assert frontier.root() == root_at(size, read_alike)


@pytest.mark.parametrize(
    "dumped",
    [
        b"",
        b"\x00" * 7,
        (0).to_bytes(8, "big") + NOISE,
        (1).to_bytes(8, "big"),
        (3).to_bytes(8, "big") + NOISE,
        (1).to_bytes(8, "big") + NOISE[:31],
        (2**62 + 1).to_bytes(8, "big") + NOISE * 2,
        (2**63).to_bytes(8, "big") + NOISE,
    ],
)
def test_a_dump_that_cannot_be_is_refused(dumped: bytes) -> None:
    with pytest.raises(ValueError):
        Frontier.load(dumped)


def test_a_full_tree_takes_no_more_leaves() -> None:
    full = Frontier(MOST_LEAVES, (ALIKE[62],))

    with pytest.raises(ValueError):
        full.append(NOISE)
