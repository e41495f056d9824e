"""Files in GridFS, on both drivers: stored once, whole or not at all, whatever breaks while they come in."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shared.errors import Unknown
from shared.evidence.files import CHUNK, Altered, Files, Kept, hash_of
from shared.evidence.named import File
from shared.evidence.sealing import TAG
from shared.people.keyfiles import KeyFiles
from shared.people.keyring import Keyring
from shared.process.settings import Driver
from shared.reference.media_types import PDF
from shared.store import mongo
from shared.store.mongo import PyMongoError
from tests.support.breaking import Breakage, Breaking
from tests.support.logs import DRIVERS
from tests.support.papers import pdf

PAPER = pdf(5 * CHUNK + 77)
SHA, SIZE = hash_of(io.BytesIO(PAPER))
KEPT = Kept(SHA, "Báo cáo.pdf", PDF, SIZE)


@asynccontextmanager
async def store(url: str, name: str, driver: Driver) -> AsyncGenerator[tuple[Files, mongo.Database]]:
    client = mongo.connect(url, driver)
    database = mongo.database(client, name)
    with TemporaryDirectory() as directory:
        files = Files(database, file_keys(Path(directory)), lambda: datetime.now(UTC))
        await files.start()
        yield files, database
    await mongo.close(client)


def file_keys(directory: Path) -> KeyFiles:
    ring = directory / "ring"
    ring.write_text("11" * 32)
    return KeyFiles(directory / "keys", Keyring(ring))


async def read(files: Files) -> bytes:
    held = await files.find(SHA)
    assert held == KEPT
    return b"".join([part async for part in files.read(held)])


async def documents(database: mongo.Database) -> tuple[int, int]:
    return (
        await database["evidence.files"].count_documents({}),
        await database["evidence.chunks"].count_documents({}),
    )


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_file_comes_out_as_it_went_in_and_twice_at_once_is_once(
    mongo_url: str, database: str, driver: Driver
) -> None:
    async with store(mongo_url, database, driver) as (files, behind):
        assert await files.find(SHA) is None
        await asyncio.gather(*(files.keep(io.BytesIO(PAPER), KEPT) for _ in range(3)))
        await files.keep(io.BytesIO(PAPER), Kept(SHA, "tên khác.pdf", PDF, SIZE))

        assert await read(files) == PAPER
        assert await documents(behind) == (1, 6)


FAULTS: list[tuple[str, str, Breakage]] = [
    ("the first chunks never reached the store", "evidence.chunks", "never reached it"),
    ("the chunks are there, nobody said so", "evidence.chunks", "done, answer lost"),
    ("no majority has the chunks", "evidence.chunks", "done, not durable"),
    ("the store refuses a chunk", "evidence.chunks", "refused"),
    ("the entry never reached the store", "evidence.files", "never reached it"),
    ("no majority has the entry", "evidence.files", "done, not durable"),
]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("what", "collection", "breakage"), FAULTS, ids=[f[0] for f in FAULTS])
async def test_what_broke_off_is_not_shown_and_the_same_upload_settles_it(
    mongo_url: str, database: str, driver: Driver, what: str, collection: str, breakage: Breakage
) -> None:
    async with Breaking(mongo_url) as breaking, store(breaking.url, database, driver) as (files, behind):
        rule = breaking.on("insert", collection, breakage)
        with pytest.raises(PyMongoError):
            await files.keep(io.BytesIO(PAPER), KEPT)
        assert rule.hits
        if collection == "evidence.chunks":
            assert await files.find(SHA) is None, "half a file is no file"

        breaking.repair()
        await files.keep(io.BytesIO(PAPER), KEPT)
        assert await read(files) == PAPER
        assert await documents(behind) == (1, 6)


async def test_a_process_that_died_half_way_left_nothing_that_is_shown_or_in_the_way(
    mongo_url: str, database: str
) -> None:
    async with store(mongo_url, database, "motor") as (files, behind):
        rows = [{"files_id": SHA, "n": n, "data": PAPER[n * CHUNK : (n + 1) * CHUNK]} for n in (0, 1, 4)]
        await mongo.insert_missing(behind["evidence.chunks"], rows)
        assert await files.find(SHA) is None

        await files.keep(io.BytesIO(PAPER), KEPT)
        assert await read(files) == PAPER


async def test_bytes_that_somebody_changed_are_never_given_whole(mongo_url: str, database: str) -> None:
    async with store(mongo_url, database, "motor") as (files, behind):
        await files.keep(io.BytesIO(PAPER), KEPT)
        await behind["evidence.chunks"].update_one({"n": 3}, {"$set": {"data": bytes(CHUNK + TAG)}})
        with pytest.raises(Altered):
            await read(files)


async def test_only_a_file_that_is_here_and_is_what_is_said_counts(mongo_url: str, database: str) -> None:
    async with store(mongo_url, database, "motor") as (files, _):
        await files.keep(io.BytesIO(PAPER), KEPT)
        await files.must_hold([File(SHA, PDF, SIZE)])
        for other in (File("0" * 64, PDF, SIZE), File(SHA, "image/png", SIZE), File(SHA, PDF, SIZE - 1)):
            with pytest.raises(Unknown, match=r"evidence\.unknown"):
                await files.must_hold([other])
