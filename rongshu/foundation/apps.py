"""Django application of the foundation."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FoundationConfig(AppConfig):
    name = "rongshu.foundation"
    label = "rongshu_foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        """Register the duties that carry every change on and the built-in rules; watch their tables."""
        from rongshu.foundation import models  # noqa: PLC0415 - models first
        from rongshu.foundation.among import register_among  # noqa: PLC0415
        from rongshu.foundation.change_marks import set_up_marks, watch  # noqa: PLC0415
        from rongshu.foundation.duties import register_foundation_duties  # noqa: PLC0415 - models first
        from rongshu.foundation.rules import seed_rules  # noqa: PLC0415
        from rongshu.foundation.seeding import register_seed  # noqa: PLC0415

        register_among()
        register_foundation_duties()
        register_seed("规则表", seed_rules)
        watch("rules", models.RuleValue, models.CalendarDay, models.CalendarYear, models.Installation)
        post_migrate.connect(set_up_marks, sender=self)
