"""Addresses of thresholds and deadlines."""

from django.urls import URLPattern, path

from rongshu.console.rules import views

urlpatterns: list[URLPattern] = [
    path("settings/rules", views.list_rules, name="console-rules"),
    path("settings/rules/<str:code>", views.show_rule, name="console-rule"),
    path("settings/rules/<str:code>/change", views.change, name="console-change-rule"),
    path(
        "settings/rules/<str:code>/of/<uuid:organization_id>/inherit",
        views.inherit,
        name="console-inherit-rule",
    ),
]
