"""The web process as one ASGI application: assets from memory, everything else through Django."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")

from django.core.asgi import get_asgi_application

from egide.web.static_files import StaticFiles

application = StaticFiles(get_asgi_application())  # type: ignore[arg-type]
