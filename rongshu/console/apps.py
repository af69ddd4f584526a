"""Django application of the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from rongshu.console.menu import MenuEntry


class ConsoleConfig(AppConfig):
    name = "rongshu.console"
    label = "rongshu_console"
    verbose_name = "管理后台"

    def ready(self) -> None:
        """Put the foundation's sections on the status page, the own entries into the menu; do long work."""
        from rongshu.console import menu, status  # noqa: PLC0415 - models first
        from rongshu.console.audit.verifying import KIND, verify  # noqa: PLC0415 - models first
        from rongshu.console.finders import register_finders  # noqa: PLC0415 - models first
        from rongshu.console.progress import (  # noqa: PLC0415 - models first
            do_lengthy_work,
            do_waiting_work,
            register_work,
        )
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415 - models first

        register_finders()
        for section in (status.worker_section, status.work_section, status.stream_section):
            status.register_section(section)
        for entry in _menu():
            menu.register(entry)
        register_work(KIND, verify)
        register_duty("long-work", do_waiting_work, every=2, lane="long")
        register_duty("lengthy-work", do_lengthy_work, every=5, lane="lengthy")


def _menu() -> list[MenuEntry]:
    from rongshu.console.menu import MenuEntry, Section  # noqa: PLC0415 - models first

    access, settings = Section.ACCESS, Section.SETTINGS
    return [
        MenuEntry(Section.MY_DAY, "工作台", "my-day", order=10),
        MenuEntry(Section.MY_DAY, "平台功能", "console-functions", order=20, icon="table"),
        MenuEntry(access, "人员", "console-people", "person.manage", order=10),
        MenuEntry(access, "机构", "console-organizations", "organization.manage", order=20),
        MenuEntry(access, "角色", "console-roles", ("person.manage", "platform.operate"), order=30),
        MenuEntry(access, "审计日志", "console-audit", "audit.read", order=80),
        MenuEntry(access, "登录记录", "console-sign-ins", ("audit.read", "session.manage"), order=90),
        MenuEntry(settings, "工作日历", "console-calendar", "platform.operate", order=70),
        MenuEntry(settings, "期限与阈值", "console-rules", "platform.operate", order=72),
        MenuEntry(settings, "运维状态", "status", "platform.operate", order=90),
    ]
