"""Killed at every commit of the path, the platform comes back: each SOS is open and ringing, and nothing goes out twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest

from tests.auditor.conftest import Platform
from tests.auditor.killer import Killed, at_commit
from tests.channels.conftest import FarSide, Office
from tests.channels.conftest import far_side as _far_side
from tests.channels.conftest import office as _office
from tests.monitor.conftest import environment, monitor_process, one, rows, wait_until

far_side, office = _far_side, _office

MOST = 40  # commits a whole path may need; the test fails rather than ending early


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sender_killed_at_any_commit_loses_nothing_and_repeats_nothing(
    office: Office, far_side: Callable[..., FarSide], full_url: str, when: str
) -> None:
    destination = office.destination("http://127.0.0.1:1/hook")
    for number in range(1, MOST):
        side = far_side(204)
        office.db.execute("UPDATE outbox_destination SET address = %s", (side.url,))
        message = office.message(destination)
        office.request(office.incident(), due_s=0)
        killed = _until_killed(office, full_url, number, when)
        # The worker starts again, once the lease of the dead one is over.
        office.db.execute("UPDATE outbox_message SET lease_until = now() WHERE status = 'sending'")
        office.step(office.sender(), 1)
        status = office.status(message)
        where = f"killed {when} commit {number}"
        assert status in ("delivered", "uncertain"), where
        assert len(side.heard) <= 1, f"{where}: it went out twice and no person said so"
        assert status == "delivered" or office.rung(message), f"{where}: nobody knows of it"
        waiting = office.one(
            "SELECT count(*) FROM police_request WHERE status = 'requested' AND rang_at IS NULL AND due_at <= now()"
        )
        assert waiting == 0, f"{where}: a request that nobody acknowledged did not ring"
        office.db.execute("UPDATE outbox_message SET status = 'withdrawn' WHERE status = 'uncertain'")
        if not killed:
            assert number > 4, "the path has more commits than that"
            return
    raise AssertionError("the path never ended")


def _until_killed(office: Office, url: str, number: int, when: str) -> bool:
    """A sender on a connection of its own, until it dies at that commit or has nothing left to do."""
    with psycopg.connect(url, autocommit=True) as db, at_commit(number, when):
        db.execute("SELECT set_config('egide.system', 'on', false)")
        sender = office.sender()
        try:
            for _ in range(2):
                sender._checked_at = float("-inf")
                sender.step(db)
                sender.wait(10)
        except Killed:
            db.close()
            return True
    return False


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_monitor_killed_at_the_commit_that_opens_an_incident_leaves_one_that_rings(
    platform: Platform, full_url: str, when: str
) -> None:
    platform.db.execute("UPDATE monitor_lease SET seq = 0, renewed_at = '-infinity', judged_at = NULL")
    command = [sys.executable, "-m", "tests.auditor.killer", when, "monitor"]
    dying = subprocess.Popen(command, env=environment(full_url, EGIDE_MONITOR_LEASE_MS="600"), stderr=subprocess.PIPE)
    platform.press()
    try:
        assert dying.wait(120) == 137, "it died at that commit"
    finally:
        dying.kill()
        assert dying.stderr is not None
        dying.stderr.close()
    with monitor_process(full_url, EGIDE_MONITOR_LEASE_MS="600"):
        wait_until(lambda: rows(full_url, "SELECT id FROM console_incident"), 60)
        wait_until(lambda: one(full_url, "SELECT judged_at > now() - interval '5 s' FROM monitor_lease"), 60)
    told = rows(full_url, "SELECT kind, urgency, status, repeats FROM console_incident")
    assert told == [("sos", 10, "open", 0)], "one incident, open, and the press was counted once"
    shown = one(full_url, "SELECT count(*) FROM console_screen WHERE change IN ('opened', 'ring')")
    assert shown >= 1, "every screen was told"
    assert "audit_sos" not in platform.wrong()
