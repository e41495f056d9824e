"""History bundles made by hand from a small city, honest ones, to be spoilt by tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.reporting.ledger.bundles import events_to_prove
from shared.eventlog.port import Recorded
from shared.tlog.bundle import Bundle, HeadProof, Heads, head_line
from shared.tlog.checkpoint import Checkpoint, cosign, sign
from shared.tlog.merkle import inclusion_proof, leaf_hash, nodes_of, root
from shared.tlog.note import LOG, WITNESS, Note, SigningKey
from shared.tlog.policy import Policy
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
    lines: list[bytes]
    city: City
    _bundles: dict[str, Bundle] = field(default_factory=dict[str, Bundle])

    def about(self, model: str) -> list[Recorded]:
        """Every event of the streams that are about a model, the model's own first."""
        streams = {f"model/{model}"}
        for log in self.logs.values():
            streams |= {e.stream for e in log if e.data.get("model") == model and "round" not in e.stream}
        found = [e for service in SERVICES for e in self.logs[service] if e.stream in streams]
        return sorted(found, key=lambda e: e.stream != f"model/{model}")

    def bundle(self, model: str) -> Bundle:
        """An honest bundle about a model."""
        return self.holding("model", model, self.about(model))

    def holding(self, kind: str, ident: str, events: Sequence[Recorded]) -> Bundle:
        """A bundle of exactly these events, with every proof there is for them."""
        proofs = {(e.service, e.position): proof_of(self.logs[e.service], e) for e in events_to_prove(events)}
        heads = Heads(self.record.raw, proof_of(self.logs["reporting"], self.record), self.heads(events))
        return Bundle(kind, ident, 999, tuple(e.raw for e in events), proofs, heads)

    def heads(self, events: Sequence[Recorded]) -> tuple[HeadProof, ...]:
        """The places of those that are heads."""
        leaves = [leaf_hash(line) for line in self.lines]
        places = {line: index for index, line in enumerate(self.lines)}
        found: list[HeadProof] = []
        for event in events:
            if (index := places.get(head_line(event.stream, event.version, event.leaf))) is not None:
                path = inclusion_proof(index, len(leaves), nodes_of(leaves))
                found.append(HeadProof(event.stream, event.version, event.leaf, index, path))
        return tuple(found)


def heads_of(events: Sequence[Recorded]) -> list[bytes]:
    """The sorted lines of the last event of every stream: the definition, and nothing clever."""
    last: dict[tuple[str, str], Recorded] = {}
    for event in events:
        last[event.service, event.stream] = event
    return sorted(head_line(e.stream, e.version, e.leaf) for e in last.values())


def town(seed: int = 5) -> Town:
    """A city that has lived, and its heads on record."""
    city = City(seed)
    city.found(6)
    city.live(days=400, acts=300)
    return recorded(city)


def recorded(city: City) -> Town:
    """A city with its heads on record."""
    everything = [entry.event for entry in city.ledger()]
    lines = heads_of(everything)
    data = {"on": "2027-12-31", "size": len(everything), "count": len(lines),
            "root": root([leaf_hash(line) for line in lines]).hex()}  # fmt: skip
    record = city.reporting.tell("witnessed-log/all", "HeadsRecorded", data, "2027-12-31T01:00:00.000000Z")
    logs = {
        "registry": city.registry.events, "appraisal": city.appraisal.events, "awards": city.awards.events,
        "reporting": city.reporting.events,
    }  # fmt: skip
    return Town(logs, record, lines, city)
