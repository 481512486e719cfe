"""The ledger that decides about faults: it finds what is missing, and every fault says what it promises."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from faults.house import House
from faults.ledger import Ledger, Told
from faults.run import NAMES, outcome, table

from egide.core import messages as m
from egide.core.observations import Fix, Signal, SignalKind
from egide.log.frames import encode


class Shown(House):
    """A database that shows these frames and incidents."""

    def __init__(self, frames: list[bytes], causes: list[str]) -> None:
        super().__init__("postgresql://nobody", Path())
        self.frames, self.causes = frames, causes

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [(body,) for body in self.frames] if "log_frame" in query else [(cause,) for cause in self.causes]


def frame(device: int, time_ms: int, sos: bool = False) -> bytes:
    records = [m.fix_record(device, Fix(time_ms, 0, 0), time_ms)]
    if sos:
        records.append(m.signal_record(device, Signal(SignalKind.SOS, time_ms), time_ms))
    return encode(m.build(records), [])


def ledger_of(*entries: Told) -> Ledger:
    ledger = Ledger(Shown([], []))
    ledger.entries[:] = entries
    return ledger


def test_what_was_acknowledged_and_stands_there_is_kept_and_poison_beside_it_does_not_matter() -> None:
    ledger = ledger_of(Told(1, 10, True, 200), Told(2, 11, False, 200), Told(2, 12, False, 503), Told(2, 13, False, 0))
    verdict = ledger.compare(Shown([frame(1, 10, sos=True), b"poison", frame(2, 11), frame(2, 13)], ["sos:1"]))
    assert verdict.kept
    assert (verdict.told, verdict.sos_told, verdict.refused, verdict.stored, verdict.twice) == (2, 1, 1, 3, 0)


def test_a_lost_fix_a_lost_press_an_sos_that_did_not_ring_and_a_copy_are_found() -> None:
    ledger = ledger_of(Told(1, 10, True, 200), Told(2, 11, False, 204))
    assert ledger.compare(Shown([frame(1, 10, sos=True)], ["sos:1"])).missing == 1
    assert ledger.compare(Shown([frame(1, 10), frame(2, 11)], ["sos:1"])).missing == 1
    assert ledger.compare(Shown([frame(1, 10, sos=True), frame(2, 11)], ["sos:2"])).unrung == 1
    assert ledger.compare(Shown([frame(1, 10, sos=True), frame(2, 11), frame(2, 11)], ["sos:1"])).twice == 1


def test_every_fault_is_a_file_that_says_what_is_promised_and_every_file_is_in_the_list() -> None:
    folder = Path(__file__).parents[2] / "faults"
    parts = {"__init__", "house", "ledger", "result", "run", "stream"}
    alone = {"crash", "far_side"}  # minutes each, with targets of their own: make crash, make outbox
    files = {path.stem for path in folder.glob("*.py")} - parts - alone
    assert files == set(NAMES)
    for name in NAMES:
        module = importlib.import_module(f"faults.{name}")
        assert module.PROMISE
        assert hasattr(module, "control") == hasattr(module, "CONTROL")


def test_what_a_machine_cannot_do_is_never_counted_as_passed() -> None:
    row = {"fault": "link_down", "control": False, "promise": "p", "told": "not possible here: no ip", "seconds": 0}
    assert outcome({**row, "passed": None}) == "not possible here"
    assert outcome({**row, "passed": False}) == "BROKEN"
    assert outcome({**row, "passed": False, "control": True}) == "DOES NOT FAIL"
    assert "not possible here: no ip" in table([{**row, "passed": None}])
