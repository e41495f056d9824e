"""What an agency is given with its key: one page, in Vietnamese and in English, with clients that work."""

from __future__ import annotations

from urllib.parse import urlsplit

from services.cli.agencies.register import Agency

PYTHON = """\
import asyncio, nats  # pip install "nats-py[nkeys]"

async def main():
    nc = await nats.connect("{address}", nkeys_seed="{name}.nk", inbox_prefix="_INBOX_{name}")
    events = await nc.jetstream().pull_subscribe_bind("{name}", "PUBLIC", inbox_prefix=b"_INBOX_{name}.")
    while True:
        try:
            for message in await events.fetch(100, timeout=30):
                print(message.data.decode(), flush=True)
                await message.ack()
        except nats.errors.TimeoutError:
            pass

asyncio.run(main())
"""
NODE = """\
import { connect, nkeyAuthenticator } from "@nats-io/transport-node"; // npm i @nats-io/transport-node
import { jetstream } from "@nats-io/jetstream"; //                       npm i @nats-io/jetstream
import { readFileSync } from "node:fs";

const authenticator = nkeyAuthenticator(new Uint8Array(readFileSync("{name}.nk")));
const nc = await connect({ servers: "{address}", authenticator, inboxPrefix: "_INBOX_{name}" });
const consumer = await jetstream(nc).consumers.get("PUBLIC", "{name}");
for await (const message of await consumer.consume()) {
  console.log(message.string());
  message.ack();
}
"""
SHELL = """\
nats --server {address} --nkey {name}.nk --inbox-prefix _INBOX_{name} consumer next PUBLIC {name} --count 10 --ack
nats --server {address} --nkey {name}.nk --inbox-prefix _INBOX_{name} consumer info PUBLIC {name}
"""
WORDS = {
    "vi": """\
# Nhận sự kiện công khai của phong trào “Dân vận khéo”: {name}

Tệp `{name}.nk` là khóa riêng của cơ quan: không gửi cho ai, mất thì báo ngay để được cấp lại (`dvk agency rotate
{name}`). Máy chủ: `{address}`. Mỗi thông điệp là một CloudEvent (JSON), đúng từng byte như trong nhật ký, nên kiểm
chứng được.

Cơ quan nhận: {told}. Bắt đầu: {begins}.

Máy chủ nhớ cơ quan đã xác nhận (`ack`) tới đâu: nghỉ ba tuần rồi chạy lại vẫn nhận đủ, đúng thứ tự. Một thông điệp
có thể đến hai lần; `source` và `position` nói đã gặp chưa (số nhảy cách là bình thường: chỉ có sự kiện công khai).
Muốn đọc lại từ đầu, từ một ngày hay một vị trí: `GET /feed?since=2026-09-01` (cần mã truy cập), hoặc nhờ quản trị
chạy `dvk agency rewind`.

Khóa này chỉ mở được luồng `PUBLIC` qua đúng một consumer tên `{name}`; không tạo, sửa, xóa được gì.
""",
    "en": """\
# Receiving the public events of the “Dân vận khéo” scheme: {name}

The file `{name}.nk` is the agency's private key: give it to nobody; when it is lost, say so at once and get another
(`dvk agency rotate {name}`). Server: `{address}`. Each message is one CloudEvent (JSON), byte for byte as in the
log, so that it can be proven.

The agency is told: {told}. It begins: {begins}.

The server remembers how far the agency has acknowledged: after three weeks offline it gets everything, in order. A
message may come twice; `source` and `position` say whether it was seen (numbers that jump are normal: only public
events come). To read again from the start, a day or a position: `GET /feed?since=2026-09-01` (needs a token), or
ask the operator for `dvk agency rewind`.

This key opens stream `PUBLIC` through the one consumer `{name}`; with it nothing can be made, changed or deleted.
""",
}
RECEIVER = """\
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from standardwebhooks import Webhook, WebhookVerificationError  # pip install standardwebhooks

webhook = Webhook(Path("{name}.whsec").read_text())

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError:
            return self.answered(401)
        print(json.dumps(event, ensure_ascii=False), flush=True)  # keep it before you answer
        self.answered(204)

    def answered(self, status):
        self.send_response(status)
        self.end_headers()

HTTPServer(("127.0.0.1", {port}), Receiver).serve_forever()  # TLS in front of it
"""
NODE_RECEIVER = """\
import { Webhook } from "standardwebhooks"; // npm i standardwebhooks
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const webhook = new Webhook(readFileSync("{name}.whsec", "utf8"));
createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  let event;
  try {
    event = webhook.verify(body, request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  console.log(JSON.stringify(event)); // keep it before you answer
  response.writeHead(204).end();
}).listen({port}, "127.0.0.1"); // TLS in front of it
"""
HOOK_WORDS = {
    "vi": """\
# Nhận sự kiện công khai của phong trào “Dân vận khéo” bằng webhook: {name}

Mỗi sự kiện công khai được gửi bằng một yêu cầu `POST` tới `{url}`, theo đặc tả Standard Webhooks. Nội dung là một
CloudEvent (JSON), đúng từng byte như trong nhật ký. Tệp `{name}.whsec` là mã bí mật để kiểm tra chữ ký: không gửi cho
ai; lộ thì báo ngay để được đổi. Khi đổi, mỗi yêu cầu mang hai chữ ký trong một tuần, nên đổi lúc nào cũng được.

Cơ quan nhận: {told}. Bắt đầu: {begins}.

- Trả lời `2xx` khi đã lưu xong, trong vòng 15 giây. Sự kiện kế tiếp chỉ được gửi sau đó: luôn đúng thứ tự.
- Trả lời khác, chuyển hướng, hay không trả lời: gửi lại sau 5 giây, 30 giây, … rồi mỗi giờ một lần. Nghỉ ba tuần vẫn
  nhận đủ. Sau ba mươi ngày thì ngừng; báo lại là gửi tiếp từ chỗ cũ. `410` là thôi nhận.
- Có thể đến hai lần: `webhook-id` (cũng là `id` của sự kiện) nói đã gặp chưa. Loại sự kiện không biết: trả lời `2xx`
  rồi bỏ qua. Chữ ký sai: trả lời `401`.
""",
    "en": """\
# Receiving the public events of the “Dân vận khéo” scheme by webhook: {name}

Every public event is sent in one request, `POST` to `{url}`, as the Standard Webhooks specification has it. The body is
one CloudEvent (JSON), byte for byte as in the log. The file `{name}.whsec` is the secret with which signatures are
checked: give it to nobody; when it leaks, say so at once and get another. While it is changed each request has two
signatures for a week, so that any moment is good.

The agency is told: {told}. It begins: {begins}.

- Answer `2xx` once you have kept it, within 15 seconds. Only then the next one is sent: they come in order, always.
- Another answer, a redirect, or none: it is sent again after 5 seconds, 30, … and then once an hour. After three weeks
  away everything comes. After thirty days it ends; say so, and it goes on where it stood. `410` says: nothing more.
- It may come twice: `webhook-id` (the event's `id`) says whether it was seen. Types that you do not know: answer `2xx`
  and pass over them. A false signature: answer `401`.
""",
}
AUTHORITY = "ca.crt"
OWN_AUTHORITY = (
    ("import asyncio, nats ", "import asyncio, nats, ssl "),
    ('inbox_prefix="_INBOX_{name}")', 'inbox_prefix="_INBOX_{name}",\n'
     '                            tls=ssl.create_default_context(cafile="ca.crt"))'),
    ('inboxPrefix: "_INBOX_{name}" }', 'inboxPrefix: "_INBOX_{name}", tls: { caFile: "ca.crt" } }'),
    ("--nkey", "--tlsca ca.crt --nkey"),
)  # fmt: skip
"""What the clients say besides, to believe a certificate of the city's own."""
EVERYTHING = {"vi": "tất cả", "en": "everything"}


def hook_guide(agency: Agency, url: str, lang: str) -> str:
    """The page for one that is told by webhook."""
    port = str(urlsplit(url).port or 8080)
    blocks = [
        f"## {title}\n\n```{kind}\n{text.replace('{name}', agency.name).replace('{port}', port)}```"
        for title, kind, text in (("Python", "python", RECEIVER), ("Node", "js", NODE_RECEIVER))
    ]
    known = {"name": agency.name, "url": url, "begins": f"`{agency.begins}`", "told": _told(agency, lang)}
    return "\n\n".join([HOOK_WORDS[lang].format(**known).rstrip(), *blocks]) + "\n"


def guide(agency: Agency, address: str, lang: str, own_authority: bool) -> str:
    """The page in one language, Markdown; `own_authority`: the broker's certificate is one of the city's own."""
    known = {
        "name": agency.name,
        "address": address,
        "begins": f"`{agency.begins}`",
        "told": _told(agency, lang),
    }
    clients = (("Python", "python", PYTHON), ("Node", "js", NODE), ("nats", "sh", SHELL))
    blocks = [
        f"## {title}\n\n```{kind}\n{_filled(text, agency.name, address, own_authority)}```"
        for title, kind, text in clients
    ]
    return "\n\n".join([WORDS[lang].format(**known).rstrip(), *blocks]) + "\n"


def _told(agency: Agency, lang: str) -> str:
    chosen = {
        "events": agency.events,
        "levels": agency.levels,
        "fields": agency.fields,
        "units": agency.units,
    }
    told = "; ".join(
        f"{member} {', '.join(f'`{v}`' for v in values)}" for member, values in chosen.items() if values
    )
    return told or EVERYTHING[lang]


def _filled(text: str, name: str, address: str, own_authority: bool) -> str:
    for plain, believing in OWN_AUTHORITY if own_authority else ():
        text = text.replace(plain, believing)
    return text.replace("{name}", name).replace("{address}", address)
