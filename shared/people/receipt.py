"""What an erased person is told: what was erased, what is kept and why, and until when backups may hold it."""

from __future__ import annotations

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

DESTROYED = (
    "Khóa mở họ tên đã bị hủy: bản mã trong nhật ký và trong mọi bản sao không ai đọc được nữa.",
    "The key to the name is destroyed: nobody reads the ciphertext in the log and its copies any more.",
)
BEING_DESTROYED = (
    "Việc xóa đã được ghi; khóa mở họ tên đang được hủy.",
    "The erasure is on record; the key to the name is being destroyed.",
)


def receipt(person: str, state: Erasure, held: Held | None, backup_days: int) -> dict[str, Any]:
    """The certificate; `destroyed` only once the key is gone from the key store."""
    assert state.erased is not None and state.time is not None
    destroyed = held is None or (held.wrapped is None and held.epoch is None)
    linked = {one.person: one.keys for one in state.erased.linked or ()}
    keys = linked.get(person, state.erased.keys)
    vi, en = DESTROYED if destroyed else BEING_DESTROYED
    until = datetime.fromisoformat(state.time).date() + timedelta(days=backup_days)
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
            "vi": f"Bản sao lưu kho khóa được giữ không quá {backup_days} ngày; khi khôi phục, khóa lại bị hủy.",
            "en": f"Backups of the key store are kept for at most {backup_days} days; "
            "when one is restored, the key is destroyed again.",
        },
        "kept": [{"what": {"vi": a, "en": b}, "why": {"vi": c, "en": d}} for a, b, c, d in KEPT],
    }
    if held is not None and held.event:
        document["named_in"] = {"origin": held.origin, "stream": held.stream, "event": held.event}
    return document
