"""The rules of a run's templates, newest versions, looked up by the shape of a page."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.intake.extraction import TemplateRules
from rongshu.intake.extraction.learning import address_only
from rongshu.intake.models import IntakeRules, IntakeRun, IntakeTemplate


@dataclass(frozen=True)
class TemplateBook:
    """Templates by shape. A page whose frame no other page has belongs to the template of its address."""

    templates: dict[str, IntakeTemplate]
    rules: dict[str, TemplateRules]

    def template_of(self, shape: str) -> IntakeTemplate | None:
        """Return the template a page belongs to."""
        return self.templates.get(shape) or self.templates.get(address_only(shape))

    def rules_for(self, shape: str) -> TemplateRules:
        """Return the rules for a page; none where its template is unknown."""
        template = self.template_of(shape)
        return self.rules.get(template.shape, TemplateRules()) if template else TemplateRules()


def template_book(run: IntakeRun) -> TemplateBook:
    """Return what a run knows of its templates; a later pass knows what the first run learned."""
    templates: dict[str, IntakeTemplate] = {}
    rules: dict[str, TemplateRules] = {}
    for run_id in (run.follows_id, run.pk):
        if run_id is None:
            continue
        for template in IntakeTemplate.objects.filter(run_id=run_id):
            templates[template.shape] = template
        rows = IntakeRules.objects.filter(template__run_id=run_id).order_by("number")
        for shape, written in rows.values_list("template__shape", "rules"):
            rules[shape] = TemplateRules.of(written)
    return TemplateBook(templates, rules)
