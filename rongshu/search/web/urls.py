"""Addresses of the search below `/-/` on every site."""

from django.urls import URLPattern, URLResolver, path

from rongshu.search.web import views
from rongshu.search.web.api import views as api
from rongshu.search.web.api.description import BASE

urlpatterns: list[URLPattern | URLResolver] = [
    path("-/search", views.show_results, name="search"),
    path("-/search/suggest", views.show_suggestions, name="search-suggest"),
    path("-/search/click", views.count_click, name="search-click"),
    path("-/search/policies", views.show_library, name="search-policies"),
    path("-/search/feed.atom", views.show_feed, {"kind": "atom"}, name="search-atom"),
    path("-/search/feed.rss", views.show_feed, {"kind": "rss"}, name="search-rss"),
    path(f"{BASE[1:]}/documents", api.search_documents, name="search-api-documents"),
    path(f"{BASE[1:]}/suggestions", api.list_suggestions, name="search-api-suggestions"),
    path(f"{BASE[1:]}/openapi.json", api.describe, name="search-api-description"),
]
