"""Give a run the extraction rules of its plan, before it reads its source."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.intake.extraction import TemplateRules
from rongshu.intake.models import IntakeRules, IntakeRun, IntakeTemplate
from rongshu.intake.permissions import may_run_intake


def plan_rules(*, actor: Person, run: IntakeRun, rules: Mapping[str, TemplateRules]) -> None:
    """Keep the rules of a plan as the first version of each template; other templates are learned."""
    require(may_run_intake(viewer_for(actor), run.site))
    with transaction.atomic():
        for shape, planned in rules.items():
            template, is_new = IntakeTemplate.objects.get_or_create(run=run, shape=shape)
            if is_new:
                IntakeRules.objects.create(
                    template=template, number=1, rules=planned.as_dict(), reason="迁移方案", made_by=actor
                )
