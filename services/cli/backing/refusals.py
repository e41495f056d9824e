"""Why an object store did not do what it was asked, as an operator is told: a code that stays, and what to do."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager

from services.cli.backing.shelf import NotThere
from services.cli.telling import Failure

SENTENCES = {
    "backup.place-unknown": (
        "{where}: viết s3://BUCKET/PREFIX, không kèm khóa; địa chỉ kho ở AWS_ENDPOINT_URL",
        "{where}: write s3://BUCKET/PREFIX, without a key; the store's own address goes into AWS_ENDPOINT_URL",
    ),
    "backup.endpoint-wrong": (
        "{where}: AWS_ENDPOINT_URL phải là https://máy hoặc http://máy:cổng",
        "{where}: AWS_ENDPOINT_URL has to be https://HOST or http://HOST:PORT",
    ),
    "backup.package-missing": (
        '{where}: thiếu gói obstore; cài bằng pip install "dvk[s3]"',
        '{where}: the package obstore is missing; pip install "dvk[s3]" brings it',
    ),
    "backup.credentials-missing": (
        "{where}: đặt AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY (và AWS_ENDPOINT_URL nếu kho không ở AWS)",
        "{where}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_ENDPOINT_URL where the store is not AWS)",
    ),
    "backup.credentials-refused": (
        "{where}: kho không nhận khóa truy cập này ({said})",
        "{where}: the store does not take this access key ({said})",
    ),
    "backup.denied": (
        "{where}: khóa này không có quyền ({said}); cần quyền liệt kê, đọc, ghi và xóa ở đây",
        "{where}: this key may not do that ({said}); it needs to list, read, write and delete here",
    ),
    "backup.bucket-missing": (
        "{where}: không có bucket này ({said}); hãy tạo nó trước, và xem lại AWS_ENDPOINT_URL",
        "{where}: there is no such bucket ({said}); make it first, and look at AWS_ENDPOINT_URL again",
    ),
    "backup.region-wrong": (
        "{where}: bucket ở vùng khác ({said}); đặt AWS_REGION",
        "{where}: the bucket is in another region ({said}); set AWS_REGION",
    ),
    "backup.clock-wrong": (
        "{where}: đồng hồ máy này lệch quá nhiều so với kho ({said}); chỉnh giờ rồi chạy lại",
        "{where}: the clock of this machine is too far from the store's ({said}); set it and run this again",
    ),
    "backup.store-full": (
        "{where}: kho hết chỗ, hoặc hết hạn mức ({said}); bản đang ghi không được tính, hãy thêm chỗ rồi chạy lại",
        "{where}: the store is full, or a quota is ({said}); what was begun is no backup: give it space, run it again",
    ),
    "backup.store-away": (
        "{where}: kho không trả lời ({said}); xem lại mạng và AWS_ENDPOINT_URL, rồi chạy lại",
        "{where}: the store does not answer ({said}); look at the network and AWS_ENDPOINT_URL, then run it again",
    ),
    "backup.certificate-unknown": (
        "{where}: không nhận chứng thư của kho ({said}); đặt AWS_CA_BUNDLE là tệp chứng thư của nơi đã ký nó",
        "{where}: the store's certificate is not believed ({said}); set AWS_CA_BUNDLE to the file of who signed it",
    ),
    "backup.store-refuses": (
        "{where}: kho từ chối ({said})",
        "{where}: the store refuses ({said})",
    ),
}
"""By code: Vietnamese, English."""
CERTIFICATE, REFUSES = "backup.certificate-unknown", "backup.store-refuses"
OF_STORE = {
    "NoSuchBucket": "backup.bucket-missing",
    "InvalidBucketName": "backup.bucket-missing",
    "AccessDenied": "backup.denied",
    "AllAccessDisabled": "backup.denied",
    "AccountProblem": "backup.denied",
    "InvalidAccessKeyId": "backup.credentials-refused",
    "SignatureDoesNotMatch": "backup.credentials-refused",
    "InvalidToken": "backup.credentials-refused",
    "ExpiredToken": "backup.credentials-refused",
    "RequestTimeTooSkewed": "backup.clock-wrong",
    "PermanentRedirect": "backup.region-wrong",
    "AuthorizationHeaderMalformed": "backup.region-wrong",
    "QuotaExceeded": "backup.store-full",
    "InsufficientStorage": "backup.store-full",
    "XMinioStorageFull": "backup.store-full",
    "XMinioAdminBucketQuotaExceeded": "backup.store-full",
}
"""By the code of an answer, as S3, MinIO and Ceph write it."""
OF_STATUS = {
    "301": "backup.region-wrong",
    "401": "backup.credentials-refused",
    "403": "backup.denied",
    "404": "backup.bucket-missing",
    "507": "backup.store-full",
}
"""By the number of an answer that has no code."""


def known(code: str, where: str, said: str = "") -> Failure:
    """The failure of this code."""
    vi, en = (each.format(where=where, said=said) for each in SENTENCES[code])
    return Failure(f"{vi} ({code})", f"{en} ({code})")


@contextmanager
def refused(where: str, name: str | None = None) -> Generator[None]:
    """What the store's library raises becomes a Failure, or NotThere where `name` may be missing. Of its words
    codes and numbers are repeated."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError, ValueError) as error:
        text, _, more = str(error).partition("Debug source")
        code, status = _first(r"<Code>(\w+)</Code>", text), _first(r"status code: (\d{3})", text)
        if (
            name is not None
            and code in ("NoSuchKey", "")
            and (status == "404" or isinstance(error, FileNotFoundError))
        ):
            raise NotThere(name) from None
        if not code and not status:  # it never came to an answer
            cause = _cause(text, more)
            raise known(CERTIFICATE if "ertificate" in cause else "backup.store-away", where, cause) from None
        raise known(OF_STORE.get(code) or OF_STATUS.get(status, REFUSES), where, code or status) from None


def _cause(text: str, more: str) -> str:
    """The library's own words for what happened to the connection: no key is in them."""
    own = _first(r"(InvalidCertificate\(\s*\w+)", more) or _first(r'message: "([^"]+)"', more)
    return re.sub(r"\s+", " ", own or text.rpartition(" - ")[2]).strip()[:120]


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""
