"""Django's settings under pytest: the real ones, with a throw-away secret. The database is named by a fixture."""

from __future__ import annotations

import os
import secrets

os.environ.setdefault("EGIDE_SECRET_KEY", secrets.token_urlsafe(48))
os.environ["EGIDE_WEB_SECURE"] = "false"

from egide.web.settings import *  # noqa: E402, F403
