"""`dvk secrets`: the keys and passwords with which `docker-compose.yml` starts, made once and never anew.

The directory is for its owner only (0700). What is handed to a container is readable inside it (0444), because
a container's user is nobody the owner of the files knows; outside, the directory guards them. What no container
needs (the key that signs tokens, the passwords in one place) stays 0600.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from services.cli.agencies.register import keys_of
from services.cli.certificates import certify
from services.cli.embedded import ON_NATS, passwords
from services.cli.keys import make_keys
from services.cli.permissions import OPERATOR, permissions
from services.cli.places import DataDir
from services.cli.telling import Failure, note, out
from services.cli.tokens import AUDIENCE, ISSUER
from services.cli.writing import write_secret
from shared import SERVICES

HANDED_OVER = 0o444
ADDRESS = "mongodb://{user}:{password}@mongo:27017/?authSource=admin"
ON_THE_SET = "&replicaSet=rs0&w=majority&journal=true"
KEYFILE_BYTES = 756


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "--dir",
        default="deploy/secrets",
        metavar="DIR",
        help="thư mục, tên là secrets · a directory called secrets (deploy/secrets)",
    )
    parser.add_argument(
        "--log-prefix",
        default="dvk.danang.gov.vn",
        metavar="NAME",
        help="tên gốc của các nhật ký, không đổi về sau · origin of the logs, never changed afterwards",
    )

    parser.add_argument(
        "--tls",
        action="store_true",
        help="TLS khắp nơi, chứng thư của riêng hệ thống · everywhere, by an authority of our own",
    )


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    directory = Path(args.dir).expanduser().resolve()
    if directory.name != "secrets":
        raise Failure(
            f"--dir {args.dir}: thư mục phải tên là secrets", f"--dir {args.dir}: a directory called secrets"
        )
    place = DataDir(directory.parent)
    made = make_secrets(place, args.log_prefix)
    if args.tls:
        made += with_tls(place, datetime.now(UTC))
    note(f"{len(made)} tệp mới ở {directory} · new files" if made else f"{directory}: đã có đủ · all there")
    out(f"docker compose --env-file {args.dir.rstrip('/')}/compose.env up --build --detach")
    return 0


def make_secrets(place: DataDir, log_prefix: str) -> list[str]:
    """Make what is missing; the names of what was made."""
    directory = place.secrets
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    before = {path.name for path in directory.iterdir()}
    make_keys(place)
    known = passwords(directory / "nats.json", ON_NATS)
    for service in SERVICES:
        once(directory / f"{service}.nats-password", known[service])
        password = secrets.token_hex(24)
        once(directory / f"{service}.mongo-url", ADDRESS.format(user=service, password=password) + ON_THE_SET)
    once(directory / "operator.nats-password", known[OPERATOR])
    once(directory / "mongo-root-password", secrets.token_hex(24))
    root = (directory / "mongo-root-password").read_text("ascii").strip()
    once(directory / "mongo-admin-url", ADDRESS.format(user="root", password=root))
    once(directory / "mongo-keyfile", base64.b64encode(secrets.token_bytes(KEYFILE_BYTES)).decode())
    # Written anew each time: what a service may do follows the program.
    write_secret(directory / "nats-accounts", json.dumps(permissions(known, keys_of(directory)), indent=2))
    once(directory / "compose.env", compose_env(directory, log_prefix))
    for name in handed_over():
        (directory / name).chmod(HANDED_OVER)
    return sorted(path.name for path in directory.iterdir() if path.name not in before)


def with_tls(place: DataDir, now: datetime) -> list[str]:
    """Certificates, and the line that has the compose file take them; the names of what was made."""
    made = certify(place.tls, place.authority_key, now)
    place.tls.chmod(0o755)  # handed over whole; the directory around it stays closed
    for name in ("ca.crt", "tls.crt", "tls.key", "mongo.pem"):
        (place.tls / name).chmod(HANDED_OVER)
    env = place.secrets / "compose.env"
    said = env.read_text("utf-8")
    if "COMPOSE_FILE=" not in said:
        write_secret(env, f"{said.rstrip()}\nCOMPOSE_FILE=docker-compose.yml:deploy/tls.yml\n")
    return ["tls"] if made else []


def handed_over() -> list[str]:
    """The files that the compose file hands to containers."""
    own = ("mongo-url", "nats-password", "log-key")
    return [
        *(f"{service}.{kind}" for service in SERVICES for kind in own),
        "reporting.witness-key",
        "key-encryption-keys",
        "console.key",
        "jwks.json",
        "peer-keys.json",
        "mongo-keyfile",
        "mongo-root-password",
        "mongo-admin-url",
        "nats-accounts",
    ]


def compose_env(directory: Path, log_prefix: str) -> str:
    """What the compose file must be told."""
    return (
        "# For docker compose --env-file. Tokens for a first try come from `dvk token --data-dir`, the directory\n"
        "# above this one; with an identity provider: its issuer and audience, DVK_JWKS_URL, and DVK_JWKS_FILE empty.\n"
        f"DVK_SECRETS={directory}\n"
        f"DVK_LOG_PREFIX={log_prefix}\n"
        f"DVK_TOKEN_ISSUER={ISSUER}\n"
        f"DVK_TOKEN_AUDIENCE={AUDIENCE}"
    )


def once(path: Path, text: str) -> None:
    """Write a secret that is not there yet."""
    if not path.exists():
        write_secret(path, text + "\n")
