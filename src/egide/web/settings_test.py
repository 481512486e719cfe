"""Django's settings under pytest: the real ones with a throw-away secret. A fixture names the database."""

from __future__ import annotations

import os
import secrets

os.environ.setdefault("EGIDE_SECRET_KEY", secrets.token_urlsafe(48))
os.environ["EGIDE_WEB_SECURE"] = "false"

from egide.web.settings import *  # noqa: F403
