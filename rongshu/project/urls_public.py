"""Addresses of the public listener: everything dynamic lies under the reserved prefix `/-/`."""

from django.urls import URLPattern, URLResolver, include, path

from rongshu.project.views import show_health

handler404 = "rongshu.publishing.web.views.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/health", show_health, name="health"),
    path("", include("rongshu.search.web.urls")),
    path("", include("rongshu.federation.web.urls")),
    path("", include("rongshu.federation.oai.urls")),
    path("", include("rongshu.publishing.web.urls")),
]
