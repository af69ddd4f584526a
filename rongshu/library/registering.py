"""What the library registers with the apps below, once all models are loaded."""

from __future__ import annotations

from rongshu.foundation import consumers, due
from rongshu.foundation.change_marks import watch
from rongshu.foundation.worker import register_duty
from rongshu.library import keeping_topics, models
from rongshu.library.actions import changing_validity
from rongshu.library.web.registering import register_screens


def register_library() -> None:
    """Tell the clock what to do when a document's validity falls due, and keep topics in step."""
    register_screens()
    watch(
        "definitions", models.LibraryStandard, models.ResourceType, models.FieldDefinition,
        models.CategoryScheme, models.Category, models.SourceApp,
    )  # fmt: skip
    due.register_deed(changing_validity.DUE_KIND, changing_validity.change_validity_when_due)
    consumers.register(keeping_topics.topics_consumer())
    register_duty("topics", keeping_topics.keep_topics, every=1)
