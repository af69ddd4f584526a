"""Django application of the information resource library."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "rongshu.library"
    label = "rongshu_library"
    verbose_name = "信息资源库"

    def ready(self) -> None:
        """Tell the clock what to do when a document's validity falls due."""
        from rongshu.foundation import due  # noqa: PLC0415 - models first
        from rongshu.library.actions import changing_validity  # noqa: PLC0415

        due.register_deed(changing_validity.DUE_KIND, changing_validity.change_validity_when_due)
