"""Django application of intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "rongshu.intake"
    label = "rongshu_intake"
    verbose_name = "采集迁移"
