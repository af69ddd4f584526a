"""Correct what the extraction made of a page; the correction betters the rules of its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.intake.actions.reread_pages import begin_rereading
from rongshu.intake.doubts import FIELD_NAMES
from rongshu.intake.errors import CorrectionTooLate
from rongshu.intake.extraction import Place, TemplateRules
from rongshu.intake.extraction.dates import find_dates
from rongshu.intake.extraction.lines import squeeze
from rongshu.intake.models import IntakeArticle, IntakeRules, IntakeRun, IntakeTemplate
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.review import Preview, preview, read_by, shown_page, template_of
from rongshu.intake.template_book import template_book
from rongshu.library.models import ApprovalBatch

_LONGEST: Final = {"title": 200, "subtitle": 200, "source": 100, "author": 50}
_BODY: Final = ("body_text", "body_html", "images", "attachments")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says a field is; `block` is the block of the shown page that was pointed at."""

    field: str
    value: str = ""
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What follows from a correction: values for the page, and rules for its template if they can be told."""

    values: dict[str, Any]
    rules: TemplateRules | None
    template: IntakeTemplate | None
    preview: Preview | None


def propose_correction(article: IntakeArticle, said: Sequence[Said]) -> Proposal:
    """Return what a correction would do, and change nothing. Raise `InvalidInput` for what can't be.

    A place is taken into the rules only when the page, read again by it, gives what was said.
    """
    page, template = shown_page(article), template_of(article)
    rules = template_book(article.run).rules_for(article.shape)
    bettered, values = rules, dict[str, Any]()
    for one in said:
        value = _checked(one)
        place = page.place_of(one.field, value, block=one.block)
        if place is not None and _gives(article, rules.with_place(one.field, place), one.field, value):
            bettered = bettered.with_place(one.field, place)
        if one.field == "body":
            values |= _body_at(article, rules, place)
        elif one.field in _LONGEST or one.field in FIELD_NAMES:
            values[one.field] = value
    if template is None or bettered == rules:
        return Proposal(values, None, template, None)
    return Proposal(values, bettered, template, preview(template, bettered))


def correct_article(
    *, actor: Person, article: IntakeArticle, said: Sequence[Said], for_template: bool
) -> LongWork:
    """Correct an article, and with `for_template` the rules of its template; return the work that follows.

    Raise `CorrectionTooLate` once the run's batch is approved, `InvalidInput`, `NotAllowed`.
    """
    run = article.run
    require(may_run_intake(viewer_for(actor), run.site))
    require_reviewable(run)
    proposal = propose_correction(article, said)
    if not proposal.values:
        raise InvalidInput("没有可更正的内容，请填写或在网页中选取。")
    with transaction.atomic():
        article = IntakeArticle.objects.select_for_update().get(pk=article.pk)
        changed = {
            name: [article.extracted.get(name), value]
            for name, value in proposal.values.items()
            if name not in _BODY
        }
        article.corrections = {**article.corrections, **proposal.values}
        article.review = IntakeArticle.Review.CORRECTED
        article.save(update_fields=["corrections", "review"])
        template = proposal.template if for_template and proposal.rules is not None else None
        if template is not None and proposal.rules is not None:
            _keep_rules(actor, template, proposal.rules, said)
        record(actor, "intake.corrected", run, url=article.url, changed=changed)
    return begin_rereading(actor=actor, run=run, article=article, template=template)


def accept_article(*, actor: Person, article: IntakeArticle) -> None:
    """Say that an article is right as it was extracted; it leaves the review list."""
    require(may_run_intake(viewer_for(actor), article.run.site))
    with transaction.atomic():
        article = IntakeArticle.objects.select_for_update().get(pk=article.pk)
        if any(code.endswith("-missing") for code in article.doubts):
            raise InvalidInput(
                "缺少必需的内容，不能直接确认；请先更正。", fields={"review": "缺少必需的内容"}
            )
        article.review = IntakeArticle.Review.ACCEPTED
        article.save(update_fields=["review"])
        record(actor, "intake.accepted", article.run, url=article.url)


def require_reviewable(run: IntakeRun) -> None:
    """Raise `CorrectionTooLate` unless the run waits for its approval, or ended with nothing to approve."""
    rests = run.phase in {IntakeRun.Phase.WAITING, IntakeRun.Phase.FINISHED}
    undecided = {ApprovalBatch.Status.OPEN, ApprovalBatch.Status.WAITING}
    if not rests or run.batch is None or run.batch.status not in undecided:
        raise CorrectionTooLate


def _checked(said: Said) -> str:
    value = squeeze(said.value)
    if said.field == "body":
        if said.block is None:
            raise InvalidInput("请在网页中点选正文所在的区域。", fields={"body": "请在网页中点选"})
        return ""
    if said.field == "published_at":
        dates = find_dates(value, compact=True)
        if not dates:
            form = "请写成 2021-03-05 或 2021-03-05 09:30"
            raise InvalidInput(f"发布时间{form}。", fields={"published_at": form})
        return str(dates[0])
    longest = _LONGEST.get(said.field, 100)
    if not value or len(value) > longest:
        name = FIELD_NAMES.get(said.field, said.field)
        raise InvalidInput(f"{name}应为 1 至 {longest} 字。", fields={said.field: f"1 至 {longest} 字"})
    return value


def _gives(article: IntakeArticle, rules: TemplateRules, field: str, value: str) -> bool:
    again = read_by(article, rules)
    if again is None:
        return False
    if field == "body":
        return bool(again.extracted["body_text"])
    return squeeze(str(again.extracted.get(field) or "")).startswith(value)


def _body_at(article: IntakeArticle, rules: TemplateRules, place: Place | None) -> dict[str, Any]:
    again = read_by(article, rules.with_place("body", place)) if place is not None else None
    if again is None or not again.extracted["body_text"]:
        raise InvalidInput("所选区域里没有可作正文的内容，请另选。", fields={"body": "没有内容"})
    return {name: again.extracted[name] for name in _BODY}


def _keep_rules(actor: Person, template: IntakeTemplate, rules: TemplateRules, said: Sequence[Said]) -> None:
    last = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
    names = "、".join(FIELD_NAMES[one.field] for one in said if one.field in FIELD_NAMES)
    IntakeRules.objects.create(
        template=template, number=last + 1, rules=rules.as_dict(), reason=f"更正{names}", made_by=actor
    )
