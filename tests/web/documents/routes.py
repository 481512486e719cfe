"""The addresses of documents as the web process has them, for the tests of the view."""

from __future__ import annotations

from django.urls import include, path

from egide.web.urls import urlpatterns as whole

urlpatterns = [path("documents/", include("egide.web.documents.urls")), *whole]
