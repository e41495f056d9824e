"""Which version used a data directory last, and what has to lie in it since. Half a directory is left alone.

data_dir/used-by.json      {"version": "0.1.0"}, written once the servers stand and before any service writes
"""

from __future__ import annotations

import json

from services.cli.places import DataDir
from services.cli.telling import Failure
from services.cli.writing import whole
from shared import VERSION, number_of

PARTS = ("mongo/made-by", "mongo/db", "keys")
"""There from the first start on. NATS's part may be gone: it is filled again from the logs."""


def must_fit(place: DataDir) -> None:
    """Failure where a newer version ran, or where a part is gone that was there: nothing is begun in its place."""
    if not place.used_by.exists():
        return
    try:
        version = str(json.loads(place.used_by.read_text("utf-8"))["version"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise Failure(
            f"Không đọc được {place.used_by}: thư mục này chép chưa xong? Hãy chép lại, hoặc dvk restore vào thư mục "
            "mới",
            f"{place.used_by} is not readable ({wrong}): was this directory copied whole? Copy it again, or dvk "
            "restore into a new one",
        ) from wrong
    must_not_be_newer(version, str(place.path))
    if missing := [part for part in PARTS if not (place.path / part).exists()]:
        said = ", ".join(missing)
        raise Failure(
            f"{place.path} thiếu {said}: thư mục này chép chưa xong, hoặc ổ đĩa chưa được gắn. Hãy chép lại khi hệ "
            "thống đã dừng, hoặc dvk restore vào thư mục mới; kho tệp khóa (keys): chép lại từ bản sao",
            f"{place.path} lacks {said}: it was not copied whole, or a disk is not mounted. Copy it again while "
            "nothing runs, or dvk restore into a new directory; the key file store (keys): put its copy there",
        )


def must_not_be_newer(version: str, what: str) -> None:
    """Failure when this was written by a newer version than this program is."""
    if number_of(version) > number_of(VERSION):
        raise Failure(
            f"{what} đã được dvk {version} dùng, còn đây là dvk {VERSION}: hãy cài dvk {version} hoặc mới hơn",
            f"{what} was used by dvk {version}, and this is dvk {VERSION}: install {version} or newer. What a newer "
            "version wrote an older one may misread",
        )


def write_down(place: DataDir) -> None:
    """This version uses the directory from now on. Its key file store is there, if empty, from the first start."""
    place.key_store.mkdir(mode=0o700, exist_ok=True)
    whole(place.used_by, json.dumps({"version": VERSION}))
