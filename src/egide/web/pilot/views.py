"""The page, its manifest, its service worker, and the relay to the gateway. Nobody signs in here: the phone has a key.

The relay passes one message on and answers what the gateway answered: "received" is said only after its 2xx. It keeps
and logs nothing, and holds no transaction while it waits.
"""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

from django.conf import settings
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from egide.web.pilot.numbers import NUMBERS

NAME = "Carnet"  # what the phone's screen shows: says nothing to whoever looks over a shoulder
MAX_BODY = 2048
TIMEOUT_S = 5.0
ASSETS = ("pilot/pilot.css", "pilot/pilot.js", "pilot/icon.svg", "pilot/icon-192.png")
# The one page that may ask where the phone is, and only when its owner has agreed and pressed.
GEOLOCATION = (
    "geolocation=(self), accelerometer=(), camera=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
)


@non_atomic_requests
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page itself, the same for everybody: who it belongs to stands in the phone alone."""
    answer = render(request, "pilot/page.html", {"name": NAME, "numbers": NUMBERS})
    answer.headers["Permissions-Policy"] = GEOLOCATION
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@non_atomic_requests
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes it installable, under a neutral name."""
    told = {
        "name": NAME,
        "short_name": NAME,
        "start_url": reverse("pilot:page"),
        "scope": reverse("pilot:page"),
        "display": "standalone",
        "background_color": "#f2f4f7",
        "theme_color": "#465364",
        "icons": [
            {"src": static("pilot/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("pilot/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }
    return HttpResponse(json.dumps(told), content_type="application/manifest+json")


@non_atomic_requests
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the page's own folder, so that its scope is that folder and nothing else."""
    shell = [reverse("pilot:page"), *(static(name) for name in ASSETS)]
    answer = render(request, "pilot/worker.js", {"shell": json.dumps(shell)}, content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt  # no cookie speaks for the phone: its key does, and a forged page does not know it
@non_atomic_requests
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Passes one message to the gateway with the phone's key; `received` is the gateway's 2xx and nothing else."""
    key = request.headers.get("Authorization", "")
    if not key.startswith("Bearer "):
        raise Http404  # not a phone
    if len(request.body) > MAX_BODY:
        return JsonResponse({"received": False}, status=400)
    status = _pass_on(request.body, key)
    if 200 <= status < 300:
        return JsonResponse({"received": True})
    return JsonResponse({"received": False}, status=status if status in (400, 401, 429, 503) else 503)


def _pass_on(body: bytes, key: str) -> int:
    """The gateway's status; 0 when it did not answer."""
    told = settings.EGIDE
    there = told.text("EGIDE_GATEWAY_URL") or (
        f"http://{told.text('EGIDE_GATEWAY_HOST')}:{told.number('EGIDE_GATEWAY_PORT')}"
    )
    parts = urlsplit(there)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = make(parts.hostname or "127.0.0.1", parts.port, timeout=TIMEOUT_S)
    try:
        line.request("POST", "/osmand", body, {"Authorization": key, "Content-Type": "application/json"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return 0
    finally:
        line.close()
