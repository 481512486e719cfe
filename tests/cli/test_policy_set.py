"""`egide policy set` writes into the log what a person decided, says who and why in the trail, and refuses nonsense."""

from __future__ import annotations

import getpass
import subprocess
import sys

import pytest

from egide.cli.main import main
from egide.core.proximity import kernel
from egide.log.frames import decode
from egide.monitor.fold import Fold
from tests.monitor.conftest import environment, monitor_process, one, rows, seed, wait_until
from tests.monitor.test_monitor import caught_up


def said(url: str, *arguments: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of `egide policy set …`."""
    command = [sys.executable, "-m", "egide.cli.main", "policy", "set", *arguments]
    done = subprocess.run(command, env=environment(url), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def changes(url: str) -> list[dict]:
    """The changes of the policy in the log."""
    found = rows(url, "SELECT body FROM log_frame WHERE source = 'file' ORDER BY seq")
    return [said for row in found for said in decode(bytes(row[0])).extras if said["control"] == "policy"]


def test_a_value_is_set_through_the_log_and_the_trail_says_who_and_why(full_url: str) -> None:
    code, told, wrong = said(full_url, "silence", "120", "--reason", "Two weeks of quiet nights.")
    assert (code, wrong) == (0, "")
    assert told.startswith("silence: 180 s until now, 120 s from frame 1 of cell 1 on")
    (change,) = changes(full_url)
    assert change["values"] == {"silence": 120.0}
    fold = Fold(kernel.run)
    fold.control(change)
    assert 120.0 in fold.engine.policy
    entries = rows(
        full_url,
        "SELECT e.action, e.object_kind, e.object_id, t.text FROM audit_entry e JOIN audit_audittext t ON t.entry_seq = e.seq"
        f" WHERE e.event = '{change['entry']}'",
    )
    why = f"{getpass.getuser()}: silence 180 -> 120 s. Two weeks of quiet nights."
    assert entries == [("write", "policy", "silence", why)]

    code, told, _ = said(full_url, "silence", "120", "--reason", "Again.")
    assert (code, told) == (0, "silence is 120 s already: nothing was written.\n")
    assert len(changes(full_url)) == 1


def test_what_was_set_judges_and_is_known_again_from_the_snapshot(full_url: str) -> None:
    seed(full_url, 1)
    assert said(full_url, "held_wait", "30", "--reason", "A trial.")[0] == 0
    with monitor_process(full_url, EGIDE_MONITOR_SNAPSHOT_S="1") as child:
        wait_until(lambda: caught_up(full_url))
        child.terminate()
        assert child.wait(10) == 0
    assert one(full_url, "SELECT count(*) FROM monitor_snapshot") > 0
    told = said(full_url, "held_wait", "45", "--reason", "The trial is over.")[1]
    assert told.startswith("held_wait: 30 s until now, 45 s from frame ")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("dwel", "3", "'dwel' is not a policy value; there are: default_accuracy, "),
        ("silence", "nan", "silence must be a number, 0 or more, and no more than 10000000."),
        ("silence", "inf", "silence must be a number, 0 or more"),
        ("silence", "-1", "silence must be a number, 0 or more"),
        ("silence", "two minutes", "silence must be a number, 0 or more"),
    ],
)
def test_what_a_policy_file_may_not_say_is_refused_with_a_sentence(
    capsys: pytest.CaptureFixture[str], name: str, value: str, sentence: str
) -> None:
    assert main(["policy", "set", "--reason", "A trial.", "--", name, value]) == 2
    assert sentence in capsys.readouterr().err


def test_a_value_without_a_reason_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "set", "silence", "120", "--reason", " "]) == 2
    assert "say it with --reason" in capsys.readouterr().err
