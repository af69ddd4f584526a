"""Django application of the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "rongshu.console"
    label = "rongshu_console"
    verbose_name = "管理后台"
