"""Django application of the project itself: its commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rongshu.project"
    label = "rongshu_project"
    verbose_name = "平台"

    def ready(self) -> None:
        """Register what only the platform as a whole can know."""
        from rongshu.project.registering import register_platform  # noqa: PLC0415 - models first

        register_platform()
