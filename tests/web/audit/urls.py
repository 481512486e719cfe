"""A few addresses whose views read, write, fail and refuse, to see what the trail makes of each."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from egide.web.agencies.models import Jurisdiction
from egide.web.audit.trail import record
from egide.web.urls import urlpatterns as real


def _read() -> None:
    record("read", object_kind="case", object_id="c1", case=1, groups=["identity"], rule="PR-01")


def _write(code: str) -> None:
    Jurisdiction.objects.create(code=code, name=code)
    record("write", object_kind="district", object_id=code, case=1, groups=["tasks"], rule="PR-02")


def reads(request: HttpRequest) -> HttpResponse:
    _read()
    record("read", object_kind="case", object_id="c1", case=1, groups=["contact", "identity"], rule="PR-03")
    return HttpResponse("ok")


def writes(request: HttpRequest) -> HttpResponse:
    _write("written")
    return HttpResponse("ok")


def refuses(request: HttpRequest) -> HttpResponse:
    _write("undone")
    record("refuse", object_kind="case", object_id="c1", case=1, groups=["photo"], rule="W-02")
    raise PermissionDenied("The photograph is not for this role.")


def hides(request: HttpRequest) -> HttpResponse:
    record("refuse", object_kind="case", object_id="c2", rule="X-BARRED")
    raise Http404


def breaks(request: HttpRequest) -> HttpResponse:
    _read()
    _write("undone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    return HttpResponse("never")


def half(request: HttpRequest) -> HttpResponse:
    _write("kept")
    try:
        with transaction.atomic():
            _write("undone")
            raise ValueError
    except ValueError:
        pass
    return HttpResponse("ok")


@transaction.non_atomic_requests
def apart(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        _write("apart")
    return HttpResponse("ok")


def who(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('egide.user', true)")
        return HttpResponse(" ".join(cursor.fetchone()))


VIEWS = (reads, writes, refuses, hides, breaks, half, apart, who)
urlpatterns = [*real, *(path(view.__name__, view) for view in VIEWS)]
