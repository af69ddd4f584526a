"""Django application of the newsroom."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class NewsroomConfig(AppConfig):
    name = "rongshu.newsroom"
    label = "rongshu_newsroom"
    verbose_name = "采编"

    def ready(self) -> None:
        """Keep the built-in flows, and tell the library and the sites whose flow applies."""
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415 - models first
        from rongshu.newsroom import models  # noqa: PLC0415 - models first
        from rongshu.newsroom.editing_registry import register_editing  # noqa: PLC0415 - models first
        from rongshu.newsroom.registering import register_review  # noqa: PLC0415 - models first
        from rongshu.newsroom.review_registry import register_review_screens  # noqa: PLC0415

        watch(
            "flows",
            models.Flow,
            models.FlowStep,
            models.FlowAssignment,
            models.KeyPeriod,
            models.ExemptSource,
        )
        post_migrate.connect(_seed_flows, sender=self)
        register_review()
        register_review_screens()
        register_editing()


def _seed_flows(*, using: str, **_: Any) -> None:
    from rongshu.newsroom.flow_seed import seed_flows  # noqa: PLC0415 - models first
    from rongshu.newsroom.models import FlowStep  # noqa: PLC0415 - models first

    # A migration back to zero has dropped the table.
    if FlowStep._meta.db_table in connections[using].introspection.table_names():
        seed_flows()
