"""What becomes of a frame of the log that nobody can read? It is set aside, and a technician is called.

A frame that kills whoever reads it would kill every monitor that comes after, for everybody. So one that cannot be
decoded changes nothing, stays in the log as it is, and rings. Anything else that goes wrong in a step still ends the
process (design, rule 12): then the state may be wrong, here it is untouched.
"""

from __future__ import annotations

from egide.core.workflow.causes import GRAVE_TECHNICAL_URGENCY, Cause
from egide.log.frames import Damaged
from egide.log.interface import LogFrame
from egide.monitor.fold import Fold, Outputs, Ring


def step(fold: Fold, frame: LogFrame, out: Outputs) -> bool:
    """`fold.step`, or a ring for a frame that cannot be decoded. False if it was set aside."""
    try:
        fold.step(frame, out)
    except Damaged as flaw:
        # Decoding is the first thing a step does: the fold has changed nothing yet.
        out.rings.append(Ring(frame.seq, 0, 0, None, fold.engine.log_ms, of_damaged_frame(frame, str(flaw))))
        return False
    return True


def of_damaged_frame(frame: LogFrame, why: str) -> Cause:
    """One incident for each source that writes what nobody can read; further frames are counted on it."""
    return Cause(
        key=f"dead_letter:{frame.source}",
        kind="technical",
        urgency=GRAVE_TECHNICAL_URGENCY,
        event="dead_letter",
        counts=True,
        data={"signal": "dead_letter", "frame": frame.seq, "why": why},
    )
