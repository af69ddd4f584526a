"""Django application of the project itself: its commands."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rongshu.project"
    label = "rongshu_project"
    verbose_name = "平台"

    def ready(self) -> None:
        """Register what only the platform as a whole can know."""
        from rongshu.console.status import register_section  # noqa: PLC0415 - models first
        from rongshu.foundation.seeding import is_registered, register_seed  # noqa: PLC0415
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415
        from rongshu.library.actions.seed_standard import seed_standard  # noqa: PLC0415
        from rongshu.project.host_links import keep_host_links  # noqa: PLC0415
        from rongshu.project.scope_names import register_sites_and_columns  # noqa: PLC0415
        from rongshu.project.status_sections import installation_section, sites_section  # noqa: PLC0415

        if not is_registered("信息库标准"):
            register_seed("信息库标准", seed_standard)
        register_duty("host-links", keep_host_links, every=5)
        register_section(installation_section)
        register_section(sites_section)
        register_sites_and_columns()
