"""The sentences about a store, or a key, that may not be trusted with the log, in Vietnamese and English."""

from __future__ import annotations

from shared.wiring import Problem

OF_STORES: dict[str, Problem] = {
    "store.standalone": Problem(
        "MongoDB không chạy ở dạng bản sao (replica set), nên không có gì được ghi một cách chắc chắn; "
        "hãy chạy mongod với --replSet và khởi tạo bản sao.",
        "MongoDB is no replica set, so nothing is safely recorded: run mongod with --replSet and initiate the set.",
    ),
    "store.no-authorisation": Problem(
        "MongoDB cho mọi người vào mà không cần mật khẩu; hãy chạy mongod với --auth và --keyFile, tạo người dùng "
        "bằng deploy/mongo/users.py, hoặc đặt DVK_MONGO_AUTHORISATION=optional khi chỉ dùng thử.",
        "MongoDB lets everybody in without a password: run mongod with --auth and --keyFile and make its users with "
        "deploy/mongo/users.py, or set DVK_MONGO_AUTHORISATION=optional where it is only for trying.",
    ),
    "store.too-old": Problem(
        "MongoDB quá cũ; cần phiên bản 6.0 trở lên.", "This MongoDB is too old: 6.0 or newer is needed."
    ),
    "store.no-majority": Problem(
        "Đa số thành viên của MongoDB không trả lời, nên chưa thể ghi gì một cách chắc chắn.",
        "No majority of MongoDB's members answers, so nothing can be recorded safely yet.",
    ),
    "log.other-key": Problem(
        "Khóa ký nhật ký, hoặc tên gốc của nhật ký (DVK_LOG_PREFIX), không phải của kho dữ liệu này; hãy đặt lại tệp "
        "khóa cũ từ bản sao (dvk restore … --only secrets). Chỉ khi khóa cũ đã mất hẳn: dvk new-key.",
        "The key that signs the log, or the log's name (DVK_LOG_PREFIX), is not this database's: put the old key file "
        "back from its copy (dvk restore … --only secrets). Only when the old key is gone for good: dvk new-key.",
    ),
    "witness.other-key": Problem(
        "Khóa làm chứng không phải của kho dữ liệu này; hãy đặt lại tệp khóa cũ từ bản sao (dvk restore … --only "
        "secrets). Chỉ khi khóa cũ đã mất hẳn: dvk new-key.",
        "The witness's key is not this database's: put the old key file back from its copy (dvk restore … --only "
        "secrets). Only when the old key is gone for good: dvk new-key.",
    ),
}
