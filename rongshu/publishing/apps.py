"""Django application of the publisher."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "rongshu.publishing"
    label = "rongshu_publishing"
    verbose_name = "发布"

    def ready(self) -> None:
        """Follow the events and take part in the worker."""
        from rongshu.foundation import consumers  # noqa: PLC0415 - models first
        from rongshu.publishing.actions.archive_site import archive_closing_site  # noqa: PLC0415
        from rongshu.publishing.duties import register_publishing_duties  # noqa: PLC0415
        from rongshu.publishing.picturing import CONSUMER as PICTURES  # noqa: PLC0415
        from rongshu.publishing.planning import CONSUMER  # noqa: PLC0415
        from rongshu.publishing.queries.home_preview import preview_home  # noqa: PLC0415
        from rongshu.sites.archiving import register_archiver  # noqa: PLC0415
        from rongshu.sites.previewing import register_home_previewer  # noqa: PLC0415

        register_home_previewer(preview_home)
        consumers.register(CONSUMER)
        consumers.register(PICTURES)
        register_archiver(archive_closing_site)
        register_publishing_duties()
