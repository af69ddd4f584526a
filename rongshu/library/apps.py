"""Django application of the information resource library."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "rongshu.library"
    label = "rongshu_library"
    verbose_name = "信息资源库"

    def ready(self) -> None:
        """Tell the clock what to do when a document's validity falls due, and keep topics in step."""
        from rongshu.library.registering import register_library  # noqa: PLC0415 - models first

        register_library()
