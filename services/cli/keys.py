"""The keys of a data directory: made at its first start, kept for all others, readable by their owner only."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from jwt.algorithms import ECAlgorithm

from services.cli.places import DataDir
from services.cli.telling import Failure
from services.cli.wanting import OF_SECRETS, members
from services.cli.writing import whole, write_secret
from shared import SERVICES
from shared.process.peering import PeerKey

ALGORITHM = "ES256"
TOKENS_OUTLIVE_SECONDS = 86_400
"""So long tokens of a key that was replaced still hold."""


def kept_keys(place: DataDir) -> dict[str, Path]:
    """The keys that belong to what is recorded, by what `dvk new-key` calls them."""
    logs = {f"log {service}": place.log_key(service) for service in SERVICES}
    return {**logs, "witness": place.witness_key, "names": place.key_encryption_keys}


def must_not_be_lost(place: DataDir) -> None:
    """Failure where data was recorded and a key that belongs to it is gone: a new one would silently take its place."""
    if not place.store.exists():
        return
    for what, path in kept_keys(place).items():
        if not path.exists():
            raise Failure(
                f"Mất khóa {path}: hãy đặt lại từ bản sao (dvk restore … --only secrets --data-dir {place.path}); "
                f"chỉ khi đã mất hẳn: dvk new-key {what} --reason …",
                f"The key {path} is gone: put it back from its copy (dvk restore … --only secrets --data-dir "
                f"{place.path}); only when it is lost for good: dvk new-key {what} --reason …",
            )


def make_keys(place: DataDir) -> None:
    """Make what is missing; nothing that is there is ever made anew."""
    place.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in [*kept_keys(place).values(), place.console_key]:
        if not path.exists():
            make_key(path)
    if not place.token_key.exists():
        write_secret(place.token_key, json.dumps(new_jwk()))
    show_public(place)


def show_public(place: DataDir) -> None:
    """Write the public halves that services read, where they say something else than before."""
    if place.token_key.exists():
        public = {name: value for name, value in token_key(place).items() if name != "d"}
        _show(place.jwks, [public, *(each["key"] for each in _retired(place, int(time.time())))])
    seeds = {
        service: bytes.fromhex(place.log_key(service).read_text("ascii").strip()) for service in SERVICES
    }
    _show(place.peer_keys, [PeerKey(service, seed).public() for service, seed in seeds.items()])


def retire(place: DataDir, key: Mapping[str, Any], now: int) -> None:
    """Have tokens of this key hold for a day more."""
    public = {name: value for name, value in key.items() if name != "d"}
    kept = [*_retired(place, now), {"key": public, "until": now + TOKENS_OUTLIVE_SECONDS}]
    write_secret(place.token_keys_before, json.dumps(kept))


def _retired(place: DataDir, now: int) -> list[dict[str, Any]]:
    """The keys before today's whose tokens still hold."""
    if not place.token_keys_before.exists():
        return []
    return [each for each in json.loads(place.token_keys_before.read_text("utf-8")) if each["until"] > now]


def make_key(path: Path) -> None:
    """32 bytes of chance, in hexadecimal."""
    write_secret(path, secrets.token_bytes(32).hex() + "\n")


def _show(path: Path, keys: Sequence[Mapping[str, Any]]) -> None:
    """A key set of public keys, written when it says something else than before."""
    fresh = json.dumps({"keys": keys}, indent=2)
    if not path.exists() or path.read_text("utf-8") != fresh:
        whole(path, fresh)


def new_jwk() -> dict[str, Any]:
    """A private JWK on P-256."""
    key: dict[str, Any] = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
    return {**key, "alg": ALGORITHM, "use": "sig", "kid": f"dvk-{secrets.token_hex(6)}"}


def token_key(place: DataDir) -> dict[str, Any]:
    """The private JWK of a data directory."""
    try:
        return members(place.token_key, dict.fromkeys(("kid", "d", "x", "y"), str), *OF_SECRETS)
    except OSError as error:
        raise Failure(
            f"{place.path} chưa có khóa cấp mã truy cập; hãy chạy dvk up ở đó trước",
            f"{place.path} has no key that signs tokens: run dvk up there first",
        ) from error
