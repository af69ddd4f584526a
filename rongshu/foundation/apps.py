"""Django application of the foundation."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "rongshu.foundation"
    label = "rongshu_foundation"
    verbose_name = "基础"
