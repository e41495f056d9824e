"""Who may do what on NATS. Nobody comes in without a name of their own: there is no anonymous user.

Three kinds of accounts. The services live in DVK, each with a user that may write its own log, answer its own commands
and hear answers to itself. The operator, in OPERATORS, may read all streams and send commands (with a token, as
everybody). Each agency has an account of its own, in which it may fetch from the one consumer that was made for it and
acknowledge what it got; there it reaches nobody else and nothing else, and can make, change and delete nothing.

Accounts keep answers apart: in one account somebody could name a subject of the log as the place for an answer of
JetStream or of a service, and the answer would be stored as an event; across accounts an answer always returns to the
account that asked.

One thing is left to an operator who means harm: a push consumer that delivers to a subject of the log. The relay takes
notice (divergence) and stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JsonObject = dict[str, Any]

OPERATOR = "operator"
PUBLIC = "PUBLIC"
"""The stream of what everybody may know; reporting writes it."""
LOGS = ("REGISTRY", "APPRAISAL", "AWARDS", "REPORTING")
OF_A_STREAM = (
    "STREAM.INFO.{}",
    "STREAM.MSG.GET.{}",
    "DIRECT.GET.{}",
    "DIRECT.GET.{}.>",
    "CONSUMER.CREATE.{}",
    "CONSUMER.CREATE.{}.>",
    "CONSUMER.DURABLE.CREATE.{}.>",
    "CONSUMER.INFO.{}.>",
    "CONSUMER.NAMES.{}",
    "CONSUMER.LIST.{}",
    "CONSUMER.MSG.NEXT.{}.>",
    "CONSUMER.DELETE.{}.>",
)
"""Reading what JetStream holds of one stream, whose answers may be many messages."""
LOOKING = ["$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST"]


def reading(*streams: str) -> list[str]:
    """The subjects of JetStream's interface by which these streams are read."""
    return [*LOOKING, *(f"$JS.API.{verb.format(stream)}" for stream in streams for verb in OF_A_STREAM)]


READING = reading(*LOGS, PUBLIC)
ACKNOWLEDGING = ["$JS.ACK.>", "$JS.FC.>"]
ASKING = ["cmd.>"]
HEARING = ["dvk.>", "_INBOX.>"]
"""Events as they happen; what the operator's push consumers deliver (services have inboxes of other names)."""
OF_AGENCIES = {"max_connections": 4, "max_subscriptions": 64, "max_payload": 4096}
"""So much one agency may have at once, and so many bytes it may send in one message: requests are short."""


def inbox_of(name: str) -> str:
    """The prefix of the subjects on which somebody hears answers; nobody else may listen there."""
    return f"_INBOX_{name}"


def permissions(passwords: Mapping[str, str], agencies: Mapping[str, str]) -> JsonObject:
    """The part of nats-server's configuration that says so: a password per service and one for the operator, and the
    public key of each agency by its name."""
    services = {name: password for name, password in passwords.items() if name != OPERATOR}
    return {
        "accounts": {
            "DVK": {
                "jetstream": "enabled",
                "users": [service_user(service, password) for service, password in services.items()],
                "exports": [
                    *({"service": subject, "response_type": "stream"} for subject in READING),
                    *({"service": subject} for subject in (*ACKNOWLEDGING, *ASKING)),
                    *({"stream": subject} for subject in HEARING),
                ],
            },
            "OPERATORS": {
                "users": [operator(passwords[OPERATOR])],
                "imports": [
                    *(imported("service", subject) for subject in (*READING, *ACKNOWLEDGING, *ASKING)),
                    *(imported("stream", subject) for subject in HEARING),
                ],
            },
            **{f"AGENCY_{name}": agency(name, key) for name, key in sorted(agencies.items())},
        }
    }


def service_user(service: str, password: str) -> JsonObject:
    """The user of a service: reads all streams, writes its own, answers whoever asked it."""
    own = [service.upper(), *([PUBLIC] if service == "reporting" else [])]
    verbs = ("CREATE", "UPDATE", "DELETE", "INFO", "MSG.GET")
    writing = [f"$JS.API.STREAM.{verb}.{stream}" for stream in own for verb in verbs]
    subjects = [f"dvk.{stream.lower()}.>" for stream in own]
    return {
        "user": service,
        "password": password,
        "permissions": {
            "publish": {"allow": [*reading(*LOGS), *ACKNOWLEDGING, *writing, *subjects]},
            "subscribe": {"allow": [f"{inbox_of(service)}.>", f"cmd.{service}.>", "$JS.EVENT.ADVISORY.>"]},
            "allow_responses": {"max": 1, "expires": "2m"},
        },
    }


def operator(password: str) -> JsonObject:
    """The user of the operator's tools."""
    return {
        "user": OPERATOR,
        "password": password,
        "permissions": {
            "publish": {"allow": [*READING, *ACKNOWLEDGING, *ASKING]},
            "subscribe": {"allow": HEARING},
        },
    }


def agency(name: str, key: str) -> JsonObject:
    """The account of one agency: its consumer, and an inbox of its own."""
    fetching = [f"$JS.API.CONSUMER.{verb}.{PUBLIC}.{name}" for verb in ("INFO", "MSG.NEXT")]
    acknowledging = [f"$JS.ACK.{PUBLIC}.{name}.>"]
    return {
        "limits": OF_AGENCIES,
        "users": [
            {
                "nkey": key,
                "permissions": {
                    "publish": {"allow": [*fetching, *acknowledging]},
                    "subscribe": {"allow": [f"{inbox_of(name)}.>"]},
                },
            }
        ],
        # An account without JetStream asks nats-server itself for whatever begins with $JS.API, and is told that it
        # has none, unless it imports this; its user may not ask it.
        "imports": [imported("service", one) for one in ("$JS.API.INFO", *fetching, *acknowledging)],
    }


def imported(kind: str, subject: str) -> JsonObject:
    """Something of the services' account that another may use under the same subject."""
    return {kind: {"account": "DVK", "subject": subject}}
