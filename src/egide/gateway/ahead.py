"""By how much is a message set back whose sender's clock runs ahead, and by how much when it comes again?

Nobody can have been anywhere in the future, so its newest time becomes ours. The same message sent again is set back by as
much as the first time, or one press would be two and an old place a new one. It remembers a few messages of each device.
"""

from __future__ import annotations

from collections import deque

KEPT = 16  # messages of one device: what a phone with a bad line may have under way


class Ahead:
    """One per gateway. A gateway that was restarted takes a repeat for a new message: then both stand in the log."""

    def __init__(self) -> None:
        self._of: dict[int, deque[tuple[int, int]]] = {}

    def of(self, device: int, newest_ms: int, now_ms: int) -> int:
        """Milliseconds to take off every time of a message whose newest is `newest_ms`; 0 for a clock that is right."""
        known = self._of.get(device)
        for newest, ahead in known or ():
            if newest == newest_ms:
                return ahead
        ahead = max(0, newest_ms - now_ms)
        if ahead:
            self._of.setdefault(device, deque(maxlen=KEPT)).append((newest_ms, ahead))
        else:
            # Its clock was put right, perhaps: a true time must not be taken for one that was wrong before.
            self._of.pop(device, None)
        return ahead
