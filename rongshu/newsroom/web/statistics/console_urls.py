"""Addresses of statistics on the console listener."""

from django.urls import URLPattern, path

from rongshu.newsroom.web.statistics import showing

urlpatterns: list[URLPattern] = [
    path("statistics", showing.show_statistics, name="newsroom-statistics"),
]
