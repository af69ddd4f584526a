"""Django application of the inspection of content."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "rongshu.inspection"
    label = "rongshu_inspection"
    verbose_name = "内容检查"

    def ready(self) -> None:
        """Register the work in the background and the console's menu."""
        from rongshu.inspection.registering import register_inspection  # noqa: PLC0415 - models first

        register_inspection()
