"""A publication as far as its proofs go: everything but the counting, with nothing but its bytes and a policy.

In this order: the file is spelt as such files are; the publication stands in reporting's log; the summary has the hash
that was published; the ledger's entries have the root that was published; of each log they are its first events, all of
them, as a checkpoint vouches that convinces the policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.cli.telling import heading, note, out, table
from services.cli.verifying.check import Known, LogCheck, spelt
from services.cli.verifying.events import Checked, Stop, check_proof, event_of
from services.cli.verifying.offline import moment
from services.cli.verifying.wrong import Wrong
from shared import SERVICES
from shared.tlog.checkpoint import SignedCheckpoint
from shared.tlog.logged import Logged
from shared.tlog.merkle import ProofRefused, leaf_hash, root, verify_consistency
from shared.tlog.note import NoteRefused
from shared.tlog.policy import Policy
from shared.tlog.publication import Publication
from shared.tlog.witness import Refusal
from shared.tlog.witness import read as read_request

PUBLISHED = "vn.gov.danang.dvk.reporting.SummaryPublished."


@dataclass
class Proved:
    """What was found of a publication."""

    publication: Publication
    checked: Checked
    event: Logged | None = None
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    """How many events of each log the figures rest on."""

    @classmethod
    def of(cls, raw: bytes) -> Proved:
        """A file that nothing was found of yet; NoteRefused when it is no publication."""
        publication = Publication.parse(raw)
        checked = Checked(1, "publication", str(publication.about.ident), len(publication.entries))
        return cls(publication, checked)

    @property
    def wrongs(self) -> list[Wrong]:
        """What is wrong; what is found first stands first."""
        return self.checked.wrongs

    def json(self) -> dict[str, Any]:
        """For a script."""
        told = self.checked.json()
        return {name: told[name] for name in ("ok", "kind", "id", "as_of", "wrongs")} | {
            "ledger_size": self.publication.about.ledger_size, "events": self.sizes,
        }  # fmt: skip


def tell(path: Path, found: Proved, right: str, counted: str = "") -> bool:
    """The result, for a person; True when it is right, which `right` says before what was published, and `counted`
    of its figures."""
    about = found.publication.about
    heading(f"Công bố {about.ident}", f"{path}: sổ cái · ledger {about.ledger_size}")
    table(("nhật ký · log", "sự kiện · events"), list(found.sizes.items()), right=(1,))
    for wrong in found.wrongs:
        note("\n".join(["✗ " + wrong.lines()[0], *wrong.lines()[1:]]))
    if found.wrongs or found.event is None:
        return False
    data = found.event.data
    of = f"{data['period']}, {data['scope']}, chốt · cut-off {data['cut_off']}{counted}"
    out(f"✓ {right}: {of}; sha256 {data['sha256']}; đồng ký · cosigned {moment(found.checked.as_of)}")
    return True


def check(raw: bytes, policy: Policy) -> Proved:
    """All that can be said of such a file without counting; NoteRefused when it is none."""
    found = Proved.of(raw)
    try:
        prove(found, policy, spelt)
    except Stop as stop:
        found.wrongs.append(stop.wrong)
    return found


def prove(found: Proved, policy: Policy, known: Known) -> None:
    """Stop at the first thing that is wrong."""
    found.event = _published(found.publication, found.checked, policy)
    _in_the_logs(found, policy, known)


def _published(publication: Publication, checked: Checked, policy: Policy) -> Logged:
    """The event that published it: logged, and of this summary and this ledger."""
    event, about = event_of(publication.event, 0), publication.about
    if not event.type.startswith(PUBLISHED):
        raise Stop("event.json", event.position, "không phải SummaryPublished", "is not a SummaryPublished",
                   PUBLISHED, event.type)  # fmt: skip
    checked.as_of = check_proof(event, publication.proof, checked, policy)
    data = event.data
    expected = data["publication"], data["ledger_size"], data["sha256"], data["root"], data["ledger_size"]
    leaves = [leaf_hash(entry) for entry in publication.entries]
    digest = sha256(publication.summary).hexdigest()
    found = about.ident, about.ledger_size, digest, root(leaves).hex(), len(leaves)
    names = (
        ("mã công bố", "the publication"), ("cỡ sổ cái", "the ledger size"),
        ("mã băm của báo cáo", "the hash of the summary"), ("gốc cây của sổ cái", "the root of the ledger"),
        ("số mục sổ cái", "the number of entries"),
    )  # fmt: skip
    for (vi, en), one, other in zip(names, expected, found, strict=True):
        if one != other:
            raise Stop("report", None, f"{vi} không phải như đã công bố", f"{en} is not what was published",
                       str(one), str(other))  # fmt: skip
    return event


def _in_the_logs(found: Proved, policy: Policy, known: Known) -> None:
    """Each log's events in the ledger are its first ones without a gap, and a cosigned checkpoint continues them."""
    logs = {service: LogCheck(service, known) for service in SERVICES}
    for number, line in enumerate(found.publication.entries, start=1):
        logs[event_of(line, number).service].take([line])
    sizes = found.sizes = {service: log.size for service, log in logs.items() if log.size}
    if sizes.keys() != found.publication.logs.keys():
        raise Stop("logs", None, "chứng cứ không phải của các nhật ký này", "the proofs are not of these logs",
                   ", ".join(sizes), ", ".join(found.publication.logs))  # fmt: skip
    for service in sizes:
        log = logs[service]
        log.finish()
        if log.wrongs:
            wrong = log.wrongs[0]
            raise Stop(wrong.log, wrong.position, wrong.vi, wrong.en, wrong.expected, wrong.found)
        _continued(service, log, found.publication.logs[service], policy)


def _continued(service: str, log: LogCheck, body: bytes, policy: Policy) -> SignedCheckpoint:
    request = read_request(body)
    try:
        if (
            isinstance(request, Refusal)
            or request.raw != body
            or not request.note.is_exact
            or request.old != log.size
        ):
            raise NoteRefused("request.malformed", f"logs/{service}.add-checkpoint is not of size {log.size}")
        signed = policy.judge(request.note.raw)
        checkpoint = signed.checkpoint
        if checkpoint.origin.rpartition("/")[2] != service:
            raise NoteRefused("checkpoint.foreign", checkpoint.origin)
        verify_consistency(log.size, checkpoint.size, log.root(), checkpoint.root, request.proof)
    except (NoteRefused, ProofRefused) as refused:
        raise Stop(service, log.size, "sự kiện không phải của nhật ký đã đồng ký",
                   "these are not the events of a cosigned log", f"logs/{service}.add-checkpoint", str(refused),
                   ) from None  # fmt: skip
    return signed
