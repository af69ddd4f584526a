"""The rules of one template: where its fields stand, what is furniture, and their versions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.models import LongWork
from rongshu.console.pages import render_page
from rongshu.console.progress import work_url
from rongshu.foundation.errors import NotFound, Refusal
from rongshu.foundation.guards import get_one
from rongshu.intake.actions.change_rules import drop_place, newest_rules, restore_rules
from rongshu.intake.actions.correct_article import require_reviewable
from rongshu.intake.doubts import FIELD_NAMES
from rongshu.intake.errors import NotYetCorrectable
from rongshu.intake.models import IntakeRun, IntakeTemplate
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.runs import CRUMBS


@require_safe
def show_template(request: StaffRequest, run_id: UUID, pattern_id: UUID) -> HttpResponse:
    """Show the rules that count, and the versions before them."""
    template = _template_for(request, run_id, pattern_id)
    rules = newest_rules(template)
    versions = list(template.versions.select_related("made_by").order_by("-number"))
    shown = {
        "run": template.run,
        "template": template,
        "rules": rules,
        "rows": [
            (field, FIELD_NAMES[field], number, place)
            for field in FIELD_NAMES
            for number, place in enumerate(rules.places.get(field, ()))
        ],
        "repeated": [(FIELD_NAMES[name], value) for name, value in rules.repeated.items()],
        "versions": versions,
        "may_change": _may_change(template.run),
    }
    return render_page(request, "intake/template.html", shown, crumbs=CRUMBS)


@require_POST
def change_template(request: StaffRequest, run_id: UUID, pattern_id: UUID) -> HttpResponse:
    """Take a place out (`drop` is `field:number`), or go back to a version (`restore` is its number)."""
    template = _template_for(request, run_id, pattern_id)
    try:
        work = _changed(request, template)
    except Refusal as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(reverse("intake-template", args=[run_id, pattern_id]))
    return HttpResponseRedirect(work_url(work))


def _changed(request: StaffRequest, template: IntakeTemplate) -> LongWork:
    restored, dropped = request.POST.get("restore", ""), request.POST.get("drop", "")
    if restored.isdecimal():
        return restore_rules(actor=request.person, template=template, number=int(restored[:6]))
    field, _, number = dropped.partition(":")
    if not number.isdecimal():
        raise NotFound
    return drop_place(actor=request.person, template=template, field=field, position=int(number[:6]))


def _template_for(request: StaffRequest, run_id: UUID, pattern_id: UUID) -> IntakeTemplate:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return get_one(
        IntakeTemplate.objects.filter(run=run).select_related("run__site", "run__batch"), pk=pattern_id
    )


def _may_change(run: IntakeRun) -> bool:
    try:
        require_reviewable(run)
    except NotYetCorrectable:
        return False
    return True
