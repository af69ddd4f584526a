"""Django application of the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "rongshu.console"
    label = "rongshu_console"
    verbose_name = "管理后台"

    def ready(self) -> None:
        """Put the foundation's sections on the status page, the own entries into the menu; do long work."""
        from rongshu.console import menu, status  # noqa: PLC0415 - models first
        from rongshu.console.progress import do_waiting_work  # noqa: PLC0415 - models first
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415 - models first

        for section in (status.worker_section, status.work_section, status.stream_section):
            status.register_section(section)
        menu.register(menu.MenuEntry(menu.Section.MY_DAY, "工作台", "my-day"))
        menu.register(
            menu.MenuEntry(menu.Section.SETTINGS, "运维状态", "status", "platform.operate", order=90)
        )
        register_duty("long-work", do_waiting_work, every=2, lane="long")
