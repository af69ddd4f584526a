"""Django application of the information resource library."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "rongshu.library"
    label = "rongshu_library"
    verbose_name = "信息资源库"

    def ready(self) -> None:
        """Tell the clock what to do when a document's validity falls due, and keep topics in step."""
        from rongshu.foundation import consumers, due  # noqa: PLC0415 - models first
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415
        from rongshu.library import keeping_topics, models  # noqa: PLC0415
        from rongshu.library.actions import changing_validity  # noqa: PLC0415
        from rongshu.library.web.registering import register_screens  # noqa: PLC0415

        register_screens()
        watch(
            "definitions", models.LibraryStandard, models.ResourceType, models.FieldDefinition,
            models.CategoryScheme, models.Category, models.SourceApp,
        )  # fmt: skip
        due.register_deed(changing_validity.DUE_KIND, changing_validity.change_validity_when_due)
        consumers.register(keeping_topics.topics_consumer())
        register_duty("topics", keeping_topics.keep_topics, every=1)
