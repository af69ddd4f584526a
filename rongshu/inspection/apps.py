"""Django application of the inspection of content."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "rongshu.inspection"
    label = "rongshu_inspection"
    verbose_name = "内容检查"

    def ready(self) -> None:
        """Register the work in the background and the console's menu."""
        from rongshu.console.progress import register_work  # noqa: PLC0415 - models first
        from rongshu.foundation.consumers import register as register_consumer  # noqa: PLC0415
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415
        from rongshu.inspection.actions.check_live_links import visit_next  # noqa: PLC0415
        from rongshu.inspection.actions.hold_back import hold_back_severe  # noqa: PLC0415
        from rongshu.inspection.actions.recognise_pictures import recognise_next  # noqa: PLC0415
        from rongshu.inspection.actions.rescanning import KIND, run_rescan  # noqa: PLC0415
        from rongshu.inspection.forgetting import forget_purged, purge_consumer  # noqa: PLC0415
        from rongshu.inspection.web.menu import register_menu  # noqa: PLC0415
        from rongshu.library.queries.holding_back import register_hold  # noqa: PLC0415

        register_work(KIND, run_rescan)
        register_duty("pictures", recognise_next, every=5, lane="recognition")
        register_duty("links", visit_next, every=5, lane="links")
        register_hold(hold_back_severe)
        register_consumer(purge_consumer())
        register_duty("inspection-purges", forget_purged, every=2)
        register_menu()
