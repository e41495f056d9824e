"""A witness of one's own over HTTP: it cosigns what continues what it has seen, and never forgets what it said."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from services.cli.main import main
from services.cli.witnessing.memory import Memory, Taken, Witness
from services.cli.witnessing.serving import Server
from services.cli.witnessing.verb import key_in, logs_in
from shared.tlog.checkpoint import Checkpoint, believed, sign
from shared.tlog.merkle import consistency_proof, leaf_hash, nodes_of, root_at
from shared.tlog.note import LOG, WITNESS, Note, Signature, SigningKey
from shared.tlog.witness import ask

EXAMPLE = json.loads(
    (Path(__file__).parents[1] / "log" / "vectors" / "worked_example.json").read_text("utf-8")
)
LOG_KEY = SigningKey("orders.example/log", LOG, bytes.fromhex(EXAMPLE["seeds"]["log"]))
KEY = SigningKey("witness.example/w1", WITNESS, bytes.fromhex(EXAMPLE["seeds"]["witness"]))
TREE, OTHER = (nodes_of([leaf_hash(b"%s %d" % (of, n)) for n in range(40)]) for of in (b"one", b"other"))
NOW = 1_790_000_000


def request(old: int, new: int, tree: object = TREE, key: SigningKey = LOG_KEY) -> bytes:
    read = tree
    checkpoint = Checkpoint(key.name, new, root_at(new, read))  # type: ignore[arg-type]
    return ask(old, consistency_proof(old, new, read) if old else (), sign(checkpoint, key)).raw  # type: ignore[arg-type]


@contextmanager
def running(directory: Path) -> Iterator[httpx.Client]:
    memory = Memory(directory)
    witness = Witness(KEY, [LOG_KEY.verifying], memory, lambda: NOW)
    with Server(("127.0.0.1", 0), witness) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.server_address[1]}", timeout=20) as client:
                yield client
        finally:
            server.shutdown()
            thread.join()
            memory.close()


def said(client: httpx.Client, body: bytes) -> tuple[int, str]:
    answer = client.post("/add-checkpoint", content=body)
    return answer.status_code, answer.text


def test_the_worked_example_comes_out_byte_for_byte(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.keep(LOG_KEY.name, EXAMPLE["checkpoint_3"].encode())
    memory.close()
    with running(tmp_path) as client:
        assert said(client, EXAMPLE["add_checkpoint_request"].encode()) == (
            200,
            EXAMPLE["add_checkpoint_response"],
        )
        assert client.get(EXAMPLE["monitoring_path"]).text == EXAMPLE["cosigned_checkpoint"]


def test_it_cosigns_what_continues_what_it_saw_and_shows_it(tmp_path: Path) -> None:
    path = f"/{sha256(LOG_KEY.name.encode()).hexdigest()}/checkpoint"
    with running(tmp_path) as client:
        assert client.get(path).status_code == 404
        for old, new in ((0, 3), (3, 5), (5, 5), (5, 40)):
            status, line = said(client, request(old, new))
            assert status == 200, line
            note = Note(Checkpoint(LOG_KEY.name, new, root_at(new, TREE)).text, (Signature.parse(line),))
            assert KEY.verifying.verify(note.text, note.signatures[0].blob[4:]) == NOW
        shown = believed(client.get(path).content, [LOG_KEY.verifying], [KEY.verifying])
        assert shown.checkpoint.size == 40 and len(shown.by_witnesses) == 1
        assert client.get("/vkey").text.strip() == KEY.verifying.vkey


@pytest.mark.thorough
def test_a_fork_a_smaller_tree_and_strangers_are_refused_with_the_standards_answers(tmp_path: Path) -> None:
    stranger = SigningKey("stranger.example/log", LOG, bytes(32))
    forger = SigningKey(LOG_KEY.name, LOG, bytes(32))
    with running(tmp_path) as client:
        assert said(client, request(0, 10))[0] == 200
        assert said(client, request(10, 10, OTHER))[0] == 422
        assert said(client, request(10, 12, OTHER))[0] == 422
        assert said(client, request(0, 12)) == (409, "10\n")
        assert (
            client.post("/add-checkpoint", content=request(4, 8)).headers["content-type"]
            == "text/x.tlog.size"
        )
        assert said(client, b"old 12\n\n" + request(0, 8).partition(b"\n\n")[2])[0] == 400
        assert said(client, request(0, 3, key=stranger))[0] == 404
        assert said(client, request(10, 12, key=forger))[0] == 403
        for malformed in (b"", b"x", b"old 1", b"\xff" * 100, request(10, 12)[:-1], request(10, 12) + b"x"):
            assert said(client, malformed)[0] in (400, 403), malformed
        assert said(client, b"x" * 20_000)[0] == 413
        assert client.post("/other", content=b"").status_code == 404
        for path in ("/", "/../witness.key/checkpoint", "/lock/checkpoint", "/witness.key"):
            assert client.get(path).status_code == 404
        assert said(client, request(10, 12))[0] == 200, "nothing of this changed what it remembers"


def test_it_remembers_over_a_restart_and_two_never_share_a_memory(tmp_path: Path) -> None:
    with running(tmp_path) as client:
        assert said(client, request(0, 10))[0] == 200
        with pytest.raises(Taken):
            Memory(tmp_path)
    with running(tmp_path) as client:
        assert said(client, request(0, 10, OTHER)) == (409, "10\n")
        assert said(client, request(10, 11))[0] == 200
    [file] = tmp_path.glob("*.checkpoint")
    file.write_bytes(b"broken")
    with running(tmp_path) as client:
        assert said(client, request(11, 12))[0] == 500, "what it cannot read it does not take for nothing"


def test_its_key_is_made_once_and_missed_when_it_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = key_in(tmp_path, "w.example/1")
    assert key_in(tmp_path, "w.example/1").seed == made.seed
    assert (tmp_path / "witness.key").stat().st_mode & 0o077 == 0
    (tmp_path / "witness.key").unlink()
    (tmp_path / f"{'ab' * 32}.checkpoint").write_bytes(b"x")
    logs = tmp_path / "logs"
    logs.write_text(f"log {LOG_KEY.verifying.vkey}\nwitness w {KEY.verifying.vkey}\nquorum w\n")
    assert logs_in(logs) == [LOG_KEY.verifying]
    assert main(["witness", str(tmp_path), "--name", "w.example/1", "--logs", str(logs)]) == 1
    assert "is gone, and there is a memory" in capsys.readouterr().err
    logs.write_text("quorum none\n")
    assert main(["witness", str(tmp_path), "--name", "w.example/1", "--logs", str(logs)]) == 1
    assert "names no log" in capsys.readouterr().err
