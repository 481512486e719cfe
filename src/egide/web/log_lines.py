"""What a failed page leaves in the log: which exception, where. Never its text, which may hold what a person typed.

PostgreSQL's own words ("Failing row contains …") are the reason: nothing about a person goes into application logs.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Line(logging.Formatter):
    """One line a record; of an exception its type and the places it passed, innermost last."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name of the base class
        """The types of the whole chain and the frames of the last one, without any text."""
        kinds = []
        error: BaseException | None = ei[1]
        while error is not None:
            kinds.append(f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        places = [f"{frame.filename.rsplit('egide', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(ei[2])]
        return f"  {' from '.join(kinds)} at {' > '.join(places[-6:])}"
