"""Whoever watches the processes can ask: alive, ready, how much."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from egide import health


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def _broken() -> bool:
    raise RuntimeError("cannot tell")


@pytest.mark.parametrize(("ready", "code"), [(lambda: True, 200), (lambda: False, 503), (_broken, 503)])
def test_a_process_that_lives_may_still_not_be_ready(ready: Callable[[], bool], code: int) -> None:
    served = health.listen(0, ready)
    try:
        assert _get(served.port, "/livez")[0] == 200
        assert _get(served.port, "/readyz")[0] == code
        assert "process_cpu_seconds_total" in _get(served.port, "/metrics")[1]
        assert _get(served.port, "/other")[0] == 404
    finally:
        served.close()


def test_port_zero_turns_it_off() -> None:
    assert health.serve(0, lambda: True) is None
