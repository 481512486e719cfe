"""Which children run, which must be started again, and how does all of it end without leaving one behind?

One thread watches everything: the kernel ties a child's life to the thread that started it, so that even a
killed `egide up` leaves nothing. It knows nothing of what its children do.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from egide import processes

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
_STEADY_S = 30.0  # a child that ran for this long starts again at the first wait
PATIENCE_S = 5.0  # from SIGTERM to SIGKILL
_TICK_S = 0.1


@dataclass(frozen=True)
class Program:
    """A subcommand of `egide` to keep running. `ready_port`: where /readyz answers 200 once it works."""

    name: str
    arguments: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    ready_port: int | None = None
    may_end: bool = False  # ending with code 0 is no failure


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    start_at: float | None = None  # None: not to be started
    ready: bool = False


class Supervisor:
    """Keeps programs running and passes on what they say. `say(name, line)` gets each line."""

    def __init__(
        self,
        say: Callable[[str, str], None],
        environ: Mapping[str, str],
        command: tuple[str, ...] = (sys.executable, "-m", "egide.cli.main"),
    ) -> None:
        self._say = say
        self._command = command
        self._environ = dict(environ)
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._partial: dict[int, bytes] = {}
        self.stopping = False
        self._hurry = False

    def listen_to_signals(self) -> None:
        """SIGINT, SIGTERM and SIGHUP ask for an orderly stop; a second one for a quick one."""
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if sig != signal.SIGHUP or signal.getsignal(sig) != signal.SIG_IGN:  # nohup wants us to stay
                signal.signal(sig, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self._hurry, self.stopping = self.stopping, True

    def add(self, program: Program) -> None:
        """Starts a program and keeps it running from now on."""
        child = _Child(program, start_at=0.0)
        self._children.append(child)
        self._start(child)

    def all_ready(self, names: Iterable[str] | None = None) -> bool:
        """True once every program (or those named) has answered its /readyz."""
        wanted = None if names is None else set(names)
        return all(c.ready for c in self._children if wanted is None or c.program.name in wanted)

    def not_ready(self) -> list[str]:
        """The names of those that have not answered yet."""
        return [c.program.name for c in self._children if not c.ready]

    def pump(self, until: Callable[[], bool], timeout_s: float = float("inf")) -> bool:
        """Passes lines on and minds the children until `until()`, the timeout or a stop; gives `until()`."""
        end = time.monotonic() + timeout_s
        while not until():
            if self.stopping or time.monotonic() > end:
                return until()
            self._pass_on(_TICK_S)
            self._mind()
        return True

    def run(self, program: Program, waiting: Callable[[float], None] = lambda _: None) -> tuple[int, list[str]]:
        """Runs a program to its end; gives its exit code and what it said. A stop ends it early."""
        lines: list[str] = []
        began = time.monotonic()
        process = self._spawn(program)
        said = self._say
        self._say = lambda name, line: lines.append(line) if name == program.name else said(name, line)
        try:
            while process.poll() is None and not self.stopping:
                self._pass_on(_TICK_S)
                self._mind()
                waiting(time.monotonic() - began)
            if process.poll() is None:
                self._end([process], PATIENCE_S)
            self._drain(process)
        finally:
            self._say = said
        return process.returncode, lines

    def stop(self) -> None:
        """Ends every child, the last started first: SIGTERM, a few seconds of patience, SIGKILL."""
        self.stopping = True
        running = [c.process for c in reversed(self._children) if c.process is not None]
        self._end(running, PATIENCE_S)
        for process in running:
            self._drain(process)
        self._children.clear()
        self._selector.close()

    # One child

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*self._command, *program.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environ | {"PYTHONUNBUFFERED": "1"} | dict(program.environ),
            start_new_session=True,  # Ctrl-C is for us; and its own children can be ended with it
            preexec_fn=processes.dies_with_parent(signal.SIGKILL),
        )
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, program.name)
        return process

    def _start(self, child: _Child) -> None:
        child.process = self._spawn(child.program)
        child.began, child.start_at = time.monotonic(), None
        child.ready = child.program.ready_port is None

    def _mind(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if child.start_at is not None and now >= child.start_at and not self.stopping:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                self._ended(child, child.process, code)
            elif not child.ready and child.program.ready_port is not None:
                child.ready = _answers(child.program.ready_port)

    def _ended(self, child: _Child, process: subprocess.Popen[bytes], code: int) -> None:
        self._drain(process)
        _kill_group(process)  # what it may have started itself
        child.process, child.ready = None, False
        if self.stopping:
            return
        if code == 0 and child.program.may_end:
            child.ready = True
            self._say(child.program.name, "has ended.")
            return
        child.failures = 0 if time.monotonic() - child.began > _STEADY_S else child.failures
        wait_s = BACKOFF_S[min(child.failures, len(BACKOFF_S) - 1)]
        child.failures += 1
        child.start_at = time.monotonic() + wait_s
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        self._say(child.program.name, f"ended ({how}); it is started again in {wait_s:g} s.")

    # Output

    def _pass_on(self, timeout_s: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout_s)
            return
        for key, _ in self._selector.select(timeout_s):
            self._read(key)

    def _read(self, key: selectors.SelectorKey) -> None:
        try:
            data = os.read(key.fd, 65536)
        except BlockingIOError:
            return
        *whole, rest = (self._partial.pop(key.fd, b"") + data).split(b"\n")
        for line in whole:
            self._say(key.data, line.decode(errors="replace").rstrip())
        if data:
            self._partial[key.fd] = rest
            return
        if rest:
            self._say(key.data, rest.decode(errors="replace").rstrip())
        self._selector.unregister(key.fileobj)
        key.fileobj.close()  # type: ignore[union-attr]

    def _drain(self, process: subprocess.Popen[bytes]) -> None:
        """Passes on the last words of a child that has ended, without waiting for anybody who kept its pipe."""
        pipe = process.stdout
        while pipe is not None and not pipe.closed:
            waiting = [key for key, _ in self._selector.select(0) if key.fileobj is pipe]
            if not waiting:
                self._partial.pop(pipe.fileno(), None)
                self._selector.unregister(pipe)
                pipe.close()
            for key in waiting:
                self._read(key)

    # The end

    def _end(self, running: list[subprocess.Popen[bytes]], patience_s: float) -> None:
        for process in running:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
        end = time.monotonic() + patience_s
        while any(p.poll() is None for p in running) and time.monotonic() < end and not self._hurry:
            self._pass_on(0.05)
        for process in running:
            if process.poll() is None:
                self._say("up", f"process {process.pid} does not end by itself: killed.")
            _kill_group(process)
            process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
