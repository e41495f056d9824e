"""Backups in an object store: as good as in a directory, and every fault of the store is named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import sleep

import httpx
import pytest

from services.cli.backing.age import identity_in, made_into
from services.cli.backing.bucket import Bucket, bucket_at
from services.cli.backing.lease import Pace
from services.cli.backing.manifest import Manifest
from services.cli.backing.pieces import Backups
from services.cli.backing.refusals import SENTENCES
from services.cli.backing.shelf import LOCK, Directory, NotThere, Shelf, shelf_at
from services.cli.certificates import certify
from services.cli.main import main
from services.cli.telling import Failure
from shared.process.tls import Tls
from tests.support.objects import (
    ACCESS_KEY,
    BUCKET,
    PLACE,
    SECRET_KEY,
    Fault,
    Wire,
    emptied,
    environment,
    object_store,
    wire_to,
)

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(180)]

QUICK = Pace(every=0.2, patience=1.2)
NIGHTS = ("20261129T183000Z", "20261130T183000Z")
NOBODY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with object_store() as url:
        yield url


@pytest.fixture
def wire(store: str) -> Iterator[Wire]:
    emptied(store)
    with wire_to(store) as wire:
        yield wire


@pytest.fixture(params=["directory", "bucket"])
def shelf(request: pytest.FixtureRequest, wire: Wire, tmp_path: Path) -> Shelf:
    return Directory(tmp_path / "backups") if request.param == "directory" else bucket(wire)


def bucket(wire: Wire) -> Bucket:
    found = bucket_at(PLACE, environment(wire.url))
    return Bucket(found.where, found._store, QUICK)


def written(backups: Backups, key: Path, night: str = NIGHTS[0], documents: int = 3) -> Manifest:
    """One night's backup of a few documents."""
    if not backups.recipients:
        backups.encrypt_for([made_into(key)])
    before = backups.all()
    manifest = Manifest(night, "2026-11-29T18:30:00+00:00", "0.1.0", "dvk", heads={"registry.log": documents})
    if before:
        manifest.previous, manifest.previous_sha256 = before[-1].name, backups.sha256(before[-1].name)
    writer = backups.begin(night)
    writer.write("registry.log", ({"_id": number, "event": "x" * 4000} for number in range(documents)))
    writer.write("keys.keys", [{"_id": "somebody"}])
    manifest.pieces = writer.pieces
    backups.finish(manifest)
    return manifest


def damaged(backups: Backups) -> list[str]:
    return backups.damaged(backups.chain(), lambda done=1: None)


# --- what is promised of both -------------------------------------------------------------------


def test_what_was_put_is_what_is_there(shelf: Shelf) -> None:
    shelf.put("one.json", b"old")
    shelf.put("one.json", b"new")
    shelf.put("room/two", b"12345")

    assert shelf.get("one.json") == b"new"
    assert shelf.rooms() == ["room"] and shelf.sizes("room") == {"two": 5}
    assert shelf.sizes("another") == {}
    shelf.delete("one.json")
    shelf.delete("one.json")
    shelf.clear("room")
    assert shelf.rooms() == []
    with pytest.raises(NotThere):
        shelf.get("one.json")
    assert shelf.remembers is False


def test_a_backup_is_read_back_and_the_next_goes_on_from_it(shelf: Shelf, tmp_path: Path) -> None:
    backups = Backups(shelf)
    for night in NIGHTS:
        written(backups, tmp_path / "key", night)

    found = Backups(shelf)
    assert [each.name for each in found.chain()] == list(NIGHTS)
    assert damaged(found) == []
    identity = identity_in(tmp_path / "key")
    assert [each["_id"] for each in found.documents(found.chain()[-1], "registry.log", identity)] == [0, 1, 2]


def test_what_was_not_finished_is_none_and_the_next_takes_it_away(shelf: Shelf, tmp_path: Path) -> None:
    backups = Backups(shelf)
    written(backups, tmp_path / "key", NIGHTS[0])
    backups.begin(NIGHTS[1]).write("registry.log", [{"_id": 1}])
    shelf.put("photographs/holiday.age", b"not ours")

    assert [each.name for each in Backups(shelf).all()] == [NIGHTS[0]]
    backups.begin("20261201T183000Z")
    assert shelf.rooms() == [NIGHTS[0], "photographs"]


def test_a_backup_whose_pieces_went_away_meanwhile_is_not_finished(shelf: Shelf, tmp_path: Path) -> None:
    backups = Backups(shelf)
    manifest = written(backups, tmp_path / "key", NIGHTS[0])
    shelf.clear(NIGHTS[0])

    with pytest.raises(Failure, match="is not there as it was"):
        backups.finish(manifest)
    assert Backups(shelf).all() == []


@pytest.mark.parametrize("fault", ["truncated", "swapped", "missing", "altered"])
def test_a_piece_that_is_not_as_it_was_is_named(fault: str, shelf: Shelf, tmp_path: Path) -> None:
    backups = Backups(shelf)
    manifest = written(backups, tmp_path / "key")
    name, other = f"{NIGHTS[0]}/registry.log.0001.age", f"{NIGHTS[0]}/keys.keys.0001.age"
    content = shelf.get(name)
    match fault:
        case "truncated":
            shelf.put(name, content[:-1])
        case "swapped":
            shelf.put(name, shelf.get(other))
        case "altered":
            shelf.put(name, content[:-1] + bytes([content[-1] ^ 1]))
        case _:
            shelf.delete(name)

    assert damaged(Backups(shelf)) == [f"{name}: {'—' if fault == 'missing' else 'sha256'}"]
    if fault != "missing":  # and whoever reads it after it was looked at notices too
        with pytest.raises(Failure, match="was changed"):
            list(backups.documents(manifest, "registry.log", identity_in(tmp_path / "key")))


def test_a_manifest_that_was_changed_is_noticed_by_the_next(shelf: Shelf, tmp_path: Path) -> None:
    for night in NIGHTS:
        written(Backups(shelf), tmp_path / "key", night)
    name = f"{NIGHTS[0]}/manifest.json"
    shelf.put(name, shelf.get(name).replace(b"2026-11-29", b"2025-11-29"))

    with pytest.raises(Failure, match=f"The manifest of {NIGHTS[0]} was changed"):
        Backups(shelf).chain()


def test_key_stores_whose_time_is_over_are_deleted_once(shelf: Shelf, tmp_path: Path) -> None:
    backups = Backups(shelf)
    manifests = [written(backups, tmp_path / "key", night) for night in NIGHTS]

    assert backups.forget_keys(manifests[:1]) == [f"{NIGHTS[0]}/keys.keys.0001.age"]
    assert backups.forget_keys(manifests[:1]) == []
    assert damaged(Backups(shelf)) == []


# --- one at a time ------------------------------------------------------------------------------


def test_a_second_backup_meanwhile_is_refused_and_says_who_is_first(wire: Wire) -> None:
    backups = Backups(bucket(wire))
    with backups.alone():
        sleep(2 * QUICK.patience)  # longer than somebody who is silent is waited for
        with (
            pytest.raises(Failure, match="Another dvk backup into s3://") as second,
            Backups(bucket(wire)).alone(),
        ):
            pass
        backups.shelf.confirm()
    assert "process" in second.value.en
    with Backups(bucket(wire)).alone():
        pass
    with pytest.raises(NotThere):
        bucket(wire).get(LOCK)


def test_of_several_that_begin_at_once_one_is_alone(wire: Wire) -> None:
    inside: list[int] = []
    said: list[str] = []

    def begin(number: int) -> None:
        try:
            with Backups(bucket(wire)).alone():
                inside.append(number)
                sleep(2 * QUICK.every)
        except Failure as refused:
            said.append(refused.en)

    several = [Thread(target=begin, args=(number,)) for number in range(4)]
    for each in several:
        each.start()
    for each in several:
        each.join()

    assert len(inside) == 1 and len(said) == 3
    assert all("Another dvk backup" in each for each in said)


def test_whoever_died_while_he_took_one_is_waited_for_and_then_followed(wire: Wire) -> None:
    bucket(wire).put(LOCK, json.dumps({"process": 7, "host": "yesterday"}).encode())

    with Backups(bucket(wire)).alone():
        assert b"yesterday" not in bucket(wire).get(LOCK)


def test_whoever_was_overtaken_while_the_store_was_away_finishes_nothing(wire: Wire, tmp_path: Path) -> None:
    backups = Backups(bucket(wire))
    with backups.alone():
        bucket(wire).put(LOCK, json.dumps({"process": 8, "host": "another"}).encode())
        with pytest.raises(Failure, match=r"backup\.overtaken"):
            written(backups, tmp_path / "key")

    assert Backups(bucket(wire)).all() == []
    assert b"another" in bucket(wire).get(LOCK), "what is not ours is not taken away"


def test_a_store_that_takes_no_conditions_is_worked_with_all_the_same(wire: Wire) -> None:
    wire.faults = [
        Fault("PUT", LOCK, 501, "NotImplemented", only_if=header) for header in ("If-None-Match", "If-Match")
    ]

    with (
        Backups(bucket(wire)).alone(),
        pytest.raises(Failure, match="Another"),
        Backups(bucket(wire)).alone(),
    ):
        pass


# --- faults -------------------------------------------------------------------------------------

AT_THE_STORE = [
    ("the bucket is not there", "PUT", 404, "NoSuchBucket", "backup.bucket-missing"),
    ("what listens there is no such store", "PUT", 404, "", "backup.bucket-missing"),
    ("nobody may write", "PUT", 403, "AccessDenied", "backup.denied"),
    ("a front of the store says no", "PUT", 403, "", "backup.denied"),
    ("the key is none", "GET", 403, "InvalidAccessKeyId", "backup.credentials-refused"),
    ("the secret is wrong", "GET", 403, "SignatureDoesNotMatch", "backup.credentials-refused"),
    ("the clock is wrong", "GET", 403, "RequestTimeTooSkewed", "backup.clock-wrong"),
    ("the region is wrong", "GET", 400, "AuthorizationHeaderMalformed", "backup.region-wrong"),
    ("the disk is full", "PUT", 507, "XMinioStorageFull", "backup.store-full"),
    ("the quota is used up", "PUT", 403, "QuotaExceeded", "backup.store-full"),
    ("the store cannot now", "PUT", 503, "SlowDown", "backup.store-refuses"),
]


@pytest.mark.parametrize(
    ("fault", "method", "status", "code", "said"), AT_THE_STORE, ids=[r[0] for r in AT_THE_STORE]
)
def test_what_the_store_says_is_told_with_a_code(
    fault: str,
    method: str,
    status: int,
    code: str,
    said: str,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_to(monkeypatch, environment(wire.url))
    wire.faults = [Fault(method, "", status, code)]

    found = backed_up(capsys)

    told_in_both(found, said)
    assert code in found and SECRET_KEY not in found and ACCESS_KEY not in found, fault


def set_to(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name in environment(""):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def backed_up(capsys: pytest.CaptureFixture[str], place: str = PLACE) -> str:
    """What `dvk backup` says when it fails."""
    nowhere = "mongodb://127.0.0.1:9"
    assert main(["backup", place, "--mongo", nowhere, "--no-secrets", "--recipient", NOBODY]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err and "Unforeseen" not in said.err
    return said.err


def told_in_both(said: str, code: str) -> None:
    """Once in Vietnamese and once in English, each with the code and its own words."""
    for sentence in SENTENCES[code]:
        words = max(sentence.replace("{where}", "\n").replace("{said}", "\n").split("\n"), key=len)
        assert words in said
    assert said.count(f"({code})") == 2


HERE = [
    ("no key", {"AWS_ACCESS_KEY_ID": ""}, PLACE, "backup.credentials-missing"),
    ("no secret", {"AWS_SECRET_ACCESS_KEY": " "}, PLACE, "backup.credentials-missing"),
    ("nobody listens", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, PLACE, "backup.store-away"),
    ("no address", {"AWS_ENDPOINT_URL": "minio"}, PLACE, "backup.endpoint-wrong"),
    (
        "a key in the endpoint",
        {"AWS_ENDPOINT_URL": f"http://k:{SECRET_KEY}@s3"},
        PLACE,
        "backup.endpoint-wrong",
    ),
    ("another bucket", {}, "s3://nobody-made-it", "backup.bucket-missing"),
    ("a key in the address", {}, f"s3://key:{SECRET_KEY}@city", "backup.place-unknown"),
    ("no bucket", {}, "s3:///x", "backup.place-unknown"),
    ("an empty part", {}, "s3://city/a//b", "backup.place-unknown"),
    ("a way up", {}, "s3://city/a/../b", "backup.place-unknown"),
]


@pytest.mark.parametrize(("fault", "changed", "place", "said"), HERE, ids=[row[0] for row in HERE])
def test_what_is_wrong_on_this_side_is_told_with_a_code(
    fault: str,
    changed: dict[str, str],
    place: str,
    said: str,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_to(monkeypatch, {**environment(wire.url), **changed})

    found = backed_up(capsys, place)

    told_in_both(found, said)
    assert SECRET_KEY not in found, fault


def test_without_the_package_its_name_is_said() -> None:
    program = "import sys; sys.modules['obstore.store'] = None; from services.cli.main import main; sys.exit(main())"
    asked = subprocess.run(
        [sys.executable, "-c", program, "drill", PLACE, "--identity", __file__],
        capture_output=True,
        text=True,
    )

    assert asked.returncode == 1 and 'pip install "dvk[s3]"' in asked.stderr
    told_in_both(asked.stderr, "backup.package-missing")


def test_another_scheme_is_not_taken_for_a_directory() -> None:
    with pytest.raises(Failure, match=r"backup\.place-unknown"):
        shelf_at("gs://bucket/prefix")


def test_a_wire_cut_in_the_middle_of_an_upload_leaves_no_backup(wire: Wire, tmp_path: Path) -> None:
    written(Backups(bucket(wire)), tmp_path / "key", NIGHTS[0])
    wire.faults = [Fault("PUT", "registry.log.0001.age")]

    with pytest.raises(Failure, match=r"backup\.store-away"), Backups(bucket(wire)).alone():
        written(Backups(bucket(wire)), tmp_path / "key", NIGHTS[1], documents=5000)

    assert wire.cut
    wire.faults, wire.cut = [], False
    assert [each.name for each in Backups(bucket(wire)).all()] == [NIGHTS[0]]
    with Backups(bucket(wire)).alone():  # the mark of the one that ended is still there: it is waited for
        written(Backups(bucket(wire)), tmp_path / "key", NIGHTS[1])
    assert [each.name for each in Backups(bucket(wire)).chain()] == list(NIGHTS)
    assert damaged(Backups(bucket(wire))) == []


def test_a_store_that_is_full_in_the_middle_leaves_no_backup(wire: Wire, tmp_path: Path) -> None:
    written(Backups(bucket(wire)), tmp_path / "key", NIGHTS[0])
    wire.faults = [Fault("PUT", "manifest.json", 507, "XMinioStorageFull")]

    with pytest.raises(Failure, match=r"backup\.store-full"):
        written(Backups(bucket(wire)), tmp_path / "key", NIGHTS[1])

    wire.faults = []
    assert [each.name for each in Backups(bucket(wire)).all()] == [NIGHTS[0]]


def test_a_store_that_says_no_for_a_moment_is_asked_again(wire: Wire) -> None:
    before = bucket(wire)
    wire.faults = [Fault("PUT", "one", 503, "SlowDown")]
    Thread(target=lambda: (sleep(0.3), wire.faults.clear())).start()

    before.put("one", b"1")

    assert before.get("one") == b"1"


def test_a_piece_goes_in_one_request_and_its_hash_with_it(wire: Wire) -> None:
    content = bytes(12 * 1024 * 1024)

    bucket(wire).put("large", content)

    assert [each for each in wire.seen if "large" in each] == [f"PUT /{BUCKET}/dan-van-kheo/large"]
    assert bucket(wire).get("large") == content


def test_an_authority_of_the_citys_own_is_believed_where_it_is_named(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    certify(tmp_path / "tls", tmp_path / "authority.key", datetime.now(UTC), ("127.0.0.1",))
    tls = Tls(tmp_path / "tls")
    with wire_to(store, tls) as wire:
        named = bucket_at(PLACE, {**environment(wire.url), "AWS_CA_BUNDLE": str(tls.authority)})
        named.put("one", b"1")
        assert named.get("one") == b"1"

        set_to(monkeypatch, environment(wire.url))
        told_in_both(backed_up(capsys), "backup.certificate-unknown")
    (tmp_path / "empty.crt").write_text("no certificate")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "empty.crt"))
    told_in_both(backed_up(capsys), "backup.certificate-unknown")


def test_a_bucket_that_keeps_what_is_deleted_is_noticed(store: str, wire: Wire) -> None:
    on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    httpx.put(f"{store}/{BUCKET}?versioning", content=on).raise_for_status()
    shelf = bucket(wire)

    shelf.put("one", b"1")

    assert shelf.remembers is True


def test_of_many_backups_each_is_found(wire: Wire, tmp_path: Path) -> None:
    backups = Backups(bucket(wire))
    names = [f"20260101T{number // 60:02}{number % 60:02}00Z" for number in range(40)]
    for name in names:
        manifest = Manifest(name, datetime.now(UTC).isoformat(), "0.1.0", "dvk")
        backups.shelf.put(f"{name}/manifest.json", manifest.text().encode())

    assert [each.name for each in backups.all()] == names
    asked = len(wire.seen)
    backups.all()
    assert len(wire.seen) == asked + 1, "what is finished never changes, and is fetched once"
