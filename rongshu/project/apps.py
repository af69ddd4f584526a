"""Django application of the project itself: its commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rongshu.project"
    label = "rongshu_project"
    verbose_name = "平台"

    def ready(self) -> None:
        """Register what only the platform as a whole can know."""
        from rongshu.foundation.seeding import is_registered, register_seed  # noqa: PLC0415 - models first
        from rongshu.library.actions.seed_standard import seed_standard  # noqa: PLC0415

        if not is_registered("信息库标准"):
            register_seed("信息库标准", seed_standard)
