"""Every number of judgement is a value of the policy: another value, another decision."""

from __future__ import annotations

import numpy as np
import pytest

from egide.core import messages as m
from egide.core.proximity import feeds, kernel
from egide.core.proximity.engine import Engine, Measure
from egide.core.proximity.policy import values

from .streams import PROTECTED, START_MS, WEARER, at


def speed_taken_cms(step_m: float, **policy: float) -> int:
    """The speed taken for a wearer who tells none and is some metres further after ten seconds."""
    engine = Engine(kernel.run, values(policy))
    engine.advance(START_MS)
    engine.put([Measure(1, PROTECTED, WEARER, 1000, 2000)])
    engine.apply(m.build([at(0, WEARER, 9000.0), at(10, WEARER, 9000.0 + step_m)]))
    return int(engine.pairs[0]["wearer"]["speed_cms"])


def test_from_which_speed_somebody_is_a_fast_traveller_is_a_value_of_the_policy() -> None:
    step_m = 20 + 10 * 30.0  # 30 m/s beyond what both fixes may be off
    assert speed_taken_cms(step_m) == -1, "nobody knows"
    assert speed_taken_cms(step_m, fast_speed=25.0) == pytest.approx(3000, abs=2)
    assert speed_taken_cms(step_m, max_speed=40.0) == -1, "and it is a value of its own"


def quiet_for(seconds: list[int], **policy: float) -> list[int]:
    """The feeds told as down when each of some feeds of three devices has been quiet for so many seconds."""
    found = feeds.Feeds()
    found.watch(np.repeat(np.arange(1, len(seconds) + 1), 3).astype(np.int32), START_MS)
    for feed, quiet_s in enumerate(seconds, 1):
        found.hear(np.array([feed], np.int32), np.array([START_MS - 1000 * quiet_s]))
    return found.tick(START_MS, values(policy))


def test_when_all_feeds_together_are_the_gateway_is_a_value_of_the_policy() -> None:
    assert quiet_for([100, 50]) == [feeds.GATEWAY]
    assert quiet_for([100, 40]) == [1], "the other one has just spoken"
    assert quiet_for([100, 50], feed_together=1.0) == [1]
    assert quiet_for([100, 10], feed_together=0.1) == [feeds.GATEWAY]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1, 1e8, True, "60", None])
def test_a_value_that_would_end_the_watch_without_a_word_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="silence must be a number, 0 or more"):
        values({"silence": wrong})  # type: ignore[dict-item]
