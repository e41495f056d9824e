"""The witness of all logs, with the record of all heads, and with the witnesses that others run."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.reporting.ledger.bundles import Bundles
from services.reporting.ledger.heads import HeadsOfAll
from services.reporting.ledger.ledger import Ledger
from services.reporting.ledger.outside import (
    Outside,
    Outsider,
    OutsidersRefused,
    Second,
    Source,
    outsiders_in,
)
from services.reporting.ledger.recording import Recorder
from services.reporting.ledger.witness import Witness
from shared import SERVICES
from shared.doors import witness as doors
from shared.process.declaring import SettingsWrong
from shared.process.ids import unix_time
from shared.process.kinds import Wrong
from shared.process.own_keys import COSIGNED, COSIGNS, cosigner, keys_of
from shared.process.replaced_keys import handovers_of
from shared.process.running import Running


def witnessing(
    running: Running, ledger: Ledger, recorder: Recorder, signed: Source
) -> tuple[Witness, Bundles] | None:
    """Have a running service be the witness, where there is a key for it; `signed` is the ledger as it is signed."""
    if (key := keys_of(running.settings).get("witness")) is None:
        return None
    witness = Witness(running, key, unix_time, recorder)
    heads = HeadsOfAll(running.database, ledger, recorder.heads, recorder.recorded, running.clock.today)
    running.background += [("witness", witness.watch), ("heads", heads.watch)]
    running.also_followed.append(witness.status)
    prefix, logs = running.settings.log_prefix, (*SERVICES, "ledger")
    handovers = partial(handovers_of, running.database, "witness")
    shown = doors.Shown(witness.vkey, prefix, logs, handovers, partial(witness.note, position=0))
    running.routers.append(doors.router(shown))
    sources = {
        log: Source(
            partial(witness.own_note, log),
            witness.tree(log),
            partial(running.peers[log].text, "/log/handovers"),
        )
        for log in SERVICES
    }
    second = Second(running.peers[COSIGNS], cosigner(prefix), frozenset(COSIGNED))
    outsiders = _outsiders(running.settings.witnesses_file)
    outside = Outside(running.database, {**sources, "ledger": signed}, outsiders, unix_time, second)
    running.background.append(("outside", outside.watch))
    running.also_followed.append(outside.status)
    return witness, Bundles(witness, heads, ledger)


def _outsiders(file: Path | None) -> tuple[Outsider, ...]:
    try:
        return outsiders_in(file)
    except OutsidersRefused as refused:
        name, said = "DVK_WITNESSES_FILE", str(refused)
        kind = {"kind_vi": f"nhân chứng hợp lệ ({said})", "kind_en": f"witnesses ({said})"}
        raise SettingsWrong([Wrong.because("setting.file-wrong", name, path=str(file), **kind)]) from refused
