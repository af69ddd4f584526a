"""Django application of the search."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "rongshu.search"
    label = "rongshu_search"
    verbose_name = "检索"
