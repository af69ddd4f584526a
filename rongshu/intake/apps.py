"""Django application of intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "rongshu.intake"
    label = "rongshu_intake"
    verbose_name = "采集迁移"

    def ready(self) -> None:
        """Put the screens into the console."""
        from rongshu.intake.web.registering import register_screens  # noqa: PLC0415 - models first

        register_screens()
