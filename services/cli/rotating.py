"""`dvk keys rotate`: another key for one that signs, with a handover by which verifiers are led from one to the other.

The services have to be stopped, and it refuses while one runs: a process keeps the keys it started with. The old key
signs the handover and is then overwritten. With `--stolen` it signs nothing any more: the new key alone says up to
where the old one counted, and whoever believed the old one has to be told the new one by another way.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import time

from pymongo.errors import PyMongoError

from services.cli.clock import moment
from services.cli.keys import make_key, new_jwk, retire, show_public, token_key
from services.cli.new_key import place_and_store, store_of
from services.cli.places import DataDir
from services.cli.replacing import Act, Client, Replacement, of_seeds, replace, replaced, sealed_anew
from services.cli.resting import must_rest
from services.cli.telling import Failure, note, out
from services.cli.writing import write_secret
from shared import SERVICES
from shared.eventlog.signing import KeyUnreadable, key_from_file
from shared.process.own_keys import place_of
from shared.tlog.note import LOG, WITNESS, SigningKey


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument("act", choices=("rotate",), help="thay khóa · another key")
    parser.add_argument("what", choices=("log", "witness", "tokens"), help="khóa nào · which key")
    parser.add_argument(
        "service", nargs="?", choices=SERVICES, metavar="SERVICE", help="của nhật ký nào · of log"
    )
    parser.add_argument("--reason", required=True, help="vì sao, được ghi lại · why; it goes on record")
    parser.add_argument(
        "--stolen", action="store_true", help="khóa cũ đã bị lộ: không tin nữa · others have the old one"
    )
    parser.add_argument(
        "--since", metavar="TIME", help="với --stolen: lộ từ lúc nào (bây giờ) · since when (now)"
    )
    place_and_store(parser)


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`."""
    if (args.what == "log") != (args.service is not None):
        raise Failure("Nêu dịch vụ với log, và chỉ với log", "Name a service with log, and only there")
    if args.since is not None and not args.stolen:
        raise Failure("--since chỉ đi với --stolen", "--since goes with --stolen only")
    since = int(time()) if args.since is None else int(moment(args.since).timestamp())
    if since > time():
        raise Failure("--since chưa tới", "--since has not come yet")
    act = Act(args.reason, since, args.stolen)
    with store_of(args) as (place, client):
        try:
            must_rest(client, args.database_prefix, _who_signs(args))
            if args.what == "tokens":
                _tokens(place, client, args.database_prefix, act)
            else:
                _seed(args, place, client, act)
        except PyMongoError as away:
            raise Failure("MongoDB không nhận", f"MongoDB does not take it: {away}") from away
    return 0


def _who_signs(args: argparse.Namespace) -> tuple[str, ...]:
    """The services that sign with this key, or believe it as they read it at their start."""
    return SERVICES if args.what == "tokens" else (args.service or "reporting",)


def _seed(args: argparse.Namespace, place: DataDir, client: Client, act: Act) -> None:
    """A key of 32 bytes in a file: made beside the old one, written down, and only then put in its place."""
    path = place.log_key(args.service) if args.what == "log" else place.witness_key
    fresh = path.with_name(f"{path.name}.next")
    old = _key(args, path)
    service = args.service or "reporting"
    known = client[f"{args.database_prefix}_{service}"]["places"].find_one({"_id": place_of(args.what)})
    begun = [_key(args, fresh).verifying.vkey] if fresh.exists() else []
    if known is None or known["is"] not in (old.verifying.vkey, *begun):
        raise Failure(
            f"{path} không phải khóa của kho dữ liệu này: chạy dịch vụ một lần, hoặc đặt lại tệp đúng",
            f"{path} is not the key of this database ({known and known['is']}): start the service once, or put "
            "the right file back",
        )
    if not begun:
        make_key(fresh)
    new = _key(args, fresh)
    # If we die before the last line, the verb is called again and goes on with the same new key.
    if args.what == "log" and service == "reporting":
        count = sealed_anew(client, args.database_prefix, old, new)
        note(f"Webhook: {count} bí mật được niêm phong lại · secrets sealed anew")
    for each in of_seeds(args.what, old, new):
        replace(client, args.database_prefix, each, act)
        _tell(each, act)
    fresh.chmod(path.stat().st_mode & 0o777)
    fresh.replace(path)
    show_public(place)


def _key(args: argparse.Namespace, path: Path) -> SigningKey:
    kind, name = (LOG, args.service) if args.what == "log" else (WITNESS, "reporting-witness")
    try:
        return key_from_file(f"{args.log_prefix}/{name}", kind, path)
    except KeyUnreadable as wrong:
        raise Failure(f"{path} không phải khóa", f"{wrong}; lost for good: dvk new-key") from wrong


def _tell(told: Replacement, act: Act) -> None:
    out(f"{told.what}: {told.new.verifying.vkey}")
    if act.stolen:
        note(
            "Chính sách nêu khóa cũ không còn dùng được: gửi khóa mới cho cơ quan, kiểm toán bằng đường khác · "
            "policies that name the old key are refused: give agencies and auditors the new key by another way"
        )
    else:
        note("Ai giữ khóa cũ: tải /handovers · whoever has the old key: download /handovers")


def _tokens(place: DataDir, client: Client, prefix: str, act: Act) -> None:
    """The key that signs tokens: those of the old one hold for a day more, or, where it was stolen, no longer."""
    old, new = token_key(place), new_jwk()
    if not act.stolen:
        retire(place, old, int(time()))
    replaced(client[f"{prefix}_registry"]["places"], "tokens", new["kid"], act, old["kid"], None)
    write_secret(place.token_key, json.dumps(new))
    show_public(place)
    out(f"tokens: {new['kid']}")
