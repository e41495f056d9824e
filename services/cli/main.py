"""`dvk`: the table of its verbs, and how one of them is run."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from tempfile import NamedTemporaryFile
from typing import Protocol, cast

from services.cli.parsing import Parser, like, speak_both
from services.cli.settings import mistyped
from services.cli.telling import Failure, fail, note
from shared import VERSION
from shared.process.declaring import SettingsWrong
from shared.registers.remarks import heard


class Verb(Protocol):
    """What the module of a verb has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what may be given."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it; 0 only when all of it worked."""
        ...


@dataclass(frozen=True)
class Row:
    """One verb: its name, where it lives (read only when it is asked for), and what it does."""

    name: str
    module: str
    vi: str
    en: str


VERBS = (
    Row("demo", "services.cli.demo.verb", "chạy thử cả hệ thống với một năm mẫu", "play a sample year"),
    Row(
        "up", "services.cli.up", "khởi động máy chủ và bốn dịch vụ tại đây", "start servers and services here"
    ),
    Row("status", "services.cli.status", "các dịch vụ có sẵn sàng không", "whether the services are ready"),
    Row("followers", "services.cli.followers", "ai theo dõi ai, tới đâu", "who follows whom, and how far"),
    Row("form", "services.cli.form", "biểu mẫu để điền khi không có mạng", "forms to fill in offline"),
    Row("import", "services.cli.importing.verb", "nhập đơn vị, mô hình, bộ tiêu chí", "import from files"),
    Row("report", "services.cli.report", "lập báo cáo tổng hợp của một kỳ", "write the summary of a period"),
    Row("papers", "services.cli.papers.verb", "thử mẫu giấy tờ của thành phố", "try the templates of papers"),
    Row(
        "verify",
        "services.cli.verifying.verb",
        "kiểm chứng nhật ký, hồ sơ, báo cáo",
        "verify logs, bundles, reports",
    ),
    Row("backup", "services.cli.backing.backup", "sao lưu, mã hóa, chỉ phần mới", "back up, encrypted"),
    Row(
        "restore",
        "services.cli.backing.restore",
        "khôi phục bản sao lưu nơi khác",
        "restore a backup elsewhere",
    ),
    Row("drill", "services.cli.backing.drill", "khôi phục thử bản mới nhất", "try the newest backup"),
    Row(
        "restore-log",
        "services.cli.restoring.verb",
        "đưa lại sự kiện mà kho khôi phục còn thiếu",
        "put back what a restored database lacks",
    ),
    Row(
        "relay",
        "services.cli.relay",
        "phát lại nhật ký khi JetStream giữ nội dung khác",
        "publish a log anew where JetStream holds other bytes",
    ),
    Row("rebuild", "services.cli.rebuild", "dựng lại số liệu báo cáo từ sổ cái", "rebuild the read models"),
    Row(
        "agency",
        "services.cli.agencies.verb",
        "cơ quan nhận sự kiện qua NATS, webhook",
        "agencies that are told: NATS, webhook",
    ),
    Row("witness", "services.cli.witnessing.verb", "chạy một nhân chứng riêng", "run a witness of one's own"),
    Row(
        "sandbox",
        "services.cli.agencies.sandbox",
        "sân thử cho cơ quan nhận sự kiện",
        "a sandbox for agencies that are told",
    ),
    Row("token", "services.cli.tokens", "cấp mã truy cập (mặc định nhúng)", "print an access token"),
    Row("revoke", "services.cli.revoking", "thu hồi mã truy cập trước hạn", "take access tokens back"),
    Row("clock", "services.cli.clock", "đưa đồng hồ tới trước (mặc định nhúng)", "move the clock forward"),
    Row("keys", "services.cli.rotating", "thay khóa, có bàn giao", "rotate keys, with a handover"),
    Row("new-key", "services.cli.new_key", "thay khóa đã mất hẳn", "take another key for one that is lost"),
    Row("secrets", "services.cli.deploying", "tạo khóa, mật khẩu cho Docker", "make the secrets for Docker"),
    Row("completion", "services.cli.completion", "gợi ý lệnh cho bash, zsh", "completion for a shell"),
    Row("docs", "services.cli.docs", "viết lại tài liệu sinh tự động", "write the generated documents anew"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and say how it went in the exit code: 0 all of it worked, 1 not, 2 not understood."""
    given = list(sys.argv[1:] if argv is None else argv)
    return ended(lambda: _asked(given))


def _asked(given: Sequence[str]) -> int:
    if given and given[0] in ("-V", "--version"):
        print(f"dvk {VERSION}")
        return 0
    if not given or given[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if given else 2
    row = next((row for row in VERBS if row.name == given[0]), None)
    if row is None:
        told = f"dvk: không có việc “{given[0]}” · there is no verb {given[0]!r}"
        print(f"{told}{like(given[0], (row.name for row in VERBS))}\n\n{usage()}", file=sys.stderr)
        return 2
    for each in mistyped():
        note(str(each))
    speak_both()
    verb = cast(Verb, import_module(row.module))
    parser = Parser(prog=f"dvk {row.name}", description=f"{row.vi} · {row.en}")
    verb.arguments(parser)
    return verb.run(parser.parse_args(given[1:]))


def ended(act: Callable[[], int]) -> int:
    """Do it; whatever happens, its end is a sentence and an exit code, never a trace on the terminal."""
    try:
        with heard(note):
            code = act()
        sys.stdout.flush()
        return code
    except Failure as failure:
        fail(failure)
        return 1
    except SettingsWrong as wrong:
        note(wrong.of("dvk"))
        return 1
    except BrokenPipeError:  # `dvk … | head`: the reader has had enough
        _let_go()
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        what = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        fail(Failure(f"Hệ điều hành từ chối: {what}", f"The system refuses: {what}"))
        _let_go()
        return 1
    except Exception as error:  # noqa: BLE001 - the end of every verb: a sentence, and the trace in a file
        file = kept_trace()
        said = f"{type(error).__name__}: {error}"[:300]
        fail(
            Failure(f"Lỗi ngoài dự kiến ({said}); chi tiết ở {file}", f"Unforeseen: {said}. Details: {file}")
        )
        return 1


def _let_go() -> None:
    """What could not be written out is not tried again when the process ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def kept_trace() -> str:
    """Where the trace of what nobody foresaw is kept, for whoever mends it."""
    try:
        with NamedTemporaryFile("w", prefix="dvk-", suffix=".txt", delete=False, encoding="utf-8") as file:
            traceback.print_exc(file=file)
        return file.name
    except OSError:
        return "—"


def usage() -> str:
    """The verbs, one line each."""
    lines = ["dvk — sổ đăng ký, thẩm định, công nhận và báo cáo mô hình “Dân vận khéo”", ""]
    lines += [f"  dvk {row.name:<10} {row.vi} · {row.en}" for row in VERBS]
    return "\n".join([*lines, "", "Chi tiết · details: dvk <việc · verb> --help"])


if __name__ == "__main__":
    sys.exit(main())
