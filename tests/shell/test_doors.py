"""The doors of a service, knocked at as strangers knock: every bad input has a clear answer and leaves no trace."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import uuid4

import httpx
import jwt
import nats
import pytest

from services.cli.keys import ALGORITHM, new_jwk, token_key
from services.cli.tokens import AUDIENCE, ISSUER
from shared.eventlog.port import Recorded, recorded
from shared.tlog.checkpoint import believed
from shared.tlog.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from shared.tlog.merkle import root as root_of
from shared.tlog.note import VerifyingKey
from shared.tlog.tile_names import unpack
from tests.support.logs import check
from tests.support.processes import Processes

Answer = tuple[int, dict[str, Any]]

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A small registry as a process, over servers of its own."""
    processes = Processes(tmp_path_factory.mktemp("doors"))
    try:
        processes.servers.start()
        processes.start("registry")
        yield processes
    finally:
        processes.end()


@pytest.fixture(scope="module")
def http(running: Processes) -> Iterator[httpx.Client]:
    with running.client("registry") as client:
        yield client


def entries(running: Processes) -> list[Recorded]:
    with running.client("registry", "auditor") as auditor:
        found: list[Recorded] = []
        while lines := auditor.get("/log/entries", params={"from": len(found) + 1}).content.splitlines():
            found.extend(recorded(line) for line in lines)
    return found


def unit(**more: Any) -> dict[str, Any]:
    return {"unit": f"u-{uuid4().hex[:20]}", "name": "Phường Hải Vân", "kind": "commune_committee", **more}


def amended(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "reason": "Đổi tên", **more}


# --- the same command at three doors ------------------------------------------------------------------


def over_http(running: Processes, body: bytes, token: str | None, command: str | None) -> Answer:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if command is not None:
        headers["Idempotency-Key"] = command
    answer = httpx.post(running.url("registry") + "/units", content=body, headers=headers, timeout=40)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json() | {"retry-after": answer.headers.get("retry-after")}


def over_nats(running: Processes, body: bytes, token: str | None, command: str | None) -> Answer:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if command is not None:
        headers["Idempotency-Key"] = command

    async def ask() -> Answer:
        client = await nats.connect(running.servers.nats.url)
        try:
            answer = await client.request(
                "cmd.registry.register-unit", body, timeout=40, headers=headers or None
            )
        finally:
            await client.close()
        assert answer.headers is not None
        return int(answer.headers["Http-Status"]), json.loads(answer.data)

    return asyncio.run(ask())


def in_bulk(running: Processes, body: bytes, token: str | None, command: str | None) -> Answer:
    """In a batch, between two commands that are well."""
    wish: dict[str, Any] = {"command": "RegisterUnit"}
    if command is not None:
        wish["command_id"] = command
    item = json.dumps(wish)[1:-1].encode() + b", " + body.strip().removeprefix(b"{")
    before, after = (json.dumps({"command": "register-unit", **unit()}).encode() for _ in range(2))
    answer = httpx.post(
        running.url("registry") + "/batch",
        content=b"[" + before + b", {" + item + b", " + after + b"]",
        headers={} if token is None else {"Authorization": f"Bearer {token}"},
        timeout=40,
    )
    if answer.status_code != 200:
        return answer.status_code, answer.json()
    first, found, last = answer.json()
    if found["status"] != 403:
        assert (first["status"], last["status"]) == (200, 200), "one refusal does not touch the others"
    return found["status"], found


DOORS = {"HTTP": over_http, "NATS": over_nats, "batch": in_bulk}
Door = Callable[[Processes, bytes, str | None, str | None], Answer]


@pytest.fixture(params=DOORS.values(), ids=DOORS.keys())
def door(request: pytest.FixtureRequest) -> Door:
    return request.param


# --- bad input ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bad:
    """A body that is not taken, and how that is said. `bulk` where a batch says it otherwise."""

    what: str
    body: bytes
    status: int
    code: str
    bulk: tuple[int, str] | None = None


def spoilt(**members: Any) -> bytes:
    return json.dumps(unit() | members).encode()


TWICE = b'{"unit": "20194", "name": "a", "name": "b", "kind": "other"}'
DEEP = b'{"unit": "20194", "kind": "other", "name": ' + b"[" * 5000 + b"]" * 5000 + b"}"

BAD = [
    Bad("an unknown field", spoilt(nmae="x"), 422, "field.unknown"),
    Bad("a missing field", b'{"unit": "20194", "kind": "other"}', 422, "field.missing"),
    Bad("a wrong type", spoilt(name=5), 422, "field.wrong-type"),
    Bad("a value that is not one of those", spoilt(kind="kingdom"), 422, "field.not-one-of"),
    Bad("a name of 600 characters", spoilt(name="ă" * 600), 422, "text.too-long"),
    Bad("an empty name", spoilt(name="  "), 422, "text.empty"),
    Bad("a control character", spoilt(name="a\x00b"), 422, "text.control-character"),
    Bad("a line that is two", spoilt(name="a\nb"), 422, "text.control-character"),
    Bad("the bullet that Word pastes", spoilt(name="\uf0b7 a"), 422, "text.private-use-character"),
    Bad("a name that reads backwards", spoilt(name="a\u202eb"), 422, "text.invisible-character"),
    Bad("a space without width", spoilt(name="a\u200bb"), 422, "text.invisible-character"),
    Bad("what is no character", spoilt(name="a\ufdd0b"), 422, "text.not-a-character"),
    Bad("a character that was lost", spoilt(name="Đư\ufffdng"), 422, "text.lost-character"),
    Bad("such a character in a tag", spoilt(tags=["urban", "\u2066"]), 422, "text.invisible-character"),
    Bad(
        "half a character", b'{"unit": "20194", "kind": "other", "name": "\\ud800"}', 422, "text.not-unicode"
    ),
    Bad("a float", spoilt(if_version=0.5), 422, "number.not-an-integer"),
    Bad("a number too large", spoilt(if_version=2**53), 422, "number.too-large"),
    Bad("null", spoilt(parent=None), 422, "null.not-allowed"),
    Bad("nested without end", DEEP, 422, "nesting.too-deep"),
    Bad("a date that is none", spoilt(on="2026-02-30"), 422, "date.malformed"),
    Bad("a date to come", spoilt(on="2099-01-01"), 422, "date.in-future"),
    Bad("70 kB", spoilt(name="x" * 70_000), 413, "event.too-large"),
    Bad("300 kB", spoilt(name="x" * 300_000), 413, "body.too-large", bulk=(413, "event.too-large")),
    Bad("70 kB of spaces", spoilt(name=5) + b" " * 70_000, 422, "field.wrong-type"),
    Bad("a member twice", TWICE, 400, "json.duplicate-key"),
    Bad("no JSON", b'{"unit": 20194', 400, "json.malformed"),
    Bad("no UTF-8", b'{"unit": "20194", "name": "\xff", "kind": "other"}', 400, "json.not-utf8"),
    Bad("a list", b"[]", 422, "body.not-an-object", bulk=(400, "json.malformed")),
    Bad("a position that is none", spoilt(after="yesterday"), 422, "position.malformed"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.what)
def test_what_cannot_be_understood_is_said_clearly_and_leaves_no_trace(
    running: Processes, door: Door, bad: Bad
) -> None:
    command = str(uuid4())
    status, answer = door(running, bad.body, running.token(), command)

    expected = (bad.status, bad.code) if door is not in_bulk or bad.bulk is None else bad.bulk
    assert (status, answer["code"]) == expected
    assert_is_a_problem(answer, status)
    assert command not in {event.command for event in entries(running)}


def assert_is_a_problem(answer: dict[str, Any], status: int) -> None:
    __tracebackhide__ = True
    assert answer["type"] == f"urn:dvk:problem:{answer['code']}"
    assert answer["status"] == status
    assert answer["title"] and answer["detail"] != answer["code"], "there is a sentence in Vietnamese"
    assert answer["detail_en"] and answer["detail_en"] != answer["code"], "and one in English"
    assert "Traceback" not in json.dumps(answer)


def test_every_place_that_is_wrong_is_named(http: httpx.Client) -> None:
    answer = http.post("/units", json={"unit": "20194", "nmae": "x", "kind": 7}).json()

    assert {(e["place"], e["code"]) for e in answer["errors"]} == {
        ("/name", "field.missing"),
        ("/kind", "field.not-one-of"),
        ("/nmae", "field.unknown"),
    }


def test_a_character_that_is_not_taken_is_named_with_its_place(running: Processes, door: Door) -> None:
    status, answer = door(running, spoilt(name="Đường \uf0b7 hoa"), running.token(), str(uuid4()))

    assert status == 422 and answer["character"] == "U+F0B7"
    [wrong] = answer["errors"]
    assert (wrong["place"], wrong["character"]) == ("/name", "U+F0B7")
    assert all(
        "U+F0B7" in said
        for said in (answer["detail"], answer["detail_en"], wrong["detail"], wrong["detail_en"])
    )


def test_text_that_is_not_composed_is_taken_and_recorded_composed(running: Processes, door: Door) -> None:
    name = "Phường Hòa Khánh – “Dân vận khéo”"
    body = json.dumps(unit(name=unicodedata.normalize("NFD", name))).encode()

    status, answer = door(running, body, running.token(), None)

    assert status == 200
    assert answer["event"]["data"]["name"] == name


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"sub": "op", "role": "operator", "iat": now, "exp": now + 600, "iss": ISSUER, "aud": AUDIENCE}
    return {name: value for name, value in (made | changes).items() if value is not None}


def signed(
    running: Processes, key: dict[str, Any] | None = None, kid: str | None = None, **changes: Any
) -> str:
    own = token_key(running.place)
    headers = {"kid": kid or own["kid"]}
    return jwt.encode(claims(**changes), jwt.PyJWK(key or own).key, algorithm=ALGORITHM, headers=headers)


def without_signature(running: Processes) -> str:
    parts = ({"alg": "none", "typ": "JWT", "kid": token_key(running.place)["kid"]}, claims())
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
    )


def with_the_public_key_as_secret(running: Processes) -> str:
    """HS256 under the published key: whoever believes the header's algorithm believes this."""
    header = {"alg": "HS256", "typ": "JWT", "kid": token_key(running.place)["kid"]}
    import hashlib
    import hmac

    parts = ".".join(
        base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in (header, claims())
    )
    mac = hmac.new(running.place.jwks.read_bytes(), parts.encode(), hashlib.sha256).digest()
    return parts + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")


STRANGERS: dict[str, tuple[Callable[[Processes], str | None], int, str]] = {
    "nobody": (lambda r: None, 401, "token.missing"),
    "no token at all": (lambda r: "abc", 401, "token.invalid"),
    "an expired token": (lambda r: signed(r, exp=int(time.time()) - 30), 401, "token.expired"),
    "a token that never expires": (lambda r: signed(r, exp=None), 401, "token.invalid"),
    "alg none": (without_signature, 401, "token.invalid"),
    "the public key as secret": (with_the_public_key_as_secret, 401, "token.invalid"),
    "an unknown kid": (lambda r: signed(r, kid="other"), 401, "token.invalid"),
    "another key": (lambda r: signed(r, key=new_jwk()), 401, "token.invalid"),
    "another audience": (lambda r: signed(r, aud="others"), 401, "token.invalid"),
    "an unknown role": (lambda r: signed(r, role="king"), 401, "token.invalid"),
    "the name of a policy": (lambda r: signed(r, sub="policy:x"), 401, "token.invalid"),
    "the wrong role": (lambda r: r.token("auditor"), 403, "not-allowed"),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_turned_away_and_leaves_no_trace(
    running: Processes, door: Door, stranger: tuple[Callable[[Processes], str | None], int, str]
) -> None:
    token, status, code = stranger
    command = str(uuid4())
    found, answer = door(running, spoilt(), token(running), command)

    assert (found, answer["code"]) == (status, code)
    assert_is_a_problem(answer, status)
    assert command not in {event.command for event in entries(running)}


def test_what_is_not_there_is_a_problem_too(http: httpx.Client) -> None:
    for answer, status, code in (
        (http.get("/nowhere"), 404, "path.unknown"),
        (http.delete("/units"), 405, "method.not-allowed"),
        (http.get("/units/unknown"), 404, "unit.unknown"),
        (http.post("/units/unknown/amend", json=amended("x")), 404, "unit.unknown"),
        (http.get("/log/proof/inclusion", params={"position": "0"}), 422, "query.malformed"),
        (http.get("/log/proof/inclusion", params={"position": 10**9}), 404, "position.beyond"),
        (http.post("/batch", json={}), 422, "body.not-a-list"),
        (http.post("/batch", json=[{}] * 501), 413, "batch.too-long"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.url
        assert_is_a_problem(answer.json(), status)
    assert http.post("/units/20194/amend", json={"unit": "20195"}).json()["code"] == "id.not-the-paths"
    items = http.post("/batch", json=[7, {"command": "Conquer"}, {"command": 1, "command_id": 1}]).json()
    assert [item["code"] for item in items] == [
        "body.not-an-object",
        "command.unknown",
        "command.id-malformed",
    ]


# --- the same command again ---------------------------------------------------------------------------


def test_a_command_sent_again_at_any_door_is_answered_as_before(running: Processes, door: Door) -> None:
    command, body = str(uuid4()), spoilt()
    status, then = door(running, body, running.token(), command)
    assert status == 200

    for other in DOORS.values():
        status, again = other(running, body, running.token(), command)
        assert status == 200
        assert (again["event"], again["changed"]) == (then["event"], True)
    assert [event.command for event in entries(running)].count(command) == 1


def test_a_command_id_is_not_lent_to_another_body(running: Processes, door: Door) -> None:
    command, body = str(uuid4()), unit()
    then = over_http(running, json.dumps(body).encode(), running.token(), command)
    assert then[0] == 200

    for other in (unit(), body | {"name": "Phường Sơn Trà"}):
        status, answer = door(running, json.dumps(other).encode(), running.token(), command)
        assert (status, answer["code"]) == (409, "command.reused")
        assert "event" not in answer
    status, answer = door(running, json.dumps(body).encode(), running.token(sub="somebody else"), command)
    assert (status, answer["code"]) == (409, "command.reused")


def test_a_refused_command_is_decided_anew_when_it_is_repeated(http: httpx.Client) -> None:
    late, key = unit(), {"Idempotency-Key": str(uuid4())}
    amend = amended("Phường Sơn Trà")
    assert http.post(f"/units/{late['unit']}/amend", json=amend, headers=key).json()["code"] == "unit.unknown"

    http.post("/units", json=late)
    answer = http.post(f"/units/{late['unit']}/amend", json=amend, headers=key)

    assert (answer.status_code, answer.json()["changed"]) == (200, True)


def test_what_is_already_so_changes_nothing(http: httpx.Client) -> None:
    there = unit()
    registered = http.post("/units", json=there).json()

    answer = http.post(f"/units/{there['unit']}/amend", json=amended(there["name"])).json()

    assert (answer["changed"], answer["event"]) == (False, registered["event"])


def test_a_command_may_ask_for_the_version_it_was_made_for(http: httpx.Client) -> None:
    there = unit()
    http.post("/units", json=there)
    path = f"/units/{there['unit']}/amend"

    old = http.post(path, json=amended("a", if_version=0))
    right = http.post(path, json=amended("a", if_version=1))

    assert (old.status_code, old.json()["code"]) == (409, "stream.other-version")
    assert right.status_code == 200


# --- the log, verified from outside -------------------------------------------------------------------


@pytest.fixture(scope="module")
def grown(running: Processes, http: httpx.Client) -> list[Recorded]:
    """At least 300 events, relayed and in the tree."""
    while len(found := entries(running)) < 300:
        batch = [{"command": "RegisterUnit", **unit()} for _ in range(min(300 - len(found), 100))]
        assert {item["status"] for item in http.post("/batch", json=batch).json()} == {200}
    check(found)
    end = time.monotonic() + 20
    while checkpoint_of(http).size < len(found) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def checkpoint_of(http: httpx.Client) -> Any:
    key = VerifyingKey.parse(http.get("/log/vkey").text.strip())
    return believed(http.get("/log/checkpoint").content, [key]).checkpoint


def test_a_checkpoint_is_signed_over_what_is_relayed(http: httpx.Client, grown: list[Recorded]) -> None:
    checkpoint = checkpoint_of(http)

    assert checkpoint.origin == "dvk.danang.gov.vn/registry"
    assert checkpoint.size >= 300
    assert checkpoint.root == root_of([event.leaf for event in grown[: checkpoint.size]])


def test_every_event_can_be_proven_in_trees_of_any_size(http: httpx.Client, grown: list[Recorded]) -> None:
    leaves = [event.leaf for event in grown]
    chance = Random(1)
    asked = [(size, chance.randint(1, size)) for size in range(1, 301)]
    asked += [(300, position) for position in range(1, 301, 7)]

    for size, position in asked:
        proof = http.get("/log/proof/inclusion", params={"position": position, "size": size}).json()
        root = root_of(leaves[:size])
        assert (proof["leaf"], proof["root"]) == (leaves[position - 1].hex(), root.hex())
        path = [bytes.fromhex(each) for each in proof["path"]]
        verify_inclusion(position - 1, size, leaves[position - 1], path, root)


def test_every_size_continues_every_smaller_one(http: httpx.Client, grown: list[Recorded]) -> None:
    leaves = [event.leaf for event in grown]
    chance = Random(2)

    for new in range(301):
        old = chance.randint(0, new)
        proof = http.get("/log/proof/consistency", params={"from": old, "to": new}).json()
        roots = [root_of(leaves[:size]) if size else EMPTY_ROOT for size in (old, new)]
        assert [proof["from_root"], proof["to_root"]] == [root.hex() for root in roots]
        verify_consistency(old, new, *roots, [bytes.fromhex(each) for each in proof["path"]])


def test_tiles_and_bundles_hold_the_log(
    running: Processes, http: httpx.Client, grown: list[Recorded]
) -> None:
    leaves = [event.leaf for event in grown]

    assert http.get("/log/tile/0/000").content == b"".join(leaves[:256])
    assert http.get("/log/tile/0/001.p/44").content == b"".join(leaves[256:300])
    assert http.get("/log/tile/1/000.p/1").content == root_of(leaves[:256])
    with running.client("registry", "auditor") as auditor:
        bundle = unpack(auditor.get("/log/tile/entries/001.p/44").content, 44)
        assert bundle == [event.raw for event in grown[256:300]]
    assert http.get("/log/tile/0/002").status_code == 404
    assert http.get("/log/tile/7/../../x").status_code == 404
    assert httpx.get(running.url("registry") + "/log/tile/entries/000").status_code == 401
    assert [leaf_hash(event.raw) for event in grown] == leaves


# --- a follower that stopped --------------------------------------------------------------------------


def test_a_stopped_follower_is_seen_and_helped_from_outside(running: Processes, http: httpx.Client) -> None:
    def follower() -> dict[str, Any]:
        return next(row for row in http.get("/followers").json() if row["name"] == "projection:units")

    def becomes(state: str) -> dict[str, Any]:
        end = time.monotonic() + 20
        while (row := follower())["state"] != state and time.monotonic() < end:
            time.sleep(0.05)
        assert row["state"] == state
        return row

    running.poison.touch()
    position = http.post("/units", json=unit(name="poison")).json()["position"]
    row = becomes("stopped")
    assert (row["failed_at"], row["reason"]) == (position, "ValueError: this one cannot be swallowed")
    ready = http.get("/health/ready")
    assert (ready.status_code, ready.json()["stopped"]) == (200, ["projection:units"]), (
        "the process does its work"
    )
    assert [(a["code"], a["position"]) for a in ready.json()["alarms"]] == [("follower.stopped", position)]
    stopped = 'dvk_follower_stopped{follower="projection:units",source="registry"} 1.0'
    assert stopped in http.get("/metrics").text
    assert http.post("/units", json=unit()).status_code == 200, "commands go on"

    skip = {"source": "registry", "position": position, "reason": "Nhập nhầm"}
    wrong = http.post("/followers/projection:units/skip", json=skip | {"position": position - 1})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "follower.not-stopped-there")
    with running.client("registry", "auditor") as auditor:
        assert auditor.post("/followers/projection:units/skip", json=skip).status_code == 403
    skipped = http.post("/followers/projection:units/skip", json=skip).json()
    assert skipped["event"]["type"].endswith("FollowerSkipped.v1")
    assert skipped["event"]["data"] | {"on": ""} == skip | {"follower": "projection:units", "on": ""}
    becomes("running")

    position = http.post("/units", json=unit(name="poison")).json()["position"]
    assert becomes("stopped")["failed_at"] == position
    running.poison.unlink()
    assert http.post("/followers/projection:units/retry").status_code == 200
    becomes("running")
    assert http.get("/health/ready").json()["alarms"] == []
    assert http.post("/followers/nobody/retry").json()["code"] == "follower.unknown"


# --- the store is away --------------------------------------------------------------------------------


def at_every_door(running: Processes, sent: dict[Door, tuple[bytes, str]]) -> dict[Door, Answer]:
    with ThreadPoolExecutor(len(sent)) as threads:
        asked = {
            door: threads.submit(door, running, body, running.token(), command)
            for door, (body, command) in sent.items()
        }
        return {door: answer.result() for door, answer in asked.items()}


def in_bulk_alone(running: Processes, body: bytes, token: str | None, command: str | None) -> Answer:
    items = [{"command": "RegisterUnit", "command_id": command, **json.loads(body)}]
    items += [{"command": "RegisterUnit", **unit()} for _ in range(50)]
    answers = httpx.post(
        running.url("registry") + "/batch",
        json=items,
        headers={"Authorization": f"Bearer {token}"},
        timeout=40,
    ).json()
    assert len({answer["status"] for answer in answers}) == 1
    return answers[0]["status"], answers[0]


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_while_the_store_is_away_commands_are_answered_and_settled_by_their_id(
    running: Processes, fault: str
) -> None:
    sent: dict[Door, tuple[bytes, str]] = {
        door: (spoilt(), str(uuid4())) for door in (over_http, over_nats, in_bulk_alone)
    }
    mongo = running.servers.mongo
    if fault == "killed":
        mongo.kill()
    else:
        mongo.freeze()
    try:
        began = time.monotonic()
        answers = at_every_door(running, sent)
        took = time.monotonic() - began
        assert httpx.get(running.url("registry") + "/health/live").status_code == 200
        with running.client("registry", timeout=10) as operator:
            ready = operator.get("/health/ready")
        bare = httpx.get(running.url("registry") + "/health/ready", timeout=10)
        assert (bare.status_code, bare.json()) == (503, {"ready": False}), "strangers are told no more"
        assert (ready.status_code, ready.json()["store"]) == (503, False)
    finally:
        if fault == "killed":
            mongo.start()
        else:
            mongo.thaw()

    assert took < 6, "nobody waits for a store that is silent, nor each for the one before"
    for door, (status, answer) in answers.items():
        assert status == 503
        assert answer["code"] in ("store-away", "outcome-unknown")
        assert answer["command"] == sent[door][1], "the id to send again"
        assert_is_a_problem(answer, 503)
    assert int(answers[over_http][1]["retry-after"]) > 0
    running.until_ready("registry")
    assert {status for status, _ in at_every_door(running, sent).values()} == {200}
    found = entries(running)
    check(found)
    for _, command in sent.values():
        assert [event.command for event in found].count(command) == 1
