# Without the future import: FastStream reads the annotations of handlers that are made inside a function.
"""The NATS door: `cmd.<service>.<command>` as request and reply, the same commands as over HTTP.

The token stands in the header `Authorization`, the command id in `Idempotency-Key`. Every request gets an
answer, also one that is not JSON: refusals are data, and the header `Http-Status` says what HTTP would have said.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from faststream import AckPolicy
from faststream.nats import NatsBroker, NatsMessage, NatsResponse

from shared import passing
from shared.doors.access import Access
from shared.doors.gateway import Gateway
from shared.doors.http import COMMAND_HEADER, CORRELATION_HEADER, correlation_of
from shared.doors.problems import MEDIA_TYPE
from shared.doors.security import Answered
from shared.wiring import CommandRow

WORKERS = 32


async def raw(message: Any) -> bytes:
    """Bodies are parsed at the gateway, where a malformed one can be answered."""
    return message.body


def listen(broker: NatsBroker, gateway: Gateway, access: Access) -> None:
    """Subscribe to every command of the service; replicas share the work."""
    rows = {row.kebab: row for row in gateway.service.commands if not row.internal}
    for row in rows.values():
        _subscribe(broker, gateway, access, row)


def _subscribe(broker: NatsBroker, gateway: Gateway, access: Access, row: CommandRow) -> None:
    @broker.subscriber(
        f"cmd.{gateway.service.name}.{row.kebab}",
        queue=gateway.service.name,
        max_workers=WORKERS,
        decoder=raw,
        ack_policy=AckPolicy.MANUAL,
        title=f"{row.command.__name__}",
        description=(row.command.__doc__ or "").strip(),
    )
    async def handle(body: bytes, message: NatsMessage) -> NatsResponse:
        headers = {name.lower(): value for name, value in (message.raw_message.headers or {}).items()}
        with passing.through("nats", "nats") as passage:
            answer = await _answered(gateway, access, row, bytes(body), headers)
            status = int(answer.headers["Http-Status"])
            access.security.record(passage, Answered("NATS", row.path, status))
        return answer


async def _answered(
    gateway: Gateway, access: Access, row: CommandRow, body: bytes, headers: Mapping[str, str]
) -> NatsResponse:
    command_id: str | None = None
    try:
        command_id, given = gateway.command_id(headers.get(COMMAND_HEADER.lower()))
        actor = await access.bearer(headers.get("authorization"))
        answer = await gateway.take(
            row,
            body,
            actor,
            command_id,
            given,
            correlation=correlation_of(headers.get(CORRELATION_HEADER.lower())),
        )
        return _response(answer.body(), 200, "application/json", command_id)
    except Exception as error:  # noqa: BLE001 - becomes the answer
        refusal = gateway.answer(error)
        return _response(gateway.problems.body(refusal, command_id), refusal.status, MEDIA_TYPE, command_id)


def _response(body: dict[str, Any], status: int, kind: str, command_id: str | None) -> NatsResponse:
    headers = {"Http-Status": str(status), "Content-Type": kind}
    if command_id is not None:
        headers[COMMAND_HEADER] = command_id
    return NatsResponse(orjson.dumps(body), headers=headers)
