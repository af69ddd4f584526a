"""Django application of the newsroom."""

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "rongshu.newsroom"
    label = "rongshu_newsroom"
    verbose_name = "采编"
