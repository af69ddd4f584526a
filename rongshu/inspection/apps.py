"""Django application of the inspection of content."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "rongshu.inspection"
    label = "rongshu_inspection"
    verbose_name = "内容检查"

    def ready(self) -> None:
        """Register the work in the background and the console's menu."""
        from rongshu.console.progress import register_work  # noqa: PLC0415 - models first
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415
        from rongshu.inspection.actions.recognise_pictures import recognise_next  # noqa: PLC0415
        from rongshu.inspection.actions.rescanning import KIND, run_rescan  # noqa: PLC0415
        from rongshu.inspection.web.menu import register_menu  # noqa: PLC0415

        register_work(KIND, run_rescan)
        register_duty("pictures", recognise_next, every=5, lane="recognition")
        register_menu()
