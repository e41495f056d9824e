"""What an erased person is told: what was erased, what is kept and why, and until when backups may hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.people.erasing import Erasure
from shared.people.keys import Held

KEPT = (
    (
        "Sự kiện trong nhật ký, với mã ngẫu nhiên của người này và bản mã không mở được.",
        "The events in the log, with the person's random id and a ciphertext that does not open.",
        "Lịch sử hồ sơ phải nguyên vẹn và đúng trình tự (Luật Lưu trữ 33/2024/QH15); mã không cho biết là ai.",
        "A file's history must stay whole and in order (Law on Archives 33/2024/QH15); the id does not say who.",
    ),
    (
        "Họ tên trong quyết định khen thưởng và tài liệu đã tải lên, nếu có.",
        "The name in decisions on commendation and in uploaded documents, where there are such.",
        "Tài liệu lưu trữ được giữ theo pháp luật về lưu trữ và thi đua, khen thưởng.",
        "Archival documents are kept under the law on archives and on emulation and commendation.",
    ),
    (
        "Việc xóa này: ai xóa, khi nào, theo căn cứ nào.",
        "This erasure: who erased, when, and on what basis.",
        "Để chứng minh yêu cầu đã được thực hiện (Luật 91/2025/QH15, Điều 14).",
        "To show that the request was fulfilled (Law 91/2025/QH15, Article 14).",
    ),
)

REMAINS = (
    (
        "texts",
        "Họ tên viết thẳng trong nội dung tự do (nhận xét, mô tả, lý do, trích yếu): không mã hóa, nên không xóa được. "
        "Hãy tìm họ tên, có dấu và không dấu, trong /log/entries và /ledger/entries; hệ thống không còn biết họ tên.",
        "A name written into free texts (findings, descriptions, reasons, titles): not sealed, so not erased. Search "
        "/log/entries and /ledger/entries for it, with and without accents; the system does not know it any more.",
    ),
    (
        "files",
        "Tệp minh chứng có họ tên, trong nội dung hay tên tệp. Hãy xem các tệp nêu ở đây và các tệp của hồ sơ; rút tệp "
        "bằng POST /evidence/{sha256}/withdraw.",
        "Files of evidence that say the name, inside or in the name of the file. Look at those named here and those "
        "of the dossier; take one away with POST /evidence/{sha256}/withdraw.",
    ),
    (
        "archives",
        "Bản in, tệp đã tải về, bản xuất, thư và hồ sơ lưu trữ ở nơi khác: hệ thống không với tới. Hãy tìm ở văn thư, "
        "lưu trữ và các cơ quan đã nhận dữ liệu.",
        "Prints, downloads, exports, mails and archives elsewhere: out of the system's reach. Search records offices, "
        "archives and the agencies that received data.",
    ),
)
"""What erasing does not reach, and where to search for it."""

DESTROYED = (
    "Khóa mở họ tên đã bị hủy: bản mã trong nhật ký và trong mọi bản sao cơ sở dữ liệu không ai đọc được nữa.",
    "The key to the name is destroyed: nobody reads the ciphertext in the log and in copies of the database any more.",
)
BEING_DESTROYED = (
    "Việc xóa đã được ghi; khóa mở họ tên đang được hủy.",
    "The erasure is on record; the key to the name is being destroyed.",
)


@dataclass(frozen=True)
class Around:
    """What else a receipt has to say of one person.

    `files` are the hashes of the files that the things name in which the person is named; `opens_old_copies` is the
    key-encryption key under which the person's key lay before there were epochs, while it is still in use.
    """

    backup_days: int
    files: tuple[str, ...] = ()
    opens_old_copies: str | None = None


def receipt(person: str, state: Erasure, held: Held | None, around: Around) -> dict[str, Any]:
    """The certificate; `destroyed` only once the key is gone from the key store and its epoch's key from the files."""
    assert state.erased is not None and state.time is not None
    destroyed = held is None or (held.wrapped is None and held.epoch is None)
    linked = {one.person: one.keys for one in state.erased.linked or ()}
    keys = linked.get(person, state.erased.keys)
    vi, en = DESTROYED if destroyed else BEING_DESTROYED
    until = datetime.fromisoformat(state.time).date() + timedelta(days=around.backup_days)
    document: dict[str, Any] = {
        "person": person,
        "recorded": {
            "position": state.position,
            "time": state.time,
            "on": state.erased.on.isoformat(),
            "by": state.by,
            "basis": state.erased.basis,
            **({} if person == state.erased.person else {"linked_to": state.erased.person}),
            "proof": f"/log/proof/inclusion?position={state.position}",
        },
        "erased": {"keys": list(keys), "destroyed": destroyed, "vi": vi, "en": en},
        "backups": {
            "until": until.isoformat(),
            "vi": "Bản sao lưu cơ sở dữ liệu không có khóa mở họ tên. Bản sao kho tệp khóa hủy khóa này ở lần sao "
            f"lưu kế tiếp, chậm nhất sau {around.backup_days} ngày; khi khôi phục, khóa lại bị hủy.",
            "en": "Backups of the databases hold no key that opens the name. The copy of the key file store destroys "
            f"it with the next backup, in {around.backup_days} days at the latest; restored, it is destroyed again.",
        },
        "kept": [{"what": {"vi": a, "en": b}, "why": {"vi": c, "en": d}} for a, b, c, d in KEPT],
        "remains": [{"what": what, "search": {"vi": vi, "en": en}} for what, vi, en in REMAINS],
    }
    document["remains"][1]["files"] = list(around.files)
    if around.opens_old_copies is not None:
        document["remains"].append(_old_copies(around.opens_old_copies))
    if held is not None and held.event:
        document["named_in"] = {"origin": held.origin, "stream": held.stream, "event": held.event}
    return document


def _old_copies(key: str) -> dict[str, Any]:
    """The key is older than epochs: what was copied of it then opens until the key-encryption key is destroyed."""
    return {
        "what": "old-copies",
        "key": key,
        "search": {
            "vi": f"Bản sao lưu và nhật ký vận hành MongoDB từ trước khi có khóa kỳ còn mở họ tên bằng khóa {key}, "
            "cho tới khi khóa ấy được thay và hủy (deploy/README.md, Upgrade).",
            "en": f"Backups and MongoDB's operation log from before epochs still open the name with key {key}, "
            "until it is changed and destroyed (deploy/README.md, Upgrade).",
        },
    }
