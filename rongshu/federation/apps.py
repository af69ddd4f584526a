"""Django application of the federation."""

from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "rongshu.federation"
    label = "rongshu_federation"
    verbose_name = "资源联通"

    def ready(self) -> None:
        """Follow the library's events and take part in the worker."""
        from rongshu.federation.oai.registering import register_oai  # noqa: PLC0415 - models first
        from rongshu.federation.registering import register_federation  # noqa: PLC0415
        from rongshu.federation.web.registering import register_screens  # noqa: PLC0415

        register_federation()
        register_oai()
        register_screens()
