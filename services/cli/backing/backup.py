"""`dvk backup`: all that cannot be made again, as of one moment, encrypted; of what only grows only what is new."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from services.cli.backing.age import made_into
from services.cli.backing.keycopy import copied
from services.cli.backing.pieces import Backups
from services.cli.backing.shelf import shelf_at
from services.cli.backing.taking import Source, Taken, Taking, deleted_when_over
from services.cli.places import DataDir, data_dir
from services.cli.telling import Failure, note, out, progress
from shared.process.tls import Tls


def arguments(parser: argparse.ArgumentParser) -> None:
    """See `main.Verb`."""
    parser.add_argument(
        "directory", metavar="DIR|s3://…", help="nơi để các bản sao lưu · directory or s3://BUCKET/PREFIX"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="thư mục dữ liệu · data directory (./data)")
    parser.add_argument("--mongo", metavar="URL", help="MongoDB cần sao lưu · to back up")
    parser.add_argument(
        "--mongo-file", type=Path, metavar="FILE", help="tệp chứa địa chỉ ấy · a file that holds it"
    )
    parser.add_argument(
        "--tls-dir", type=Path, metavar="DIR", help="như DVK_TLS_DIR · as there: MongoDB speaks TLS"
    )
    parser.add_argument(
        "--keys-mongo", metavar="URL", help="MongoDB của khóa tên người · of the keys to names"
    )
    parser.add_argument(
        "--database-prefix", default="dvk", metavar="NAME", help="tiền tố cơ sở dữ liệu (dvk)"
    )
    _arguments_of_keys(parser)
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument(
        "--recipient",
        action="append",
        metavar="age1…",
        help="khóa công khai age · public key, kept for next time",
    )
    whom.add_argument(
        "--new-key",
        type=Path,
        metavar="FILE",
        help="tạo khóa riêng age vào tệp này · make a private key there",
    )
    parser.add_argument(
        "--whole", action="store_true", help="sao lưu lại từ đầu · anew, not what is new only"
    )
    parser.add_argument(
        "--keys-days", type=int, default=30, metavar="N",
        help="khóa tên người trong bản cũ hơn N ngày bị xóa · keys to names older than that go (30)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON · the result as JSON")


def _arguments_of_keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--secrets", type=Path, metavar="DIR", help="thư mục secrets đi kèm · secrets to take along"
    )
    parser.add_argument(
        "--key-store", type=Path, metavar="DIR", help="kho tệp khóa (DVK_KEY_STORE) · the key file store"
    )
    parser.add_argument(
        "--keys-to", type=Path, metavar="DIR",
        help="nơi để bản sao kho tệp khóa, không chung với bản sao lưu · its copy, apart from the backups (DIR-keys)",
    )  # fmt: skip
    parser.add_argument("--no-secrets", action="store_true", help="không kèm secrets · without them")


def run(args: argparse.Namespace) -> int:
    """See `main.Verb`: 0 when the backup is whole and there to stay. One at a time in one place."""
    backups = Backups(shelf_at(args.directory))
    source = source_of(args, data_dir(args.data_dir))
    with backups.alone():
        keys_copy = _for_whom(args, backups, source.key_store)
        try:
            with progress("sao lưu · backup", 0) as step:
                taken = Taking(source, backups, lambda: datetime.now(UTC), args.whole).run(step)
        except PyMongoError as away:
            raise Failure("MongoDB không trả lời", f"MongoDB does not answer: {away}") from away
        gone = deleted_when_over(backups, args.keys_days, datetime.now(UTC))
        copy = None
        if source.key_store is not None and keys_copy is not None:
            copy = copied(source.key_store, keys_copy)
    tell(backups, taken, gone, None if copy is None else Copy(str(keys_copy), *copy), args.json)
    if backups.shelf.remembers:
        note("! bucket này giữ bản cũ của những gì bị xóa: đặt quy tắc xóa chúng sau --keys-days ngày")
        note(
            "  this bucket keeps older versions of what is deleted: have it drop them after --keys-days days"
        )
    if copy is None and not args.json:
        note("! không kèm kho tệp khóa (--key-store): thiếu nó, tên người và tệp minh chứng không mở được")
        note("  without the key file store (--key-store), which opens names and files: keep a copy elsewhere")
    if source.secrets is None and not args.json:
        note("! không kèm secrets: hãy giữ chúng ở nơi khác · without the secrets: keep them elsewhere")
    return 0


def source_of(args: argparse.Namespace, place: DataDir) -> Source:
    """Which databases and secrets are meant."""
    mongo = args.mongo
    if args.mongo_file is not None:
        mongo = args.mongo_file.read_text("utf-8").strip()
    mongo = mongo or place.copies().get("mongo")
    if mongo is None:
        raise Failure(
            f"Không có hệ thống nào chạy ở {place.path}: nêu --mongo, hoặc chạy dvk up",
            f"No system runs in {place.path}: name --mongo, or start it with dvk up",
        )
    local = args.mongo is None and args.mongo_file is None
    secrets = args.secrets or (place.secrets if local else None)
    if secrets is not None and not secrets.is_dir():
        raise Failure(f"Không có thư mục {secrets}", f"There is no directory {secrets}")
    keys = args.keys_mongo or mongo
    if args.tls_dir is not None:
        mongo, keys = Tls(args.tls_dir).store(mongo), Tls(args.tls_dir).store(keys)
    return Source(
        mongo,
        keys,
        args.database_prefix,
        None if args.no_secrets else secrets,
        args.key_store or (place.key_store if local else None),
        place.clock if local else None,
    )


def _for_whom(args: argparse.Namespace, backups: Backups, key_store: Path | None) -> Path | None:
    """Write down whom the backup is encrypted for; where the copy of the keys goes."""
    recipients = list(args.recipient or backups.recipients)
    keys_copy = None if args.keys_to is None else args.keys_to.expanduser().resolve()
    if keys_copy is not None and keys_copy.is_relative_to(backups.where):
        raise Failure(
            f"--keys-to {keys_copy}: không để khóa chung với bản sao lưu",
            f"--keys-to {keys_copy}: keys never lie with the backups that they open",
        )
    if key_store is not None and keys_copy is None and backups.keys_copy is None:
        raise Failure(
            "Nêu --keys-to THƯ MỤC: bản sao kho tệp khóa nằm ngoài bucket, ở nơi thứ gì bị hủy thì mất hẳn "
            "(backup.keys-to-missing)",
            "Name --keys-to DIR: the copy of the key file store lies outside the bucket, where what is destroyed is "
            "gone (backup.keys-to-missing)",
        )
    if args.new_key is not None:
        recipients = [_made(args.new_key.expanduser())]
    if not recipients:
        raise Failure(
            "Mã hóa cho ai? Lần đầu: --new-key TỆP tạo khóa riêng (giữ nơi khác), hoặc --recipient age1…",
            "Encrypted for whom? The first time --new-key FILE makes a private key (keep it elsewhere), "
            "or --recipient age1…",
        )
    if recipients != backups.recipients or keys_copy not in (None, backups.keys_copy):
        backups.encrypt_for(recipients, keys_copy)
    return backups.keys_copy


def _made(file: Path) -> str:
    public = made_into(file)
    note(f"! {file}: giữ nơi khác; mất khóa này thì không ai mở được bản sao lưu")
    note("  keep it elsewhere: without it nobody opens these backups")
    return public


@dataclass(frozen=True)
class Copy:
    """The copy of the key file store: where it is, how many keys it has, and how many were destroyed in it."""

    where: str
    keys: int
    destroyed: int


def tell(backups: Backups, taken: Taken, gone: list[str], copy: Copy | None, as_json: bool) -> None:
    """What was taken."""
    manifest = taken.manifest
    size = sum(piece.bytes for piece in manifest.pieces)
    if as_json:
        said: dict[str, Any] = {
            "backup": manifest.name, "directory": backups.where, "previous": manifest.previous,
            "bytes": size, "heads": manifest.heads, "new": taken.new, "deleted": gone,
        }  # fmt: skip
        if copy is not None:
            said |= {"keys_copy": copy.where, "keys": copy.keys, "keys_destroyed": copy.destroyed}
        out(json.dumps(said))
        return
    after = f", nối tiếp · after {manifest.previous}" if manifest.previous else ""
    out(f"{backups.at(manifest.name)}: {size:,} byte{after}")
    for what, head in manifest.heads.items():
        if what.endswith((".log", ".ledger")):
            out(f"  {what:<20} 1–{head}, mới · new {taken.new.get(what, 0)}")
    if copy is not None:
        out(f"  {copy.where}: {copy.keys} khóa · keys, đã hủy · destroyed {copy.destroyed}")
    for each in gone:
        note(f"  đã xóa khóa tên người quá hạn · keys to names deleted, their time is over: {each}")
