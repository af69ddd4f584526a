"""Addresses of organisations."""

from django.urls import URLPattern, path

from rongshu.console.organizations import views

_ONE = "organizations/<uuid:organization_id>"
urlpatterns: list[URLPattern] = [
    path("organizations", views.list_organizations, name="console-organizations"),
    path("organizations/new", views.create, name="console-create-organization"),
    path(_ONE, views.show_organization, name="console-organization"),
    path(f"{_ONE}/rename", views.rename, name="console-rename-organization"),
    path(f"{_ONE}/move", views.move, name="console-move-organization"),
    path(f"{_ONE}/merge", views.merge, name="console-merge-organization"),
    path(f"{_ONE}/split", views.split, name="console-split-organization"),
    path(f"{_ONE}/abolish", views.abolish, name="console-abolish-organization"),
]
