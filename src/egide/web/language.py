"""Which language does this reader see? The one chosen with the switch, else French.

The browser's own preference is not asked: a room works in one language, whatever its computers speak.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


def chosen(request: HttpRequest) -> str:
    """The code of the reader's language, always one of LANGUAGES."""
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class ChosenLanguage:
    """Activates the reader's language for one request."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """One request."""
        language = chosen(request)
        request.LANGUAGE_CODE = language
        translation.activate(language)
        response = self._get_response(request)
        if isinstance(response, HttpResponseBase):
            response.headers.setdefault("Content-Language", language)
            return response
        return self._later(language, response)

    async def _later(self, language: str, response: Awaitable[HttpResponseBase]) -> HttpResponseBase:
        done = await response
        done.headers.setdefault("Content-Language", language)
        return done
