"""Addresses below `/-/`, and the legacy map for everything that is not found."""

from django.urls import URLPattern, URLResolver, path, re_path

from rongshu.publishing.web import legacy, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/leave", views.leave, name="leave"),
    path("-/static/<path:name>", views.static, name="static"),
    re_path(r"^(?!-/)", legacy.follow, name="legacy"),
]
