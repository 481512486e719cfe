"""The cable between a browser and its server: a test may cut it, also in the middle of an event, and mend it."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

from tests.web.conftest import Server

RESET = struct.pack("ii", 1, 0)  # closing sends a reset: nothing that waited is delivered


class Cable:
    """Looks like the server to a desk, and carries bytes to it and back."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.logins = server.logins
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._down = False
        self._at: tuple[bytes, int, Callable[[], None]] | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection is gone at once, and no new one comes about."""
        self._down = True
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self) -> None:
        """New connections come about again."""
        self._down = False

    def cut_within(self, marker: bytes, after: int, then: Callable[[], None]) -> threading.Event:
        """The next time `marker` comes down the line, `after` bytes of what follows it still pass; then it is cut.

        `then` is called in that moment. The event that is answered is set once it has happened.
        """
        happened = threading.Event()

        def done() -> None:
            then()
            self.cut()
            happened.set()

        self._at = (marker, after, done)
        return happened

    def close(self) -> None:
        """For good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._down:
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self.server.port), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, down: bool) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                at = self._at
                if down and at is not None and at[0] in part:
                    self._at = None
                    sink.sendall(part[: part.index(at[0]) + len(at[0]) + at[1]])
                    at[2]()
                    return
                sink.sendall(part)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.close()
            with self._lock:
                self._open.discard(end)
