"""Children are kept running while they are wanted, and none is left when they are not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from egide import processes
from egide.cli import supervisor
from egide.cli.supervisor import Program, Supervisor

Say = tuple[str, str]

STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('grandchild', child.pid, flush=True)\n"
    "time.sleep(600)"
)


@pytest.fixture
def said() -> list[Say]:
    return []


@pytest.fixture
def keeper(said: list[Say], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.05, 0.2))
    monkeypatch.setattr(supervisor, "PATIENCE_S", 0.5)
    before = set(psutil.Process().children(recursive=True))  # of other tests of this worker: a browser, a PostgreSQL
    made = Supervisor(lambda name, line: said.append((name, line)), os.environ, (sys.executable, "-c"))
    yield made
    made.stop()
    left = set(psutil.Process().children(recursive=True)) - before
    assert all("postgres" in child.name() for child in left), "a PostgreSQL of before may have a new backend"


def _lines(said: list[Say], name: str) -> list[str]:
    return [line for who, line in said if who == name]


def test_what_a_child_says_comes_with_its_name_line_by_line(keeper: Supervisor, said: list[Say]) -> None:
    keeper.add(Program("web", ("print('un'); print('deux'); import time; time.sleep(60)",)))
    assert keeper.pump(lambda: len(said) == 2, 10)
    assert said == [("web", "un"), ("web", "deux")]


def test_a_child_that_dies_is_started_again_and_that_is_said(keeper: Supervisor, said: list[Say]) -> None:
    keeper.add(Program("monitor", ("print('here'); raise SystemExit(3)",)))
    assert keeper.pump(lambda: _lines(said, "monitor").count("here") == 3, 20)
    assert "ended (code 3); it is started again in 0.05 s." in _lines(said, "monitor")
    assert "ended (code 3); it is started again in 0.2 s." in _lines(said, "monitor")


def test_a_child_that_may_end_is_left_alone_when_it_does(keeper: Supervisor, said: list[Say]) -> None:
    keeper.add(Program("simulate", ("print('done')",), may_end=True))
    assert keeper.pump(lambda: "has ended." in _lines(said, "simulate"), 10)
    keeper.pump(lambda: False, 0.5)
    assert _lines(said, "simulate").count("done") == 1


def test_ready_means_that_it_answers_not_that_it_runs(keeper: Supervisor, tmp_path: Path) -> None:
    signal_file = tmp_path / "go"
    code = (
        "import pathlib, sys, time; from egide import health\n"
        f"served = health.listen(0, pathlib.Path({str(signal_file)!r}).exists)\n"
        "print(served.port, flush=True); time.sleep(60)"
    )
    ports: list[int] = []
    probe = Supervisor(lambda _, line: ports.append(int(line)), os.environ, (sys.executable, "-c"))
    try:
        probe.add(Program("worker", (code,)))
        assert probe.pump(lambda: bool(ports), 20)
        keeper.add(Program("watched", ("import time; time.sleep(60)",), ready_port=ports[0]))
        assert not keeper.pump(keeper.all_ready, 0.5)
        assert keeper.not_ready() == ["watched"]
        signal_file.touch()
        assert keeper.pump(keeper.all_ready, 10)
    finally:
        probe.stop()


def test_a_child_that_does_not_listen_is_killed_with_what_it_started(keeper: Supervisor, said: list[Say]) -> None:
    keeper.add(Program("gateway", (STUBBORN,)))
    assert keeper.pump(lambda: bool(said), 20)
    grandchild = int(said[0][1].split()[1])
    began = time.monotonic()
    keeper.stop()
    assert 0.4 < time.monotonic() - began < 5
    assert processes.wait_gone([grandchild], 5)


def test_a_step_gives_its_code_and_what_it_said(keeper: Supervisor) -> None:
    code, lines = keeper.run(Program("tables", ("import sys; print('so far'); sys.exit(4)",)))
    assert (code, lines) == (4, ["so far"])


def test_a_stop_during_a_step_ends_the_step(keeper: Supervisor) -> None:
    def stop_soon(seconds: float) -> None:
        keeper.stopping = seconds > 0.2

    code, _ = keeper.run(Program("tables", ("import time; time.sleep(600)",)), stop_soon)
    assert code < 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_of_a_supervisor_that_is_killed_do_not_outlive_it() -> None:
    code = (
        "import os, sys; from egide.cli.supervisor import Program, Supervisor\n"
        "s = Supervisor(lambda name, line: print(line, flush=True), os.environ, (sys.executable, '-c'))\n"
        "s.add(Program('child', ('import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);'\n"
        "    'print(os.getpid()); time.sleep(600)',)))\n"
        "s.pump(lambda: False)"
    )
    killed = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    child = int(killed.stdout.readline())
    assert processes.alive(child)
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert processes.wait_gone([child], 5)


def test_a_stop_from_a_signal_ends_the_watch_and_a_second_one_the_patience(
    keeper: Supervisor, said: list[Say], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE_S", 60)
    keeper.add(Program("gateway", (STUBBORN,)))
    assert keeper.pump(lambda: bool(said), 20)
    ask: Callable[..., None] = keeper._on_signal
    ask()
    assert keeper.stopping
    assert not keeper.pump(lambda: False, 60)
    ask()
    began = time.monotonic()
    keeper.stop()
    assert time.monotonic() - began < 5
