"""The mutants: where, what stands there, what somebody might have written, and which tests have to notice."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    """`before` stands exactly once in the file."""

    file: str
    before: str
    after: str
    tests: str


def _of(file: str, tests: str, *changes: tuple[str, str]) -> list[Mutant]:
    return [Mutant(file, before, after, tests) for before, after in changes]


MERKLE = _of(
    "shared/tlog/merkle.py", "tests/log/test_merkle.py tests/log/test_large_trees.py",
    ("_require(0 <= index < size <= MOST_LEAVES, f\"there is no leaf {index} in a tree of size {size}\")\n    _require_hashes(leaf",
     "_require(0 <= index <= size <= MOST_LEAVES, f\"there is no leaf {index} in a tree of size {size}\")\n    _require_hashes(leaf"),
    ("        if sn == 0:  # without this check the path of the last leaf also verifies as leaf 0 of 1\n", "        if False:\n"),
    ("            r = node_hash(p, r)\n", "            r = node_hash(r, p)\n"),
    ("    if sn != 0:\n        raise ProofRefused(\"proof.too-short\", wrong)\n    _require_same(\"root\", root, r)",
     "    _require_same(\"root\", root, r)"),
    ("    _require_same(\"root\", root, r)", "    pass"),
    ("            raise ProofRefused(\"proof.too-long\", f\"{wrong}, none needed\")", "            pass"),
    ("EMPTY_ROOT if old == 0 else new_root, old_root)", "old_root if old == 0 else new_root, old_root)"),
    ("            _require_same(\"new root\", EMPTY_ROOT, new_root)", "            pass"),
    ("if old.bit_count() == 1 else proof", "if old.bit_count() != 1 else proof"),
    ("    _require_same(\"old root\", old_root, fr)", "    pass"),
    ("    _require_same(\"new root\", new_root, sr)", "    pass"),
    ("        if len(each) != 32:", "        if len(each) > 32:"),
    ("    return 1 << ((size - 1).bit_length() - 1)", "    return 1 << (size.bit_length() - 1)"),
)  # fmt: skip

NOTE = _of(
    "shared/tlog/note.py", "tests/log/test_note.py tests/log/test_note_spelling.py tests/log/test_checkpoint.py",
    ("sha256(self.name.encode() + bytes([0x0A, self.kind])", "sha256(bytes([0x0A, self.kind])"),
    ("bytes([0x0A, self.kind]) + self.public", "bytes([self.kind]) + self.public"),
    ("if key.id.hex() != key_id:", "if False:"),
    ("time > MOST_TIME", "time < 0"),
    ("f\"cosignature/v1\\ntime {time}\\n{text}\"", "f\"cosignature/v1\\n{text}\""),
    ("time.to_bytes(8, \"big\")", "time.to_bytes(8, \"little\")"),
    ("known = {(key.name, key.id): key for key in keys}", "known = {(\"\", key.id): key for key in keys}"),
    ("if (key := known.get((signature.name, signature.key_id)))",
     "if (key := {i: k for (_, i), k in known.items()}.get(signature.key_id))"),
    ("    if not believed:\n        raise NoteRefused", "    if False:\n        raise NoteRefused"),
    ("whole.rpartition(\"\\n\\n\")", "whole.partition(\"\\n\\n\")"),
    ("if len(signatures) > MOST_SIGNATURES:", "if False:"),
    ("    if len(value) != 32:\n", "    if len(value) > 32:\n"),
    ("(loose or to_base64(value) == spelling)", "(loose or True)"),
    ("r\"0|[1-9][0-9]{0,18}\"", "r\"[0-9]{1,19}\""),
)  # fmt: skip

CHECKPOINT = _of(
    "shared/tlog/checkpoint.py", "tests/log/test_checkpoint.py tests/log/test_policy.py",
    ("if checkpoint.text != text:", "if False:"),
    ("each.key.kind == LOG and each.key.name == checkpoint.origin", "each.key.kind == LOG"),
    ("    if not by_log:\n", "    if False:\n"),
    ("tuple(each for each in signed if each.key.kind == WITNESS)", "signed"),
)  # fmt: skip

POLICY = _of(
    "shared/tlog/policy.py", "tests/log/test_policy.py",
    ("return Group(1, tuple(members))", "return Group(len(members), tuple(members))"),
    ("return Group(len(members), tuple(members))\n            case _ if", "return Group(1, tuple(members))\n            case _ if"),
    (">= group.threshold:", "> group.threshold:"),
    ("if sum(member in standing for member in group.members)", "if sum(member in cosigned for member in group.members)"),
    ("return self.quorum == NONE or self.quorum in standing", "return True"),
    ("if key.public in self.keys:", "if False:"),
    ("if key.kind != kind:", "if False:"),
    ("int(rule) <= len(members):", "int(rule) <= len(members) + 1:"),
    ("if self.known(member) in self.members:", "if self.known(member) in ():"),
)  # fmt: skip

WITNESS = _of(
    "shared/tlog/witness.py", "tests/log/test_witness.py tests/cli/test_witness.py",
    ("[key for key in trusted if key.name == asked.origin]", "list(trusted)"),
    ("if request.old > asked.size:", "if False:"),
    ("if request.old != size:", "if request.old > size:"),
    ("        verify_consistency(size, asked.size, root, asked.root, request.proof)", "        pass"),
    ("if not blank or not first.startswith(\"old \") or len(lines) > MOST_PROOF_LINES:",
     "if not blank or not first.startswith(\"old \"):"),
    ("Note(self.signed.note.text, (*self.signed.note.signatures, line)), line", "Note(self.signed.note.text, (line,)), line"),
)  # fmt: skip

PROOF = _of(
    "shared/tlog/tlog_proof.py", "tests/log/test_tlog_proof.py",
    ("if len(lines) > MOST_HASHES:", "if False:"),
    ("        if not checkpoint.is_exact:", "        if False:"),
    ("    verify_inclusion(proof.index, tree.size, leaf_hash(entry), proof.path, tree.root)", "    pass"),
    ("signed = policy.judge(proof.checkpoint.raw)", "signed = Policy(policy.logs, {}, {}, \"none\").judge(proof.checkpoint.raw)"),
)  # fmt: skip

ARCHIVE = _of(
    "shared/tlog/archive.py", "tests/log/test_bundle.py tests/cli/test_verify_bundle.py",
    ("if len({name for name, _ in members}) != len(members):", "if False:"),
    ("or pack(members) != raw:", "or False:"),
    ("if len(raw) > most:", "if False:"),
)  # fmt: skip

BUNDLE = _of(
    "services/cli/verifying/bundle.py", "tests/cli/test_verify_bundle.py",
    ("        if after <= one:", "        if after < one:"),
    ("    if record.data[\"size\"] != bundle.ledger_size:", "    if False:"),
    ("    for chain in chains.values():\n", "    for chain in []:\n"),
    ("            if not chain.whole:\n", "            if False:\n"),
    ("        if found != expected:\n", "        if False:\n"),
    ("sorted(bundle.proofs.keys() - needed)", "()"),
) + _of(
    "services/cli/verifying/events.py", "tests/cli/test_verify_bundle.py",
    ("            if after.envelope.get(\"prev\") != event.leaf.hex():", "            if False:"),
    ("    if origin.rpartition(\"/\")[2] != event.service:", "    if False:"),
    ("    if parsed.index != event.position - 1:", "    if False:"),
    ("    if parsed.extra is not None:", "    if False:"),
    ("else min(made, cosigned)", "else cosigned"),
)  # fmt: skip

PUBLISHED = _of(
    "services/cli/verifying/proved.py", "tests/cli/test_verify_published.py",
    ("        if one != other:\n            raise Stop(", "        if False:\n            raise Stop("),
    ("request.old != log.size", "False"),
    ("or not request.note.is_exact", "or False"),
    ("        if checkpoint.origin.rpartition(\"/\")[2] != service:", "        if False:"),
    ("        verify_consistency(log.size, checkpoint.size, log.root(), checkpoint.root, request.proof)", "        pass"),
    ("    if sizes.keys() != found.publication.logs.keys():", "    if False:"),
    ("        if log.wrongs:\n", "        if False:\n"),
) + _of(
    "services/cli/verifying/published.py", "tests/cli/test_verify_published.py",
    ("        if not wrongs:\n            return day, []", "        return day, []"),
)  # fmt: skip

CHECK = _of(
    "services/cli/verifying/check.py", "tests/cli/test_check.py",
    ("if event[\"position\"] != self.size:", "if False:"),
    ("        if event[\"time\"] < self._time:", "        if False:"),
    ("            if found != version + 1:", "            if found < version + 1:"),
    ("            elif record[32:64] != leaf:", "            elif False:"),
    ("            if record[:16] == command:", "            if False:"),
    ("        if again != line:", "        if False:"),
)  # fmt: skip

COPIES = _of(
    "services/cli/verifying/copies.py", "tests/cli/test_copies.py",
    ("        if sequence != count:\n", "        if False:\n"),
    ("        if await leaf_at(leaves, service, count, fetch) != leaf_hash(body):", "        if False:"),
    ("    if count < signed:\n", "    if False:\n"),
    ("    if event.leaf != kept:\n", "    if False:\n"),
    ("        if mine != event.leaf:\n", "        if False:\n"),
)  # fmt: skip

KEPT = _of(
    "services/cli/verifying/kept_checkpoints.py", "tests/cli/test_verify_checkpoint.py",
    ("            if before.checkpoint.root != each.checkpoint.root:", "            if False:"),
    ("        if newest.size < old.size:", "        if False:"),
    ("        verify_consistency(old.size, newest.size, old.root, newest.root, path)", "        pass"),
)  # fmt: skip

MUTANTS = [
    *MERKLE, *NOTE, *CHECKPOINT, *POLICY, *WITNESS, *PROOF, *ARCHIVE, *BUNDLE, *PUBLISHED, *CHECK, *COPIES, *KEPT,
]  # fmt: skip
