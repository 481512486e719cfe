"""The demo's devices write what the decoders of real devices read."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from egide.core.observations import Fix, SignalKind
from egide.devices import osmand, owntracks
from egide.simulation.cast import Device
from egide.simulation.places import Place
from egide.simulation.players import Said
from egide.simulation.receiver import Reading
from egide.simulation.wire import post

AT_MS = 1_772_373_720_250
BOX = Device("box-1", "secret", "bar_box", "protected", "BAR-2026-0001", 1000)
READING = Reading(Place(47.3215001, 5.0415002), 12.3, 1.5)
POSITION = Said(BOX, 0, READING, "", 0.8)


def test_a_position_of_a_box_is_osmand_json() -> None:
    sent = post(POSITION, AT_MS)
    assert (sent.path, sent.headers["Authorization"], sent.urgent) == ("/osmand", "Bearer secret", False)
    report = osmand.decode({}, sent.body, AT_MS)
    assert report.identifier == "box-1"
    assert report.fixes == (Fix(AT_MS, 473215001, 50415002, 1230, 150),)
    assert (report.battery, report.problems) == (0.8, ())


def test_a_speed_the_device_does_not_know_is_unknown() -> None:
    sent = post(replace(POSITION, reading=replace(READING, speed_mps=None)), AT_MS)
    assert osmand.decode({}, sent.body, AT_MS).fixes[0].speed_cms is None


def test_a_box_without_a_position_proves_that_it_is_alive() -> None:
    report = osmand.decode({}, post(replace(POSITION, reading=None), AT_MS).body, AT_MS)
    assert (report.heard, report.fixes, report.signals, report.problems) == (True, (), (), ())


def test_a_position_of_a_pilot_phone_is_owntracks() -> None:
    sent = post(replace(POSITION, device=replace(BOX, kind="pilot_phone")), AT_MS)
    login = base64.b64decode(sent.headers["Authorization"].removeprefix("Basic ")).decode()
    assert (sent.path, login) == ("/owntracks", "box-1:secret")
    report = owntracks.decode(sent.body, "box-1")
    assert report.fixes == (Fix(AT_MS // 1000 * 1000, 473215001, 50415002, 1200, pytest.approx(150, abs=15)),)  # type: ignore[arg-type]
    assert report.battery == pytest.approx(0.8)


def test_a_pilot_phone_without_a_position_proves_that_it_is_alive() -> None:
    sent = post(replace(POSITION, device=replace(BOX, kind="pilot_phone"), reading=None), AT_MS)
    report = owntracks.decode(sent.body, "box-1")
    assert (report.heard, report.fixes, report.signals) == (True, (), ())


@pytest.mark.parametrize("kind", ["tgd", "bar_box", "bar_bracelet", "pilot_phone"])
@pytest.mark.parametrize(
    ("word", "signal"),
    [("sos", SignalKind.SOS), ("lowBattery", SignalKind.LOW_BATTERY), ("strap", SignalKind.STRAP)],
)
@pytest.mark.parametrize("reading", [READING, None])
def test_an_alarm_of_any_device_is_one_signal_with_or_without_a_position(
    kind: str, word: str, signal: SignalKind, reading: Reading | None
) -> None:
    sent = post(Said(replace(BOX, kind=kind), 0, reading, word, 0.09), AT_MS)
    assert (sent.path, sent.urgent) == ("/osmand", True)
    report = osmand.decode({}, sent.body, AT_MS)
    assert [(s.kind, s.time_ms) for s in report.signals] == [(signal, AT_MS)]
    assert len(report.fixes) == (reading is not None)
    assert (report.problems, report.battery) == ((), 0.09)


def test_no_position_and_no_key_ever_stands_in_a_path() -> None:
    for said in (POSITION, replace(POSITION, alarm="sos"), replace(POSITION, device=replace(BOX, kind="pilot_phone"))):
        assert post(said, AT_MS).path in ("/osmand", "/owntracks")
