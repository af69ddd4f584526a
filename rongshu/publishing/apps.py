"""Django application of the publisher."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "rongshu.publishing"
    label = "rongshu_publishing"
    verbose_name = "发布"

    def ready(self) -> None:
        """Follow the events and take part in the worker."""
        from rongshu.publishing.registering import register_publishing  # noqa: PLC0415 - models first

        register_publishing()
