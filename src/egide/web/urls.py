"""Every address of the web process. None of them holds anything about a person: incidents go by a random number."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from egide.web.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("", include("egide.web.accounts.urls")),
    path("language/", set_language, name="set_language"),
    path("console/", include("egide.web.console.urls")),
    path("file/", include("egide.web.file.urls")),
    path("police/", include("egide.web.police.urls")),
    path("carnet/", include("egide.web.pilot.urls")),
    path("documents/", include("egide.web.documents.urls")),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
