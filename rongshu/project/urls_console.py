"""Addresses of the console listener: one include line per app."""

from django.urls import URLPattern, URLResolver, include, path

from rongshu.project.views import show_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/health", show_health, name="health"),
    path("", include("rongshu.accounts.web.urls")),
    path("", include("rongshu.console.web.urls")),
    path("", include("rongshu.console.people.urls")),
    path("", include("rongshu.console.organizations.urls")),
    path("", include("rongshu.console.audit.urls")),
    path("", include("rongshu.console.calendar.urls")),
    path("", include("rongshu.console.rules.urls")),
    path("inspection/", include("rongshu.inspection.web.console_urls")),
    path("newsroom/", include("rongshu.newsroom.web.editing.console_urls")),
    path("newsroom/", include("rongshu.newsroom.web.reviews.console_urls")),
    path("newsroom/", include("rongshu.newsroom.web.statistics.console_urls")),
    path("", include("rongshu.sites.web.console_urls")),
    path("federation/", include("rongshu.federation.web.console_urls")),
    path("intake/", include("rongshu.intake.web.console_urls")),
    path("library/", include("rongshu.library.web.console_urls")),
    path("search/", include("rongshu.search.web.console_urls")),
]
handler400 = "rongshu.console.web.errors.malformed"
handler404 = "rongshu.console.web.errors.not_found"
handler500 = "rongshu.console.web.errors.failed"
