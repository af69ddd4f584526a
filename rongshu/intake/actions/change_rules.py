"""Change the rules of a template by hand: take a place out, or go back to an earlier version."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.foundation.audit import record
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.intake.actions.correct_article import require_reviewable
from rongshu.intake.actions.reread_pages import begin_rereading
from rongshu.intake.doubts import FIELD_NAMES
from rongshu.intake.extraction import TemplateRules
from rongshu.intake.models import IntakeRules, IntakeTemplate
from rongshu.intake.permissions import may_run_intake


def drop_place(*, actor: Person, template: IntakeTemplate, field: str, position: int) -> LongWork:
    """Take a place out of the rules of a template and read its pages again; NotFound when it is not there."""
    rules = newest_rules(template)
    places = rules.places.get(field, ())
    if not 0 <= position < len(places):
        raise NotFound
    kept = places[:position] + places[position + 1 :]
    others = {name: found for name, found in rules.places.items() if name != field}
    changed = replace(rules, places={**others, field: kept} if kept else others)
    return _change(actor, template, changed, f"移除{FIELD_NAMES.get(field, field)}的一处")


def restore_rules(*, actor: Person, template: IntakeTemplate, number: int) -> LongWork:
    """Make an earlier version of a template's rules the newest one again and read its pages anew."""
    earlier = get_one(template.versions.all(), number=number)
    return _change(actor, template, TemplateRules.of(earlier.rules), f"恢复第 {number} 版")


def newest_rules(template: IntakeTemplate) -> TemplateRules:
    """Return the rules that count."""
    newest = template.versions.order_by("-number").first()
    return TemplateRules.of(newest.rules) if newest else TemplateRules()


def _change(actor: Person, template: IntakeTemplate, rules: TemplateRules, reason: str) -> LongWork:
    run = template.run
    require(may_run_intake(viewer_for(actor), run.site))
    require_reviewable(run)
    with transaction.atomic():
        IntakeTemplate.objects.select_for_update().get(pk=template.pk)
        last = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
        IntakeRules.objects.create(
            template=template, number=last + 1, rules=rules.as_dict(), reason=reason, made_by=actor
        )
        record(actor, "intake.rules-changed", run, shape=template.shape, reason=reason)
    return begin_rereading(actor=actor, run=run, article=None, template=template)
