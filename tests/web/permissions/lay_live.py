"""Run as a module, in a process of its own: lays the crawl's ground in a database for good, and says what was laid.

Prints JSON: every canary with its column, and for each role that crawls a session that is signed in.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    """Lays it in the database the environment names."""
    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from egide.core.access import Role
    from egide.web.cases.models import Case
    from tests.web.permissions import canaries
    from tests.web.permissions.walk import grounds, patient

    with transaction.atomic():
        patient()
        ground = grounds()
        some = ground[Role.PROSECUTOR]
        birds: dict[str, canaries.Canary] = {}
        for pk in some.canaries:
            birds |= canaries.lay(Case.objects.get(pk=pk), some.membership.agency, some.user)
        sessions = {}
        for role in (Role.PROSECUTOR, Role.ASSOCIATION_WORKER):
            client = Client()
            client.force_login(ground[role].user)
            sessions[role.value] = client.cookies[settings.SESSION_COOKIE_NAME].value
    laid = {
        "birds": {word: bird.column for word, bird in birds.items()},
        "sessions": sessions,
        "cookie": settings.SESSION_COOKIE_NAME,
        "cases": [str(case.public_id) for case in (some.own, some.other, some.barred)],
    }
    sys.stdout.write(json.dumps(laid))


if __name__ == "__main__":
    main()
