"""The stream of one service at the broker: everything is kept, on as many members as the settings say."""

from __future__ import annotations

from datetime import datetime

import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client as Nats
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

logger = structlog.get_logger("dvk.relay")


class NoJetStream(nats.errors.Error):
    """NATS answers and its JetStream does not."""

    def __str__(self) -> str:
        return (
            "NATS trả lời nhưng JetStream thì không: nats-server chạy không có --jetstream, hoặc chưa đủ đa số · "
            "NATS answers, its JetStream does not: nats-server runs without --jetstream, or lacks a majority"
        )


def stream_config(service: str, replicas: int = 1) -> StreamConfig:
    """The stream of one service: everything is kept, nothing can be deleted or purged."""
    return StreamConfig(
        name=service.upper(),
        subjects=[f"dvk.{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=0,
        max_msgs=-1,
        max_bytes=-1,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        num_replicas=replicas,
        duplicate_window=3600,
    )


async def provided(connection: Nats, service: str, replicas: int) -> datetime | None:
    """Make the stream, or have one that is there keep as many copies as are wanted; when it was made.

    NoJetStream when the broker has none that answers.
    """
    js = connection.jetstream(timeout=5)
    wanted = stream_config(service, replicas)
    try:
        found = await js.stream_info(service.upper())
    except nats.js.errors.NotFoundError:
        found = await js.add_stream(wanted)
    except (nats.errors.NoRespondersError, nats.js.errors.ServiceUnavailableError) as silent:
        raise NoJetStream from silent
    if found.config.num_replicas != replicas:
        # Too few members for it is no reason not to publish: as many copies as there were are kept meanwhile.
        try:
            found = await js.update_stream(wanted)
        except nats.js.errors.APIError as refused:
            logger.error("copies of the stream", service=service, wanted=replicas, reason=str(refused))
    return found.created
