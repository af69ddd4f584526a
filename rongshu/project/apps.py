"""Django application of the project itself: its commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rongshu.project"
    label = "rongshu_project"
    verbose_name = "平台"
