"""Ends a process at a commit of the incident path, like a power cut: `python -m tests.auditor.killer before monitor`.

Also for one process: `at_commit(n, when)` raises at the n-th commit instead, and the caller throws the connection away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.transaction import BaseTransaction

INCIDENT = "INSERT INTO console_incident (cause"


class Killed(BaseException):
    """The process ended here."""


@contextmanager
def at_commit(number: int, when: str) -> Iterator[list[int]]:
    """Inside, the `number`-th commit of this process is its last thing: `before` it happened, or `after`."""
    commit, done = BaseTransaction._commit_gen, [0]

    def wrapped(self: Any) -> Any:
        done[0] += 1
        mine = done[0] == number
        if mine and when == "before":
            raise Killed
        result = yield from commit(self)
        if mine:
            raise Killed
        return result

    BaseTransaction._commit_gen = wrapped  # type: ignore[method-assign]
    try:
        yield done
    finally:
        BaseTransaction._commit_gen = commit  # type: ignore[method-assign]


def at_incident(when: str) -> None:
    """From now on this process ends at the commit that opens an incident."""
    commit, execute, armed = BaseTransaction._commit_gen, psycopg.Cursor.execute, [False]

    def heard(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        armed[0] |= INCIDENT in str(query)
        return execute(self, query, *args, **kwargs)

    def wrapped(self: Any) -> Any:
        if armed[0] and when == "before":
            os._exit(137)
        result = yield from commit(self)
        if armed[0]:
            os._exit(137)
        return result

    psycopg.Cursor.execute = heard  # type: ignore[method-assign]
    BaseTransaction._commit_gen = wrapped  # type: ignore[method-assign]


if __name__ == "__main__":
    from egide.cli.main import main

    at_incident(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
