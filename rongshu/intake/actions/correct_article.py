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
from rongshu.intake.errors import NotYetCorrectable
from rongshu.intake.extraction import Place, TemplateRules
from rongshu.intake.extraction.dates import find_dates
from rongshu.intake.extraction.lines import squeeze
from rongshu.intake.models import IntakeArticle, IntakeRules, IntakeRun, IntakeTemplate
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.review import Preview, preview, read_by, shown_page, template_of
from rongshu.intake.template_book import template_book

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
    """What follows from a correction: values for the page, and places for its template if they are told."""

    values: dict[str, Any]
    places: Sequence[tuple[str, Place]]
    template: IntakeTemplate | None

    def bettered(self, rules: TemplateRules) -> TemplateRules:
        """Return rules with what was shown taken in, before all other places."""
        for field, place in self.places:
            rules = rules.with_place(field, place)
        return rules


def propose_correction(article: IntakeArticle, said: Sequence[Said]) -> Proposal:
    """Return what a correction would do, and change nothing. Raise `InvalidInput` for what can't be.

    A place is taken into the rules only when the page, read again by it, gives what was said.
    """
    page = shown_page(article)
    rules = template_book(article.run).rules_for(article.shape)
    places, values = list[tuple[str, Place]](), dict[str, Any]()
    for one in said:
        value = _checked(one)
        place = page.place_of(one.field, value, block=one.block)
        if place is not None and _gives(article, rules.with_place(one.field, place), one.field, value):
            places.append((one.field, place))
        if one.field == "body":
            values |= _body_at(article, rules, place)
        elif one.field in _LONGEST or one.field in FIELD_NAMES:
            values[one.field] = value
    template = template_of(article)
    return Proposal(values, places if template is not None else (), template)


def preview_of(article: IntakeArticle, proposal: Proposal) -> Preview | None:
    """Return what the pages of the template would become; None where only this page is corrected."""
    if proposal.template is None or not proposal.places:
        return None
    rules = template_book(article.run).rules_for(article.shape)
    return preview(proposal.template, proposal.bettered(rules))


def correct_article(
    *, actor: Person, article: IntakeArticle, said: Sequence[Said], for_template: bool
) -> LongWork:
    """Correct an article, and with `for_template` the rules of its template; return the work that follows.

    What is approved already becomes a later pass with a batch of its own. Raise `NotYetCorrectable` while the
    run is under way, `InvalidInput`, `NotAllowed`.
    """
    run = article.run
    require(may_run_intake(viewer_for(actor), run.site))
    require_reviewable(run)
    proposal = propose_correction(article, said)
    if not proposal.values:
        raise InvalidInput("没有可更正的内容，请填写或在网页中选取。")
    template = proposal.template if for_template and proposal.places else None
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
        if template is not None:
            _keep_rules(actor, run, template, proposal)
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
    """Raise `NotYetCorrectable` unless the run waits for its approval or has ended."""
    if run.phase not in {IntakeRun.Phase.WAITING, IntakeRun.Phase.FINISHED} or run.batch is None:
        raise NotYetCorrectable


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


def _keep_rules(actor: Person, run: IntakeRun, template: IntakeTemplate, proposal: Proposal) -> None:
    """Add what was shown to the rules as they are now: another person may have bettered them meanwhile."""
    IntakeTemplate.objects.select_for_update().get(pk=template.pk)
    before = template_book(run).rules_for(template.shape)
    rules = proposal.bettered(before)
    if rules == before:
        return
    last = template.versions.order_by("-number").values_list("number", flat=True).first() or 0
    names = "、".join(FIELD_NAMES[field] for field, _ in proposal.places if field in FIELD_NAMES)
    IntakeRules.objects.create(
        template=template, number=last + 1, rules=rules.as_dict(), reason=f"更正{names}", made_by=actor
    )
