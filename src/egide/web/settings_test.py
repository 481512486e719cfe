"""Django's settings under pytest: the real ones with the secret of the tests' databases. A fixture names the database.

Tests lay their rows as the tables' owner; each request of theirs acts as the web's role, as in service.
"""

from __future__ import annotations

import os
import tempfile

os.environ["EGIDE_SECRET_KEY"] = SECRET = "a secret of the tests that opens nothing anywhere else, ever, at all"  # noqa: S105
os.environ["EGIDE_WEB_SECURE"] = "false"
os.environ["EGIDE_HOME"] = tempfile.mkdtemp(prefix="egide-test-home-")  # never the demo that lies beside the tests

from egide.web.settings import *  # noqa: F403
from egide.web.settings import MIDDLEWARE as _REAL

MIDDLEWARE = ["tests.web.as_application.AsApplication", *_REAL]
PASSWORD_HASHERS = ["tests.web.as_application.QuickArgon2"]  # the same, made to cost nothing
