"""Who may do what on NATS: all may read and ask, only the owner writes its log and answers.

Two accounts. The services live in DVK, each with a user of its own; whoever comes without a password is a guest
in GUESTS and reaches DVK only through what is imported. In one account a guest could name a subject of the log as
the place for an answer, of JetStream's API or of a service, and the answer would be stored as an event; across
accounts an answer always returns to the account that asked.

One thing is left to a guest who means harm: a push consumer that delivers to a subject of the log. The relay takes
notice (divergence) and stops. Where that matters, agencies get consumers made for them and may not make any.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

JsonObject = dict[str, Any]

# Reading what JetStream holds, whose answers may be many messages.
READING = [
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.MSG.GET.*",
    "$JS.API.DIRECT.GET.>",
    "$JS.API.CONSUMER.CREATE.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.>",
    "$JS.API.CONSUMER.INFO.>",
    "$JS.API.CONSUMER.NAMES.>",
    "$JS.API.CONSUMER.LIST.>",
    "$JS.API.CONSUMER.MSG.NEXT.>",
    "$JS.API.CONSUMER.DELETE.>",
]
ACKNOWLEDGING = ["$JS.ACK.>", "$JS.FC.>"]
ASKING = ["cmd.>"]
HEARING = ["dvk.>", "_INBOX.>"]  # events as they happen; what push consumers deliver


def permissions(passwords: Mapping[str, str], guest_password: str | None = None) -> JsonObject:
    """The part of nats-server's configuration that says so; `passwords` has one per service.

    With `guest_password` a guest has to give it; without one, whoever gives none is the guest.
    """
    return {
        "accounts": {
            "DVK": {
                "jetstream": "enabled",
                "users": [service_user(service, password) for service, password in passwords.items()],
                "exports": [
                    *({"service": subject, "response_type": "stream"} for subject in READING),
                    *({"service": subject} for subject in (*ACKNOWLEDGING, *ASKING)),
                    *({"stream": subject} for subject in HEARING),
                ],
            },
            "GUESTS": {
                "users": [guest(guest_password or secrets.token_hex(24))],
                "imports": [
                    *(imported("service", subject) for subject in (*READING, *ACKNOWLEDGING, *ASKING)),
                    *(imported("stream", subject) for subject in HEARING),
                ],
            },
        },
        **({} if guest_password else {"no_auth_user": "guest"}),
    }


def service_user(service: str, password: str) -> JsonObject:
    stream = service.upper()
    own_stream = [f"$JS.API.STREAM.{verb}.{stream}" for verb in ("CREATE", "UPDATE", "DELETE")]
    answering = ["_INBOX.>", "_R_.>"]  # _R_: the way back to another account
    return {
        "user": service,
        "password": password,
        "permissions": {
            "publish": {
                "allow": [*READING, *ACKNOWLEDGING, *own_stream, *ASKING, f"dvk.{service}.>", *answering]
            },
            "subscribe": {"allow": [*HEARING, f"cmd.{service}.>", "$JS.EVENT.ADVISORY.>"]},
        },
    }


def guest(password: str) -> JsonObject:
    return {
        "user": "guest",
        "password": password,
        "permissions": {
            "publish": {"allow": [*READING, *ACKNOWLEDGING, *ASKING]},
            "subscribe": {"allow": HEARING},
        },
    }


def imported(kind: str, subject: str) -> JsonObject:
    return {kind: {"account": "DVK", "subject": subject}}
