"""A key is followed by another, and a stolen one ends: what is believed then, and what is refused with a reason."""

from __future__ import annotations

from itertools import permutations

import pytest

from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.handover import Handover, Tree, read
from shared.tlog.note import LOG, WITNESS, Note, NoteRefused, SigningKey
from shared.tlog.policy import Policy
from tests.support.handovers import over, written

NAME, WITNESS_NAME = "city.example/registry", "city.example/witness"
FIRST, SECOND, THIRD, THIEF = (SigningKey(NAME, LOG, bytes([n]) * 32) for n in range(1, 5))
SEEN, SEEN_SINCE, SEEN_BY_THIEF = (SigningKey(WITNESS_NAME, WITNESS, bytes([n]) * 32) for n in range(11, 14))
AT, LATER = 1790000000, 1790009000
TEN, TWENTY = Tree(10, b"\x0a" * 32), Tree(20, b"\x14" * 32)
OVER = over(FIRST, SECOND, AT, TEN)
AGAIN = over(SECOND, THIRD, LATER, TWENTY)
STOLEN = over(FIRST, SECOND, AT, TEN, stolen=True)
WITNESS_OVER = over(SEEN, SEEN_SINCE, AT, None)
WITNESS_STOLEN = over(SEEN, SEEN_SINCE, AT, None, stolen=True)


def policy(*keys: SigningKey, handovers: bytes = b"", quorum: str = "none") -> Policy:
    lines = [f"log {key.verifying.vkey}" for key in keys if key.kind == LOG]
    lines += [f"witness w {key.verifying.vkey}" for key in keys if key.kind == WITNESS]
    return Policy.parse("\n".join([*lines, f"quorum {quorum}", ""]).encode()).with_handovers(read(handovers))


def signed(size: int, *keys: SigningKey, time: int = AT) -> bytes:
    checkpoint = Checkpoint(NAME, size, bytes([size]) * 32)
    logs = [sign(checkpoint, key).signatures[0] for key in keys if key.kind == LOG]
    return Note(
        checkpoint.text, (*logs, *(cosign(checkpoint, key, time) for key in keys if key.kind == WITNESS))
    ).raw


def refusal(of: Policy, raw: bytes) -> str:
    with pytest.raises(NoteRefused) as refused:
        of.judge(raw)
    return refused.value.code


def refused(raw: bytes) -> str:
    with pytest.raises(NoteRefused) as reason:
        read(raw)
    return reason.value.code


def test_a_file_of_handovers_is_read_as_it_was_written() -> None:
    assert read(b"") == ()
    for notes in ([OVER], [OVER, AGAIN], [OVER, WITNESS_OVER, AGAIN], [STOLEN, AGAIN]):
        assert [each.text for each in read(written(notes))] == [each.text for each in notes]


@pytest.mark.parametrize("known", [FIRST, SECOND, THIRD], ids=["first", "second", "third"])
def test_whoever_knows_one_key_believes_each_for_its_own_time(known: SigningKey) -> None:
    judge = policy(known, handovers=written([OVER, AGAIN]))
    for key, sizes in ((FIRST, range(11)), (SECOND, range(10, 21)), (THIRD, range(20, 30))):
        for size in range(30):
            if size in sizes:
                assert judge.judge(signed(size, key)).checkpoint.size == size
            else:
                assert refusal(judge, signed(size, key)) == "key.ended"
    assert refusal(judge, signed(15, THIEF)) == "signature.unknown"


def test_without_the_handover_another_key_is_unknown() -> None:
    assert refusal(policy(FIRST), signed(10, SECOND)) == "signature.unknown"
    assert policy(FIRST).judge(signed(40, FIRST)).checkpoint.size == 40


@pytest.mark.parametrize("known", [SEEN, SEEN_SINCE], ids=["old", "new"])
def test_a_witness_is_the_same_witness_with_its_next_key(known: SigningKey) -> None:
    judge = policy(FIRST, known, handovers=written([WITNESS_OVER]), quorum="w")
    for witness, time, met in (
        (SEEN, AT, True), (SEEN, AT + 1, False), (SEEN_SINCE, AT, True), (SEEN_SINCE, AT - 1, False),
        (SEEN_SINCE, LATER, True),
    ):  # fmt: skip
        raw = signed(5, FIRST, witness, time=time)
        if met:
            assert [each.key for each in judge.judge(raw).by_witnesses] == [witness.verifying]
        else:
            assert refusal(judge, raw) == "quorum.not-met"


def test_two_keys_of_one_witness_are_one_witness() -> None:
    lines = f"log {FIRST.verifying.vkey}\nwitness w {SEEN.verifying.vkey}\n"
    other = SigningKey("other.example/w", WITNESS, b"\x20" * 32)
    lines += f"witness o {other.verifying.vkey}\ngroup two 2 w o\nquorum two\n"
    judge = Policy.parse(lines.encode()).with_handovers(read(written([WITNESS_OVER])))
    assert refusal(judge, signed(5, FIRST, SEEN, SEEN_SINCE, time=AT)) == "quorum.not-met"
    assert judge.judge(signed(5, FIRST, other, SEEN_SINCE, time=AT))


def test_a_stolen_key_leads_nowhere_and_counts_only_where_a_witness_saw_it_before() -> None:
    with pytest.raises(NoteRefused) as reason:
        policy(FIRST, handovers=written([STOLEN]))
    assert reason.value.code == "handover.unvouched"
    judge = policy(SECOND, SEEN, handovers=written([STOLEN]), quorum="w")
    assert judge.judge(signed(10, FIRST, SEEN, time=AT))
    assert refusal(judge, signed(9, FIRST, SEEN, time=AT + 1)) == "quorum.not-met", (
        "the thief signs in the past"
    )
    assert refusal(judge, signed(11, FIRST, SEEN, time=AT)) == "key.ended"
    assert judge.judge(signed(11, SECOND, SEEN, time=LATER))
    assert judge.judge(signed(10, FIRST, SECOND, SEEN, time=LATER)), "the new key says the same"
    assert refusal(policy(SECOND, handovers=written([STOLEN])), signed(10, FIRST)) == "key.stolen"


def test_of_two_stolen_keys_none_vouches_for_the_other() -> None:
    judge = policy(SECOND, SEEN_SINCE, handovers=written([STOLEN, WITNESS_STOLEN]), quorum="w")
    assert refusal(judge, signed(5, FIRST, SEEN, time=AT)) == "quorum.not-met"
    assert judge.judge(signed(10, SECOND, SEEN, time=AT)), (
        "what the log says with its new key stands by itself"
    )
    assert refusal(judge, signed(10, SECOND, SEEN, time=AT + 1)) == "quorum.not-met"
    assert judge.judge(signed(10, SECOND, SEEN_SINCE, time=LATER))


def test_what_a_thief_hands_over_to_himself_counts_nothing_once_the_key_was_withdrawn() -> None:
    to_himself = over(FIRST, THIEF, AT, TEN)
    assert refused(written([STOLEN, to_himself])) == "handover.out-of-order"
    assert refused(written([to_himself, STOLEN])) == "handover.out-of-order"
    judge = policy(SECOND, handovers=written([to_himself]))
    assert refusal(judge, signed(15, THIEF)) == "signature.unknown"


def test_reordered_and_repeated_handovers_are_refused() -> None:
    third = over(THIRD, SigningKey(NAME, LOG, b"\x09" * 32), LATER, TWENTY)
    for notes in permutations([OVER, AGAIN, third]):
        if notes != (OVER, AGAIN, third):
            assert refused(written(notes)) in ("handover.out-of-order", "handover.repeated")
    assert refused(written([OVER, OVER])) == "handover.repeated"
    back = over(SECOND, FIRST, LATER, TWENTY)
    assert refused(written([OVER, back])) == "handover.repeated"
    assert refused(written([OVER, over(SECOND, THIRD, AT - 1, TWENTY)])) == "handover.out-of-order"
    assert (
        refused(written([OVER, over(SECOND, THIRD, LATER, Tree(9, b"\x09" * 32))])) == "handover.out-of-order"
    )


def test_each_key_has_to_have_signed_and_nobody_else() -> None:
    said = Handover.parse(OVER.text)
    old, new = OVER.signatures
    elses = THIEF.sign(OVER.text)
    for lines in ((old,), (new,), (new, old), (old, new, elses), (old, elses), (elses,), (old, old)):
        assert refused(Note(OVER.text, lines).raw) == "handover.unsigned"
    assert (
        refused(Note(STOLEN.text, (FIRST.sign(STOLEN.text), SECOND.sign(STOLEN.text))).raw)
        == "handover.unsigned"
    )
    assert refused(Note(STOLEN.text, (FIRST.sign(STOLEN.text),)).raw) == "handover.unsigned"
    assert refused(Note(STOLEN.text, OVER.signatures).raw) == "handover.unsigned", (
        "signed was the other statement"
    )
    later = Handover(said.old, said.new, said.time + 1, said.tree, stolen=False)
    assert refused(Note(later.text, OVER.signatures).raw) == "handover.unsigned"
    at = (SEEN.sign(WITNESS_OVER.text, AT + 1), SEEN_SINCE.sign(WITNESS_OVER.text, AT))
    assert refused(Note(WITNESS_OVER.text, at).raw) == "handover.unsigned"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("v1\n", "v2\n"), (f"time {AT}", f"time 0{AT}"), ("tree 10 ", "tree +10 "),
        ("old ", "older "), ("tree 10", "size 10"),
        (f"time {AT}\n", f"time {AT}\nreason none\n"), (f"time {AT}\n", f"time {AT}\ntime {AT}\n"),
        (NAME, "city.example/awards"),
    ],
)  # fmt: skip
def test_a_statement_has_one_spelling(was: str, becomes: str) -> None:
    text = OVER.text.replace(was, becomes, 1)
    assert text != OVER.text
    assert refused(Note(text, (FIRST.sign(text), SECOND.sign(text))).raw) == "handover.malformed"


def test_it_hands_over_between_two_keys_of_one_name_and_kind() -> None:
    other = SigningKey("city.example/awards", LOG, b"\x02" * 32)
    for old, new, tree in (
        (FIRST, other, TEN),
        (FIRST, FIRST, TEN),
        (FIRST, SEEN, TEN),
        (FIRST, SECOND, None),
        (SEEN, SEEN_SINCE, TEN),
    ):
        with pytest.raises(NoteRefused):
            over(old, new, AT, tree)


@pytest.mark.thorough
def test_no_bit_of_a_file_can_be_changed_and_no_byte_left_out() -> None:
    raw = written([OVER, AGAIN])
    for at in range(len(raw)):
        for bit in range(8):
            changed = raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :]
            with pytest.raises(NoteRefused):
                read(changed)
        with pytest.raises(NoteRefused):
            read(raw[:at] + raw[at + 1 :])
    cuts = [cut for cut in range(1, len(raw)) if cut != len(OVER.raw)]
    for cut in cuts:
        with pytest.raises(NoteRefused):
            read(raw[:cut])


def test_a_handover_is_no_checkpoint_and_a_checkpoint_no_handover() -> None:
    assert refusal(policy(FIRST), OVER.raw) == "checkpoint.malformed"
    assert refused(signed(10, FIRST, SECOND)) == "handover.malformed"
