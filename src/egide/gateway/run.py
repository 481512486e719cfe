"""`egide gateway`: the process that answers phones and bracelets, until it is told to stop.

One process, one event loop; more of them may run over one database. It writes no access log: a URL can hold a
position.
"""

from __future__ import annotations

import gc
import logging
import signal
import threading

import uvicorn

from egide.gateway.app import Gateway
from egide.gateway.batcher import Batcher, new_source
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Registry
from egide.gateway.reserve import Reserve
from egide.gateway.writer import PostgresWriter
from egide.settings import Settings

_STOP_S = 5  # answers under way get so long when the process is told to stop


def build(settings: Settings) -> Gateway:
    """The application with everything it stands on; nothing is started or connected yet."""
    url = settings.text("EGIDE_DATABASE_URL")
    metrics = Metrics()
    writer = PostgresWriter(
        url,
        settings.number("EGIDE_CELL"),
        new_source(),
        settings.number("EGIDE_TGD_POSITION_DAYS"),
        metrics,
    )
    batcher = Batcher(writer, settings.number("EGIDE_GATEWAY_BATCH_MS") / 1000, metrics, Reserve(url))
    return Gateway(Registry(url), batcher, metrics, settings.number("EGIDE_GATEWAY_MAX_BODY"))


def server(settings: Settings) -> uvicorn.Server:
    """The gateway with its listener, ready to run. Needs EGIDE_DATABASE_URL."""
    return uvicorn.Server(
        uvicorn.Config(
            build(settings),
            host=settings.text("EGIDE_GATEWAY_HOST"),
            port=settings.number("EGIDE_GATEWAY_PORT"),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_STOP_S,
        )
    )


def main(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT, then stores what waits; 0 if all went well."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again once it is done; being stopped is no failure.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
    listening = server(settings)
    # Messages leave no cycles behind; searching for some after every 700 objects costs a quarter of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    listening.run()
    return 0 if listening.started else 1
