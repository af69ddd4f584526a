"""Addresses of OAI-PMH, on every host of the public listener."""

from django.urls import URLPattern, path

from rongshu.federation.oai import views
from rongshu.federation.oai.formats import RESOURCE_SCHEMA
from rongshu.federation.oai.repositories import PATH

urlpatterns: list[URLPattern] = [
    path(PATH[1:], views.harvest, name="oai"),
    path(f"{PATH[1:]}/{RESOURCE_SCHEMA}", views.show_schema, name="oai-schema"),
]
