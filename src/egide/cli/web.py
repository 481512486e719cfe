"""How is the web process served? uvicorn, without an access log: the address of a page can name a case."""

from __future__ import annotations

from egide.settings import Settings

# A console holds its stream of events open for ever: at a stop it is cut after this; it reconnects.
_GRACE_S = 2


def main(settings: Settings) -> int:
    """Serves `egide.web.asgi:application` until SIGTERM or Ctrl-C; several of these may run side by side."""
    import uvicorn

    from egide import health

    served = health.serve(settings.number("EGIDE_METRICS_PORT"), lambda: True, settings.text("EGIDE_METRICS_HOST"))
    uvicorn.run(
        "egide.web.asgi:application",
        host=settings.text("EGIDE_WEB_HOST"),
        port=settings.number("EGIDE_WEB_PORT"),
        lifespan="off",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.text("EGIDE_WEB_PROXIES"),
        timeout_graceful_shutdown=_GRACE_S,
        log_level="warning",
    )
    if served is not None:
        served.close()
    return 0
