"""Addresses of the console listener: one include line per app."""

from django.urls import URLPattern, URLResolver, include, path

from rongshu.project.views import show_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/health", show_health, name="health"),
    path("", include("rongshu.console.web.urls")),
]
handler404 = "rongshu.console.web.errors.not_found"
handler500 = "rongshu.console.web.errors.failed"
