"""A synthetic SOS passes gateway, log, monitor, incident and screens; no operator sees an alarm; a lost one rings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from egide.auditor import probe as probes
from egide.auditor.probe import NotOurs, Probe
from egide.settings import Settings
from tests.auditor.conftest import Platform
from tests.gateway.conftest import GatewayThread
from tests.gateway.conftest import start_gateway as _start_gateway
from tests.monitor.conftest import monitor_process, one, wait_until

start_gateway = _start_gateway


def test_it_passes_end_to_end_and_nobody_sees_an_alarm(
    platform: Platform, full_url: str, start_gateway: Callable[..., GatewayThread]
) -> None:
    platform.db.execute("UPDATE monitor_lease SET seq = 0, renewed_at = '-infinity', judged_at = NULL")
    gateway = start_gateway(full_url)
    with monitor_process(full_url):
        wait_until(lambda: one(full_url, "SELECT judged_at IS NOT NULL FROM monitor_lease"), 90)
        auditor = platform.auditor(EGIDE_GATEWAY_URL=gateway.url, EGIDE_AUDITOR_PROBE_S="60")
        first, second = auditor.probe(platform.db), auditor.probe(platform.db)
        assert first.shown_s is not None
        assert second.shown_s is not None
        assert second.shown_s < 5
    assert platform.one("SELECT count(*) FROM console_incident WHERE status = 'open'") == 0
    closed = platform.db.execute("SELECT kind, urgency, status, close_reason FROM console_incident").fetchall()
    assert closed == [("technical", 50, "closed", "probe")] * 2
    platform.reader.grace_s = 0
    assert "audit_sos" not in platform.wrong(), "the probe's own press has its event too"


def test_one_that_does_not_pass_rings_until_one_does(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "POST_S", 0.1)
    auditor = platform.auditor((), EGIDE_GATEWAY_URL="http://127.0.0.1:1", EGIDE_AUDITOR_PROBE_S="60")
    platform.now_s += 1
    auditor.round(platform.db)
    assert platform.room() == ["audit_probe:1"]
    assert [said.word for said in platform.said] == ["audit_probe"]


def test_an_sos_the_monitor_never_judges_is_lost_even_though_it_was_answered(
    platform: Platform, full_url: str, start_gateway: Callable[..., GatewayThread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "ARRIVE_S", 0.5)
    gateway = start_gateway(full_url)
    passed = Probe(gateway.url, 1).send(platform.db)
    assert passed.answered_s is not None
    assert passed.shown_s is None


def test_nothing_is_sent_in_the_name_of_a_device_that_is_somebodys(platform: Platform) -> None:
    db = platform.db
    db.execute("INSERT INTO people_person (id, given_name, family_name) OVERRIDING SYSTEM VALUE VALUES (1, 'A', 'B')")
    db.execute(
        "INSERT INTO registry_device (identifier, kind, key_hash, status, person_id)"
        " VALUES ('egide-probe', 'pilot_phone', 'k', 'issued', 1)"
    )
    with pytest.raises(NotOurs):
        Probe("http://127.0.0.1:1", 1).lay(db)
    device = platform.one("SELECT id FROM registry_device")
    assert platform.incident(cause=f"sos:{device}") > 0
    db.execute("UPDATE console_incident SET device_id = %s", (device,))
    db.execute(
        "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms, device_id)"
        " VALUES ('sos:x', 'sos', 10, 1, 0, 0, %s)", (device,),
    )  # fmt: skip
    assert platform.one("SELECT status FROM console_incident WHERE cause = 'sos:x'") == "open"


def test_settings_name_the_gateway_of_this_machine_by_default() -> None:
    assert Settings({}).number("EGIDE_AUDITOR_PROBE_S") == 60
