"""Files come in and go out: `POST /evidence` as multipart, `GET /evidence/{sha256}` for who may read what names it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from shared.contracts.message import Line
from shared.doors.http import json_answer
from shared.doors.malformed import malformed, unwelcome_text
from shared.doors.openapi import evidence_operation, told
from shared.errors import Malformed, TooLarge, Unknown
from shared.evidence.content import KINDS, is_of
from shared.evidence.files import Kept, hash_of
from shared.evidence.naming import saved_as, with_extension
from shared.text.characters import unwelcome
from shared.text.filenames import disposition

if TYPE_CHECKING:
    from shared.doors.seen_files import SeenFiles
    from shared.process.running import Running

MOST = 20 * 1024 * 1024
"""No `Evidence` can name a larger file; the setting may say less."""
AROUND = 16 * 1024
"""So much may stand around the file: boundaries and the headers of the part."""
SHA256 = re.compile(r"[0-9a-f]{64}")
KIND = "file"
NAME: TypeAdapter[str] = TypeAdapter(Line)
UNSAFE = "/\\"


class _TooMuch(MultiPartException):
    """The body goes on beyond its limit."""


class _OneFile(MultiPartParser):
    """Takes one file and nothing else."""

    def close(self) -> None:
        """Let go of temporary files, also of one whose part never ended."""
        for file in self._files_to_close_on_error:
            file.close()


def router(running: Running, seen: SeenFiles) -> APIRouter:
    """The two routes, for a service whose commands can name files."""
    routes = APIRouter(tags=["evidence"])
    most = min(running.settings.evidence_limit, MOST)
    senders = sorted({role for row in running.service.commands for role in row.roles})

    @routes.post("/evidence", operation_id="UploadEvidence", openapi_extra=evidence_operation(senders))
    async def upload(request: Request) -> Response:
        """Keep a file, once by its hash: one part `file` with its name and media type, at most 20 MB; pdf, jpeg,
        png, docx or xlsx, and its bytes must be of that type. The answer is the `Evidence` that commands name."""
        actor = await running.access.sender(request, senders)
        await running.access.must_stand(actor)
        running.gate()
        async with _received(request, most) as (part, file):
            kept = await asyncio.to_thread(_examined, part, file, most)
            await running.files.keep(file, kept)
        await running.files.brought(kept.sha256, actor.sub, actor.unit)
        held = await running.files.find(kept.sha256) or kept
        return json_answer({**held.shown(), "name": kept.name})

    out = told(access=KIND, media="application/octet-stream", said="The bytes, in their own media type.")

    @routes.get("/evidence/{sha256}", operation_id="DownloadEvidence", openapi_extra=out)
    async def download(request: Request, sha256: str) -> Response:
        """The file, for who may read a thing of this service that names it, or whose own place brought it."""
        actor = await running.access.reader(request, KIND)
        if not SHA256.fullmatch(sha256):
            raise Unknown("evidence.unknown")
        held = await running.files.must_find(sha256)
        await seen.must_have(actor, sha256)
        return StreamingResponse(running.files.read(held), headers=_headers(held), media_type=held.media_type)

    return routes


@asynccontextmanager
async def _received(request: Request, most: int) -> AsyncGenerator[tuple[UploadFile, IO[bytes]]]:
    """The one file of a multipart body, in memory up to 1 MB and in a temporary file beyond; gone afterwards."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Malformed("evidence.not-multipart")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most + AROUND:
        raise TooLarge("evidence.too-large", most=most)
    parser = _OneFile(request.headers, _limited(request, most + AROUND), max_files=1, max_fields=0)
    try:
        part = (await parser.parse()).get("file")
        if not isinstance(part, UploadFile):
            raise Malformed("evidence.not-multipart")
        yield part, part.file
    except _TooMuch as too_much:
        raise TooLarge("evidence.too-large", most=most) from too_much
    except MultiPartException as wrong:
        raise Malformed("evidence.not-multipart") from wrong
    finally:
        parser.close()


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _TooMuch("")
        yield part


def _examined(part: UploadFile, file: IO[bytes], most: int) -> Kept:
    """What the file is, found from its bytes; refused when that is not what its sender says."""
    name = _name(part.filename or "")
    media_type = (part.content_type or "").partition(";")[0].strip().lower()
    if media_type not in KINDS:
        raise Malformed("evidence.type-not-taken", taken=sorted(KINDS))
    sha256, size = hash_of(file)
    if size == 0:
        raise Malformed("evidence.empty")
    if size > most:
        raise TooLarge("evidence.too-large", most=most)
    if not is_of(media_type, file):
        raise Malformed("evidence.not-of-its-type", declared=media_type)
    return Kept(sha256, with_extension(name, media_type), media_type, size)


def _name(given: str) -> str:
    """The name in NFC: one line, no folders, nothing that changes how it reads (such as U+202E)."""
    if (wrong := unwelcome(given)) is not None:
        raise unwelcome_text([("/file/name", wrong)])
    try:
        name = NAME.validate_python(given)
    except ValidationError as error:
        raise malformed(error) from error
    if not name.strip(".") or any(sign in UNSAFE for sign in name):
        raise Malformed("evidence.name-not-taken")
    return name


def _headers(held: Kept) -> dict[str, str]:
    """Headers with which a browser saves the file and does nothing else with it."""
    return {
        "Content-Length": str(held.size),
        "Content-Disposition": disposition(saved_as(held.name, held.media_type)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
