"""The tree, against the definitions of RFC 9162 written down a second time, and against hostile proofs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.tlog.merkle import (
    EMPTY_ROOT,
    MOST_LEAVES,
    Frontier,
    Node,
    ProofRefused,
    consistency_plan,
    consistency_proof,
    inclusion_plan,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    root,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from tests.log.rfc9162 import mth, path_of, root_by_path, roots_by_proof, subproof

EXAMPLE = json.loads((Path(__file__).parent / "vectors" / "worked_example.json").read_text("utf-8"))
LEAVES = [leaf_hash(text.encode()) for text in EXAMPLE["leaf_bytes_utf8"]]

MANY = [leaf_hash(b"%d" % number) for number in range(130)]
read = nodes_of(MANY)
ROOTS = [root_at(size, read) for size in range(131)]
NOISE = leaf_hash(b"noise")


def accepts(verify: Any, *arguments: Any) -> bool:
    try:
        verify(*arguments)
    except ProofRefused:
        return False
    return True


def refusal(verify: Any, *arguments: Any) -> str:
    with pytest.raises(ProofRefused) as refused:
        verify(*arguments)
    return refused.value.code


def spoilt(proof: Sequence[bytes]) -> list[list[bytes]]:
    """Wrong in every way that keeps 32-byte elements."""
    tried = [[*proof, NOISE], [NOISE, *proof], [*proof, *proof[-1:]], list(proof[1:]), list(proof[:-1])]
    tried += [[*proof[:at], NOISE, *proof[at + 1 :]] for at in {0, len(proof) // 2, len(proof) - 1} if proof]
    tried += [list(reversed(proof))]
    return [each for each in tried if each != list(proof)]


# The worked example


def test_the_worked_example_grows_leaf_by_leaf() -> None:
    frontier = Frontier()
    for step, leaf in zip(EXAMPLE["steps"], LEAVES, strict=True):
        frontier = frontier.append(leaf)
        assert leaf.hex() == step["leaf_hash"]
        assert [each.hex() for each in frontier.hashes] == step["frontier"]
        assert frontier.root().hex() == step["root"]


def test_the_worked_frontier_is_dumped_and_loaded() -> None:
    dumped = bytes.fromhex(EXAMPLE["frontier_dump_hex"])

    assert Frontier().extend(LEAVES).dump() == dumped
    assert Frontier.load(dumped) == Frontier().extend(LEAVES)


def test_the_worked_proofs_are_planned_made_and_verified() -> None:
    tree = nodes_of(LEAVES)
    inclusion = [bytes.fromhex(each) for each in EXAMPLE["inclusion_2_of_5"]]
    consistency = [bytes.fromhex(each) for each in EXAMPLE["consistency_3_5"]]

    assert inclusion_plan(2, 5) == tuple(tuple(Node(*n) for n in e) for e in EXAMPLE["inclusion_plan_2_of_5"])
    assert consistency_plan(3, 5) == tuple(
        tuple(Node(*n) for n in e) for e in EXAMPLE["consistency_plan_3_5"]
    )
    assert list(inclusion_proof(2, 5, tree)) == inclusion
    assert list(consistency_proof(3, 5, tree)) == consistency
    verify_inclusion(2, 5, LEAVES[2], inclusion, root(LEAVES))
    verify_consistency(3, 5, root(LEAVES[:3]), root(LEAVES), consistency)


# The reference data of certificate-transparency-go, which every implementation of RFC 6962 shares

REFERENCE = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
]


def test_the_reference_data_have_the_roots_everybody_has() -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry, _ in REFERENCE]

    assert [root(leaves[: n + 1]).hex() for n in range(8)] == [expected for _, expected in REFERENCE]


# The definitions


def test_the_empty_tree_is_not_the_empty_leaf() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root([]) == Frontier().root() == EMPTY_ROOT


def test_roots_are_those_of_the_definition() -> None:
    frontier = Frontier()
    for size in range(131):
        assert ROOTS[size] == mth(MANY[:size]) == frontier.root() == root(MANY[:size])
        if size < 130:
            frontier = frontier.append(MANY[size])


@pytest.mark.thorough
def test_every_inclusion_up_to_130_is_proved_as_the_definition_says() -> None:
    for size in range(1, 131):
        for index in range(size):
            path = inclusion_proof(index, size, read)
            assert root_by_path(index, size, MANY[index], path) == ROOTS[size]
            verify_inclusion(index, size, MANY[index], path, ROOTS[size])
    for size in (1, 2, 3, 7, 8, 9, 64, 65, 127, 128, 129, 130):
        for index in range(size):
            assert list(inclusion_proof(index, size, read)) == path_of(index, MANY[:size])


@pytest.mark.thorough
def test_every_consistency_up_to_130_is_proved_as_the_definition_says() -> None:
    for new in range(1, 131):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, read)
            assert roots_by_proof(old, new, ROOTS[old], proof) == (ROOTS[old], ROOTS[new])
            verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
    for new in (1, 2, 3, 7, 8, 9, 64, 65, 127, 128, 129, 130):
        for old in range(1, new + 1):
            assert list(consistency_proof(old, new, read)) == subproof(old, MANY[:new], True)


@pytest.mark.thorough
def test_a_spoilt_path_is_judged_as_the_definition_judges_it() -> None:
    for size in range(1, 131):
        for index in range(size):
            for path in spoilt(inclusion_proof(index, size, read)):
                defined = root_by_path(index, size, MANY[index], path) == ROOTS[size]
                assert (
                    accepts(verify_inclusion, index, size, MANY[index], path, ROOTS[size]) is defined is False
                )


@pytest.mark.thorough
def test_a_spoilt_consistency_proof_is_judged_as_the_definition_judges_it() -> None:
    for new in range(1, 131):
        for old in range(1, new + 1):
            for proof in spoilt(consistency_proof(old, new, read)):
                defined = roots_by_proof(old, new, ROOTS[old], proof) == (ROOTS[old], ROOTS[new])
                accepted = accepts(verify_consistency, old, new, ROOTS[old], ROOTS[new], proof)
                assert accepted is defined is False


@pytest.mark.thorough
def test_a_right_proof_under_a_wrong_root_is_refused() -> None:
    for new in range(2, 131):
        for old in range(1, new):
            proof = consistency_proof(old, new, read)
            for roots in ((NOISE, ROOTS[new]), (ROOTS[old], NOISE), (ROOTS[new], ROOTS[old])):
                assert refusal(verify_consistency, old, new, *roots, proof) == "proof.root-differs"


@pytest.mark.thorough
def test_a_path_is_judged_under_foreign_sizes_and_indexes_as_the_definition_judges_it() -> None:
    for size in range(1, 25):
        for index in range(size):
            path = inclusion_proof(index, size, read)
            for claimed in range(1, 25):
                for place in range(claimed):
                    defined = root_by_path(place, claimed, MANY[index], path) == ROOTS[size]
                    assert (
                        accepts(verify_inclusion, place, claimed, MANY[index], path, ROOTS[size]) is defined
                    )


@pytest.mark.thorough
def test_a_consistency_proof_is_judged_under_foreign_sizes_as_the_definition_judges_it() -> None:
    for new in range(1, 20):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, read)
            for claimed in range(1, 20):
                for start in range(1, claimed + 1):
                    defined = roots_by_proof(start, claimed, ROOTS[old], proof) == (ROOTS[old], ROOTS[new])
                    accepted = accepts(verify_consistency, start, claimed, ROOTS[old], ROOTS[new], proof)
                    assert accepted is (defined and (start != claimed or not proof))


# Facts that cost others bugs


def test_a_path_does_not_bind_the_size_so_the_size_must_come_from_the_checkpoint() -> None:
    path = inclusion_proof(5, 8, read)

    assert accepts(verify_inclusion, 5, 7, MANY[5], path, ROOTS[8])


def test_the_last_leaf_does_not_pass_as_the_only_leaf() -> None:
    for size in range(2, 131):
        path = inclusion_proof(size - 1, size, read)
        assert refusal(verify_inclusion, 0, 1, MANY[size - 1], path, ROOTS[size]) == "proof.too-long"


def test_everything_continues_the_empty_tree_and_nothing_needs_proof() -> None:
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    verify_consistency(0, 7, EMPTY_ROOT, ROOTS[7], [])

    assert consistency_proof(0, 7, read) == ()
    assert refusal(verify_consistency, 0, 7, EMPTY_ROOT, ROOTS[7], [NOISE]) == "proof.too-long"
    assert refusal(verify_consistency, 0, 7, ROOTS[1], ROOTS[7], []) == "proof.root-differs"
    assert refusal(verify_consistency, 0, 0, EMPTY_ROOT, ROOTS[1], []) == "proof.root-differs"
    assert refusal(verify_consistency, 0, 0, ROOTS[1], ROOTS[1], []) == "proof.root-differs"


def test_a_size_continues_itself_with_the_same_root_only() -> None:
    verify_consistency(7, 7, ROOTS[7], ROOTS[7], [])

    assert refusal(verify_consistency, 7, 7, ROOTS[7], ROOTS[8], []) == "proof.root-differs"
    assert refusal(verify_consistency, 7, 7, ROOTS[7], ROOTS[7], [NOISE]) == "proof.too-long"


def test_a_growing_tree_needs_a_proof_from_any_size() -> None:
    for old in range(1, 9):
        assert refusal(verify_consistency, old, 9, ROOTS[old], ROOTS[9], []) == "proof.too-short"


@pytest.mark.parametrize(
    ("index", "size"),
    [(-1, 5), (5, 5), (6, 5), (0, 0), (0, -1), (-2, -1), (0, MOST_LEAVES + 1), (2**80, 2**81)],
)
def test_a_leaf_that_cannot_be_is_refused(index: int, size: int) -> None:
    assert refusal(verify_inclusion, index, size, NOISE, [], NOISE) == "proof.out-of-range"
    assert refusal(inclusion_plan, index, size) == "proof.out-of-range"


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (-2, -1), (1, MOST_LEAVES + 1), (2**80, 2**81)])
def test_a_shrinking_or_impossible_tree_is_refused(old: int, new: int) -> None:
    assert refusal(verify_consistency, old, new, NOISE, NOISE, [NOISE]) == "proof.out-of-range"
    assert refusal(consistency_plan, old, new) == "proof.out-of-range"


@pytest.mark.parametrize("wrong", [b"", NOISE[:31], NOISE + b"\x00", NOISE * 2])
def test_an_element_that_is_no_hash_is_refused(wrong: bytes) -> None:
    path = list(inclusion_proof(5, 9, read))
    proof = list(consistency_proof(5, 9, read))

    assert refusal(verify_inclusion, 5, 9, MANY[5], [*path[:-1], wrong], ROOTS[9]) == "proof.hash-length"
    assert refusal(verify_inclusion, 5, 9, wrong, path, ROOTS[9]) == "proof.hash-length"
    assert refusal(verify_inclusion, 5, 9, MANY[5], path, wrong) == "proof.hash-length"
    assert refusal(verify_consistency, 5, 9, ROOTS[5], ROOTS[9], [wrong, *proof]) == "proof.hash-length"
    assert refusal(verify_consistency, 5, 9, wrong, ROOTS[9], proof) == "proof.hash-length"
    assert refusal(verify_consistency, 5, 9, ROOTS[5], wrong, proof) == "proof.hash-length"


def test_every_flipped_bit_is_noticed() -> None:
    path = inclusion_proof(77, 130, read)
    proof = consistency_proof(77, 130, read)

    for at in range(len(path)):
        for bit in range(256):
            bad = [*path[:at], flipped(path[at], bit), *path[at + 1 :]]
            assert refusal(verify_inclusion, 77, 130, MANY[77], bad, ROOTS[130]) == "proof.root-differs"
    for at in range(len(proof)):
        for bit in range(256):
            bad = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
            assert not accepts(verify_consistency, 77, 130, ROOTS[77], ROOTS[130], bad)


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(len(value), "big")


def test_a_refusal_names_what_was_expected_and_what_was_found() -> None:
    with pytest.raises(ProofRefused) as refused:
        verify_inclusion(0, 1, MANY[0], [], MANY[1])

    assert MANY[0].hex() in str(refused.value) and MANY[1].hex() in str(refused.value)
