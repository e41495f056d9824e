"""What a service counts and how it is read: Prometheus metrics."""

from __future__ import annotations

from functools import cache
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

COMMANDS = Counter("dvk_commands_total", "Commands by outcome: recorded, unchanged, or the refusal's code.",
                   ["command", "outcome"])  # fmt: skip
SECONDS = Histogram(
    "dvk_command_seconds",
    "From a command's arrival to its answer.",
    ["command"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
APPEND_SECONDS = Histogram(
    "dvk_append_seconds",
    "From writing a batch of events to its being durable on a majority.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
APPEND_BATCH = Histogram(
    "dvk_append_batch_events",
    "How many events were written at once.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
APPEND_CONFLICTS = Counter(
    "dvk_append_conflicts_total",
    "Events that lost a race: for the version of their stream, a claim, or a position.",
    ["lost"],
)
APPLIED = Counter("dvk_applied_events_total", "Events a follower applied.", ["follower", "source"])
APPLY_SECONDS = Histogram(
    "dvk_apply_seconds",
    "What a follower took for one batch.",
    ["follower"],
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30),
)
HEAD = Gauge("dvk_log_head", "Last position of the own log.")
RELAYED = Gauge("dvk_relayed", "Last position the broker acknowledged.")
RELAY_STATE = Gauge("dvk_relay_ok", "1 while the relay publishes, 0 while it waits or has stopped.")
RELAY_LAG = Gauge("dvk_relay_lag", "Events of the own log that the broker has not acknowledged yet.")
RELAY_LAG_SECONDS = Gauge(
    "dvk_relay_lag_seconds", "How long the relay has been behind the own log; 0 when it is not."
)
SIGNED = Gauge("dvk_signed_size", "The newest size of the own log that was signed.")
UNSIGNED_SECONDS = Gauge(
    "dvk_checkpoint_age_seconds",
    "How long the newest checkpoint has been older than the broker; 0 when it is not.",
)
BACKUP_AGE = Gauge("dvk_backup_age_seconds", "How old the newest backup is; -1 when there was none.")
DISK_FREE = Gauge("dvk_disk_free_bytes", "Space left where the store and the key files lie.", ["place"])
CERTIFICATE = Gauge(
    "dvk_certificate_seconds",
    "How long the certificate that this process began with is still good; -1 for none.",
)
BUILD = Gauge("dvk_build_info", "1; the label says which version runs.", ["version"])
ALARM = Gauge("dvk_alarm", "1 while this alarm needs somebody: deploy/runbook.md says what to do.", ["code"])
HELD = Gauge("dvk_held_documents", "Documents that an event could not be applied to, and wait.", ["follower"])
LAG_SECONDS = Gauge(
    "dvk_follower_lag_seconds",
    "How long a follower has been behind its source; 0 when it is not.",
    ["follower", "source"],
)
LAG = Gauge("dvk_follower_lag", "Events a follower has not applied yet.", ["follower", "source"])
STOPPED = Gauge("dvk_follower_stopped", "1 while a follower is stopped by an event.", ["follower", "source"])
CLOCK_APART = Gauge("dvk_clock_distance_seconds", "The machine's clock less the database's.")
CLOCK_OK = Gauge("dvk_clock_ok", "1 while the clock is believed and commands are recorded by it.")
HEAD_AGE = Gauge(
    "dvk_source_head_age_seconds", "How old what is known of a source's head is; -1 for never.", ["source"]
)
STORE_OK = Gauge("dvk_store_ok", "1 while the store takes a write and gives it back.")
BROKER_OK = Gauge("dvk_broker_ok", "1 while there is a connection to the broker.")
LET_GO = Counter(
    "dvk_connections_let_go_total", "HTTP connections ended by the server over a bound, by which.", ["why"]
)
UNOPENABLE = Counter("dvk_unopenable_names_total",
                     "Sealed names that did not open though nobody erased them: an alarm.", ["why"])  # fmt: skip


@cache
def counted(command: str, outcome: str) -> Counter:
    """The counter of one outcome of one command: looking it up anew each time costs more than counting."""
    return COMMANDS.labels(command, outcome)


def appended(events: int, seconds: float) -> None:
    """So many events were written at once, durable after so many seconds."""
    APPEND_BATCH.observe(events)
    APPEND_SECONDS.observe(seconds)


@cache
def lost(what: Literal["version", "claim", "position"]) -> Counter:
    """The counter of events that lost such a race."""
    return APPEND_CONFLICTS.labels(what)


@cache
def timed(command: str) -> Histogram:
    """The histogram of one command."""
    return SECONDS.labels(command)


def exposition() -> tuple[bytes, str]:
    """All metrics in Prometheus's text format, with its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
