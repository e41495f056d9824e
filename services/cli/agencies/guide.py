"""What an agency is given with its key: one page, in Vietnamese and in English, with clients that work."""

from __future__ import annotations

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


def guide(agency: Agency, address: str, lang: str, own_authority: bool) -> str:
    """The page in one language, Markdown; `own_authority`: the broker's certificate is one of the city's own."""
    chosen = {
        "events": agency.events,
        "levels": agency.levels,
        "fields": agency.fields,
        "units": agency.units,
    }
    told = "; ".join(
        f"{member} {', '.join(f'`{v}`' for v in values)}" for member, values in chosen.items() if values
    )
    known = {
        "name": agency.name,
        "address": address,
        "begins": f"`{agency.begins}`",
        "told": told or EVERYTHING[lang],
    }
    clients = (("Python", "python", PYTHON), ("Node", "js", NODE), ("nats", "sh", SHELL))
    blocks = [
        f"## {title}\n\n```{kind}\n{_filled(text, agency.name, address, own_authority)}```"
        for title, kind, text in clients
    ]
    return "\n\n".join([WORDS[lang].format(**known).rstrip(), *blocks]) + "\n"


def _filled(text: str, name: str, address: str, own_authority: bool) -> str:
    for plain, believing in OWN_AUTHORITY if own_authority else ():
        text = text.replace(plain, believing)
    return text.replace("{name}", name).replace("{address}", address)
