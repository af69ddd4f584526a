"""Django application of the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "rongshu.console"
    label = "rongshu_console"
    verbose_name = "管理后台"

    def ready(self) -> None:
        """Put the foundation's sections on the status page."""
        from rongshu.console import status  # noqa: PLC0415 - models first

        for section in (status.worker_section, status.work_section, status.stream_section):
            status.register_section(section)
