"""Django application of intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "rongshu.intake"
    label = "rongshu_intake"
    verbose_name = "采集迁移"

    def ready(self) -> None:
        """Put the screens into the console, and the duty of following into the worker."""
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415 - models first
        from rongshu.intake.actions.follow_run import follow_due  # noqa: PLC0415 - models first
        from rongshu.intake.web.registering import register_screens  # noqa: PLC0415 - models first

        register_screens()
        register_duty("intake-following", follow_due, every=30, lane="intake")
