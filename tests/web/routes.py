"""Every address the web process has, as Django knows them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def every_route() -> list[str]:
    """Every route of the project, as it is written."""

    def walk(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(route, pattern.url_patterns)
            else:
                yield route

    return list(walk("", get_resolver().url_patterns))
