"""The web process as one ASGI application: assets from memory, everything else through Django.

Before the first connection it gives up the rights of the tables' owner.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from egide.web.static_files import StaticFiles

settings.DATABASES = settings.SERVED

application = StaticFiles(get_asgi_application())  # type: ignore[arg-type]
