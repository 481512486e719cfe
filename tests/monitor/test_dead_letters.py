"""A frame nobody can read is set aside and rings; everybody else is judged on, now and after a restart."""

from __future__ import annotations

import pytest

from egide.core.proximity import kernel
from egide.log.interface import LogFrame
from egide.monitor.dead_letters import step
from egide.monitor.fold import Fold, Outputs

from .conftest import monitor_process, one, rows, seed, wait_until
from .scene import frames
from .test_fold import DEVICES, MEASURE, control, keys, log_of
from .test_monitor import caught_up, feed, results

BAD = [b"", b"EGF1", b"EGF1\xff\xff\xff\xff", b"not a frame at all", frames(1)[0][:-70], frames(1)[0] + b"]"]


@pytest.mark.parametrize("body", BAD)
def test_a_frame_that_cannot_be_decoded_changes_nothing_and_rings_for_the_technician(body: bytes) -> None:
    fold, out = Fold(kernel.run), Outputs()
    for frame in log_of([control(*DEVICES, MEASURE), *frames(30)]):
        assert step(fold, frame, out)
    before = fold.dump()
    dead = Outputs()
    assert not step(fold, LogFrame(99, "gateway-x", 1, b"", body), dead)
    assert fold.dump() == before
    (ring,) = dead.rings
    assert (ring.cause.key, ring.cause.kind, ring.cause.opens) == ("dead_letter:gateway-x", "technical", True)


def test_an_error_that_is_none_of_the_frame_still_ends_the_process() -> None:
    def broken(*_: object) -> None:
        raise FloatingPointError("the state may be wrong")

    fold = Fold(broken)
    with pytest.raises(FloatingPointError):
        step(fold, log_of([frames(1)[0]])[0], Outputs())


def test_what_rings_around_a_frame_that_cannot_be_decoded_is_what_would_have_rung_anyway() -> None:
    clean, poisoned = Outputs(), Outputs()
    bodies = [control(*DEVICES, MEASURE), *frames(300)]
    for out, every in ((clean, 0), (poisoned, 10)):
        fold = Fold(kernel.run)
        for n, body in enumerate(bodies):
            step(fold, LogFrame(2 * n + 1, "gateway-1", n, b"", body), out)
            if every and n % every == 0:
                step(fold, LogFrame(2 * n + 2, "gateway-x", n, b"", BAD[n % len(BAD)]), out)
    assert [c.line for c in poisoned.conclusions] == [c.line for c in clean.conclusions]
    assert [key for key in keys(poisoned) if not key[0].startswith("dead")] == keys(clean)


def test_a_live_monitor_sets_it_aside_counts_it_and_judges_on(full_url: str) -> None:
    seed(full_url, 1)
    bodies = frames(200)
    with monitor_process(full_url):
        feed(full_url, [*bodies[:100], b"broken", b"broken too", *bodies[100:]])
        wait_until(lambda: caught_up(full_url))
    dead = rows(full_url, "SELECT cause, kind, repeats FROM console_incident WHERE cause LIKE 'dead%'")
    assert dead == [("dead_letter:gateway-1", "technical", 1)]
    assert one(full_url, "SELECT count(*) FROM console_incident WHERE cause = 'proximity:1'") == 1
    assert len(results(full_url)["positions"]) == 400
