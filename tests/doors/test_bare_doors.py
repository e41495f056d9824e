"""What the bench measures beneath our doors is what it says: a server that answers, and doors that look at who asks."""

from __future__ import annotations

import httpx
import pytest

from services.cli.keys import make_keys
from services.cli.places import DataDir
from services.cli.tokens import make
from tests.bench import bare


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """A directory with the key that tokens are made with."""
    made = DataDir(tmp_path_factory.mktemp("bare"))
    make_keys(made)
    return made


async def answer(app: object, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(transport=transport, base_url="http://bare") as client:
        return await client.post("/models", json={"name": "Ngôi nhà xanh"}, headers=headers)


async def test_each_of_them_gives_the_same_answer(place: DataDir) -> None:
    token = make(place, "bench", "unit_officer", "20209")
    servers = (bare.asgi(1), bare.framework(1), bare.doors(1, str(place.jwks)))
    answers = [await answer(each.config.app, authorization=f"Bearer {token}") for each in servers]

    assert {each.status_code for each in answers} == {200}
    assert {each.content for each in answers} == {bare.dumps(bare.ANSWER)}
    assert [("content-security-policy" in each.headers) for each in answers] == [False, False, True]


async def test_the_bare_doors_let_nobody_in_who_shows_no_token(place: DataDir) -> None:
    app = bare.doors(1, str(place.jwks)).config.app

    assert (await answer(app)).status_code != 200
    assert (await answer(app, authorization="Bearer x.y.z")).status_code != 200
