"""`dvk token`: access tokens for the embedded default, signed with the data directory's own key."""

from __future__ import annotations

import argparse
import re
import secrets
import time

import jwt

from services.cli.keys import ALGORITHM, token_key
from services.cli.places import DataDir, data_dir
from services.cli.telling import Failure, out
from services.cli.wanting import OF_SECRETS
from shared.reference.authority import FOR_A_UNIT, ROLES, SERVICE

ISSUER = "dvk-embedded"
AUDIENCE = "dvk"
DAY = 86_400
UNITS = {"s": 1, "m": 60, "h": 3600, "d": DAY}


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")
    parser.add_argument("--sub", required=True, help="tài khoản · who acts")
    parser.add_argument(
        "--role", required=True, choices=sorted(ROLES - {SERVICE}), help="vai trò · in what role"
    )
    parser.add_argument(
        "--unit",
        help="đơn vị; cán bộ, người thẩm định, người quyết định phải có · for which unit; needed by three roles",
    )
    parser.add_argument("--ttl", default="12h", help="hiệu lực: 30m, 12h, 7d · how long it holds (12h)")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if args.unit is None and args.role in FOR_A_UNIT:
        raise Failure(
            f"Vai trò {args.role} phải kèm đơn vị: --unit", f"The role {args.role} is had for a unit: --unit"
        )
    out(make(data_dir(args.data_dir), args.sub, args.role, args.unit, seconds(args.ttl)))
    return 0


def make(place: DataDir, sub: str, role: str, unit: str | None = None, ttl: int = DAY) -> str:
    """A token that the services of this data directory take. Its times are real ones, whatever the clock says."""
    key = token_key(place)
    now = int(time.time())
    claims = {
        "sub": sub, "role": role, "iss": ISSUER, "aud": AUDIENCE,
        "iat": now, "exp": now + ttl, "jti": secrets.token_hex(16),
    }  # fmt: skip
    if unit is not None:
        claims["unit"] = unit
    try:
        return jwt.encode(claims, jwt.PyJWK(key).key, algorithm=ALGORITHM, headers={"kid": key["kid"]})
    except jwt.PyJWTError as wrong:
        vi, en = OF_SECRETS
        raise Failure(
            f"{place.token_key} không phải khóa: {vi}", f"{place.token_key}: {wrong}: {en}"
        ) from wrong


def seconds(text: str) -> int:
    """`30m`, `12h`, `7d` or plain seconds, as seconds."""
    match = re.fullmatch(r"(\d{1,9})([smhd]?)", text)
    if match is None or int(match[1]) == 0:
        raise Failure(
            f"“{text}”: viết thời hạn như 30m, 12h, 7d", f"{text!r}: write how long as 30m, 12h, 7d"
        )
    return int(match[1]) * UNITS[match[2] or "s"]
