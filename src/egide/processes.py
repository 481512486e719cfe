"""Small facts about processes: does this one live, who are its children, may it outlive its parent?

Used by the embedded cluster and by `egide up`. It never signals anything by name, only by number.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PROC = Path("/proc")


def dies_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: the child gets `sig` when the thread that started it ends, even killed. None off Linux.

    Start such children from the main thread only: Linux watches the thread, not the process.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # before the fork: nothing is loaded after it
    parent = os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os.kill(os.getpid(), sig)

    return bind


def alive(pid: int) -> bool:
    """True while a process of that number runs; a zombie counts as dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    if _PROC.joinpath("self/stat").exists():
        return [n for p in _PROC.iterdir() if p.name.isdigit() and _parent(n := int(p.name)) == pid]
    done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
    rows = (line.split() for line in done.stdout.splitlines())
    return [int(row[0]) for row in rows if len(row) == 2 and int(row[1]) == pid]


def wait_gone(pids: list[int], timeout_s: float) -> bool:
    """Waits until none of them lives; False if some still do after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while any(alive(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _stat(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _state(pid: int) -> str:
    row = _stat(pid)
    return row[0] if row else ""


def _parent(pid: int) -> int:
    row = _stat(pid)
    return int(row[1]) if len(row) > 1 else -1
