"""How does `egide up` talk to the person at the terminal? One prefix a process, steps with their time, one
box.

Colour only on a terminal and without NO_COLOR; the same lines, without colour, go to a log file that rotates.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_HUES = {"up": 37, "postgres": 34, "gateway": 36, "monitor": 35, "web": 32, "worker": 33, "simulate": 90}
_WIDTH = 8
_FILE_BYTES = 5_000_000


class Terminal:
    """Standard output with prefixes, and the same in `log_file`. A terminal that goes away is no reason to
    stop.
    """

    def __init__(self, log_file: Path) -> None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(log_file, maxBytes=_FILE_BYTES, backupCount=2)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._file = handler
        self._live = sys.stdout.isatty()
        self._colour = self._live and "NO_COLOR" not in os.environ
        self._open_step = ""
        self._shown_s = 0

    def close(self) -> None:
        """Closes the log file."""
        self._file.close()

    def line(self, name: str, text: str) -> None:
        """One line of one process."""
        self._break_step()
        text = text.removeprefix(f"{name}: ")
        prefix = f"{name:<{_WIDTH}} │"
        if self._colour:
            prefix = f"\x1b[{_HUES.get(name, 37)}m{prefix}\x1b[0m"
        self._write(f"{prefix} {text}\n")
        record = logging.LogRecord("egide", logging.INFO, "", 0, f"{name:<{_WIDTH}} | {text}", None, None)
        self._file.handle(record)

    def text(self, text: str) -> None:
        """A line without a prefix."""
        self._break_step()
        self._write(f"{text}\n")

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Says what is being done, then how long it took; nothing more if it raises."""
        began = time.monotonic()
        self._open_step, self._shown_s = what, 0
        self._write(f"  {what} …")
        yield
        took = f"{time.monotonic() - began:.1f} s"
        if self._open_step:
            self._write(f"\r  {what} … {took}\n" if self._live else f" {took}\n")
        else:
            self._write(f"  {what}: {took}\n")
        self._open_step = ""

    def waiting(self, seconds: float) -> None:
        """Shows on a terminal that the open step still goes on."""
        if self._open_step and self._live and int(seconds) > self._shown_s:
            self._shown_s = int(seconds)
            self._write(f"\r  {self._open_step} … {self._shown_s} s")

    def box(self, lines: list[str]) -> None:
        """A frame around what matters."""
        width = max(map(len, lines))
        rows = [f"│ {line:<{width}} │" for line in lines]
        self.text("\n".join(["", f"┌{'─' * (width + 2)}┐", *rows, f"└{'─' * (width + 2)}┘", ""]))

    def _break_step(self) -> None:
        if self._open_step:
            self._write("\n")
            self._open_step = ""

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal was closed: what runs, runs on or stops by signal
            sys.stdout.write(text)
            sys.stdout.flush()
