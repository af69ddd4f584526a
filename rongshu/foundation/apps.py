"""Django application of the foundation."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "rongshu.foundation"
    label = "rongshu_foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        """Register the duties that carry every change on."""
        from rongshu.foundation.duties import register_foundation_duties  # noqa: PLC0415 - models first

        register_foundation_duties()
