"""History bundles made by hand from a small city, honest ones, to be spoilt by tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.reporting.facts.entry import Entry
from services.reporting.ledger.bundles import events_to_prove
from services.reporting.ledger.taking_in import told_of
from shared.eventlog.port import Recorded
from shared.tlog.bundle import Bundle, Heads
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.membership import RULES
from shared.tlog.merkle import inclusion_proof, nodes_of, root
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from shared.tlog.policy import Policy
from shared.tlog.subject_proofs import prove
from shared.tlog.subjects import BUCKETS, Subjects, bucket_of
from shared.tlog.tlog_proof import TlogProof
from tests.support.lives import City

SERVICES = ("registry", "appraisal", "awards", "reporting")
KEYS = {
    name: SigningKey(f"city.example/{name}", LOG, bytes([number]) * 32)
    for number, name in enumerate(SERVICES, start=1)
}
WITNESS_KEY = SigningKey("city.example/reporting-witness", WITNESS, bytes([9]) * 32)
COSIGNED = 1_790_000_000
POLICY_TEXT = "\n".join(
    [*(f"log {key.verifying.vkey}" for key in KEYS.values()),
     f"witness w {WITNESS_KEY.verifying.vkey}", "quorum w", ""]
)  # fmt: skip
POLICY = Policy.parse(POLICY_TEXT.encode())


def proof_of(events: Sequence[Recorded], event: Recorded, key: SigningKey | None = None) -> bytes:
    """The tlog-proof of an event in a log of exactly these events, cosigned."""
    log = key or KEYS[event.service]
    leaves = [each.leaf for each in events]
    checkpoint = Checkpoint(log.name, len(leaves), root(leaves))
    note = Note(
        checkpoint.text, (*sign(checkpoint, log).signatures, cosign(checkpoint, WITNESS_KEY, COSIGNED))
    )
    path = inclusion_proof(event.position - 1, len(leaves), nodes_of(leaves))
    return TlogProof(event.position - 1, path, note).raw


@dataclass
class Town:
    """The logs of all services, with the heads recorded at their end."""

    logs: dict[str, list[Recorded]]
    record: Recorded
    subjects: Subjects
    city: City

    def bundle(self, model: str) -> Bundle:
        """An honest bundle about a model."""
        return self.about("model", model)

    def about(self, kind: str, ident: str) -> Bundle:
        """An honest bundle about anything."""
        return self.holding(kind, ident, self.told_of(f"{kind}/{ident}"))

    def names(self) -> list[str]:
        """Every subject of the record."""
        return [name for number in range(BUCKETS) for name in self.subjects.bucket(number).names()]

    def told_of(self, name: str) -> list[Recorded]:
        """The events that the record has of a subject, in the order of a bundle."""
        subject = self.subjects.subject(name)
        numbers: set[int] = set()
        for place, part in subject.parts.items() if subject is not None else ():
            if not part.version:
                continue
            own = part if part.singles is not None else self.subjects.subject(place[1]).parts[place]  # type: ignore[union-attr]
            numbers.update(own.numbers)
        everything = {entry.n: entry.event for entry in self.city.ledger()}
        return in_order(everything[number] for number in numbers)

    def holding(self, kind: str, ident: str, events: Sequence[Recorded]) -> Bundle:
        """A bundle of exactly these events, with every proof for them and what the record says of the thing."""
        proofs = {(e.service, e.position): proof_of(self.logs[e.service], e) for e in events_to_prove(events)}
        return Bundle(
            kind,
            ident,
            self.record.data["size"],
            tuple(e.raw for e in events),
            self.heads(f"{kind}/{ident}"),
            proofs,
        )

    def heads(self, name: str) -> Heads:
        """What the record says of a subject, and where."""
        bucket = self.subjects.bucket(bucket_of(name))
        proved = prove(bucket, name, self.subjects.above(bucket_of(name)))
        assert proved is not None, f"nothing is told of {name}"
        lines = bucket.subjects[name].lines()
        return Heads(self.record.raw, proof_of(self.logs["reporting"], self.record), tuple(lines), proved)


def in_order(events: Iterable[Recorded]) -> list[Recorded]:
    """By time, source and position, as a bundle has them."""
    return sorted(events, key=lambda e: (e.time, e.service, e.position))


def subjects_of(entries: Iterable[Entry]) -> Subjects:
    """The tree of subjects over these entries of a ledger."""
    subjects = Subjects()
    for entry in entries:
        subjects.take(told_of(entry))
    return subjects


def town(seed: int = 5) -> Town:
    """A city that has lived, and its heads on record."""
    city = City(seed)
    city.found(6)
    city.live(days=400, acts=300)
    return recorded(city)


def recorded(city: City) -> Town:
    """A city with its heads on record."""
    everything = city.ledger()
    subjects = subjects_of(everything)
    count, root_of_all = subjects.record()
    data = {
        "on": "2027-12-31",
        "size": len(everything),
        "count": count,
        "root": root_of_all.hex(),
        "of": "subjects",
        "rules": RULES,
    }
    record = city.reporting.tell("witnessed-log/all", "HeadsRecorded", data, "2027-12-31T01:00:00.000000Z")
    logs = {
        "registry": city.registry.events, "appraisal": city.appraisal.events, "awards": city.awards.events,
        "reporting": city.reporting.events,
    }  # fmt: skip
    return Town(logs, record, subjects, city)
