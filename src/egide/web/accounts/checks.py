"""What `egide manage check --deploy` says about accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for it


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A service asks everybody for a second factor."""
    if settings.SECOND_FACTOR:
        return []
    return [
        Warning(
            "A password alone opens the shared file.",
            hint="Leave EGIDE_WEB_SECOND_FACTOR empty: a second factor is then required, except in a demo.",
            id="egide.W001",
        )
    ]
