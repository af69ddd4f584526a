"""Addresses of the console listener."""

from django.urls import URLPattern, URLResolver, path

from rongshu.console.web.views import show_status, show_styles
from rongshu.project.views import show_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", show_status, name="status"),
    path("-/console.css", show_styles, name="console-styles"),
    path("-/health", show_health, name="health"),
]
