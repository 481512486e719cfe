"""Does this process live, does it work, and how much? `/livez`, `/readyz`, `/metrics` of monitor and worker.

Counts and times only: nothing about a person, a device or a place is ever a metric or a label.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

_TEXT = "text/plain; charset=utf-8"


class Health:
    """A small HTTP server in a thread of its own; `close()` ends it."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve(port: int, ready: Callable[[], bool], host: str = "127.0.0.1") -> Health | None:
    """Serves health and metrics on `port`; 0 turns it off and gives None. Raises OSError if it is taken.

    `ready` is asked at each `/readyz`, from another thread; one that raises counts as not ready.
    """
    return None if port == 0 else listen(port, ready, host)


def listen(port: int, ready: Callable[[], bool], host: str = "127.0.0.1") -> Health:
    """As `serve`, but 0 means any free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            elif self.path == "/livez":
                self._answer(200, _TEXT, b"alive\n")
            elif self.path == "/readyz":
                good = _asked(ready)
                self._answer(200 if good else 503, _TEXT, b"ready\n" if good else b"not ready\n")
            else:
                self._answer(404, _TEXT, b"/livez, /readyz, /metrics\n")

        def _answer(self, code: int, kind: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Says nothing: a probe every few seconds is not news."""

    return Health(ThreadingHTTPServer((host, port), Handler))


def _asked(ready: Callable[[], bool]) -> bool:
    try:
        return ready()
    except Exception:
        return False
