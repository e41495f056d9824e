"""What files of keys hold, as it is looked at when a process starts."""

from __future__ import annotations

import orjson

from shared.doors.keyset import usable
from shared.process.named_files import holding
from shared.text.seeds import keys_in, seed_in

SEED = holding("một khóa gồm 64 chữ số thập lục phân", "a key of 64 hexadecimal digits", seed_in)
KEYS = holding(
    "các khóa gồm 64 chữ số thập lục phân, mỗi dòng một khóa",
    "keys of 64 hexadecimal digits, one per line",
    keys_in,
)
KEY_SET = holding(
    "một bộ khóa công khai (JWKS)", "a set of public keys (JWKS)", lambda text: usable(orjson.loads(text))
)
