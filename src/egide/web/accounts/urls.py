"""Addresses of signing in further and of one's own account. There is no address for signing up or for a lost password."""

from __future__ import annotations

from django.urls import path

from egide.web.accounts import mine, signing

app_name = "accounts"

urlpatterns = [
    path("sign-in/second", signing.second, name="second"),
    path("sign-in/key", signing.key, name="key"),
    path("account/", mine.mine, name="mine"),
    path("account/sessions/end-others", mine.end_others, name="end_others"),
    path("account/sessions/<uuid:public_id>/end", mine.end, name="end"),
    path("account/factors/app", mine.add_app, name="add_app"),
    path("account/factors/key", mine.add_key, name="add_key"),
    path("account/factors/codes", mine.codes, name="codes"),
    path("account/factors/<int:number>/remove", mine.remove, name="remove"),
    path("account/password", mine.password, name="password"),
]
