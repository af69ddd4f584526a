"""Addresses of the inspection in the console."""

from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = []
