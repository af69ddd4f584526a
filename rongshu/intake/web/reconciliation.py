"""The reconciliation of a run: what the source had = what is stored + listed reasons; old address → new."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import Column, Empty, Link, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.intake.models import IntakeArticle, IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.answers import kept_addresses
from rongshu.intake.queries.chain import root_of, standing_of
from rongshu.intake.queries.papers import newest_paper
from rongshu.intake.redirect_lists import write_csv
from rongshu.intake.web.finding_runs import run_for
from rongshu.intake.web.tabs import tabs_of
from rongshu.library.models import Resource

_Outcome = IntakeArticle.Outcome
_TONES: Final = {_Outcome.STORED: "well", _Outcome.DUPLICATE: "info", _Outcome.REFUSED: "warning"}
_REASONS_SHOWN: Final = 50


def _outcome(article: IntakeArticle) -> State:
    outcome = _Outcome(article.outcome)
    return State(outcome.label, _TONES.get(outcome, "quiet"))


def _new_address(article: Any) -> Link | str:
    if article.resource_id is None:
        return article.reason or ""
    address = article.new_address
    label = f"/a/{address}.html" if address else "未公开"
    return Link(label, reverse("library-resource", args=[article.resource_id]))


ARTICLES: ListPage[IntakeArticle] = ListPage(
    code="intake-reconciliation",
    title="对账",
    rows=lambda viewer: IntakeArticle.objects.none(),  # below one run: `answer` gets the rows
    order="position",
    columns=(
        Column("title", "标题", lambda one: one.extracted.get("title") or "（无标题）"),
        Column("old", "旧网址", lambda one: one.url),
        Column("outcome", "去向", _outcome, is_narrow=True),
        Column("new", "新网址或原因", _new_address),
        Column("code", "代码", lambda one: one.code, is_shown=False),
    ),
    filters=(choice_filter("outcome", "去向", _Outcome.choices),),
    search=Search(("url",), "旧网址"),
    open_url=lambda one: reverse("intake-article", args=[one.run_id, one.pk]),
    empty=Empty("还没有采集到文章", "采集开始后逐篇列在这里。", "checks"),
    template="intake/reconciliation.html",
)


@require_safe
def show_reconciliation(request: StaffRequest, run_id: UUID) -> HttpResponseBase:
    """Show the sums, the reasons, what answers the old addresses, and every article."""
    run = _run_for(request, run_id)
    test = newest_paper(run, IntakePaper.Kind.TEST)
    return ARTICLES.answer(
        request,
        rows=_with_addresses(run.articles.all()),
        context={
            "run": run,
            "tabs": tabs_of(request.viewer, run, "intake-reconciliation"),
            "test": test.content if test else None,
            **_sums(run),
        },
    )


@require_safe
def give_addresses(request: StaffRequest, run_id: UUID) -> HttpResponseBase:
    """Give the list old address → new as CSV."""
    run = _run_for(request, run_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    write_csv(kept_addresses(root_of(run)), text)
    text.detach()
    file.seek(0)
    answer = FileResponse(
        file, as_attachment=True, filename=f"addresses-{run.pk}.csv", content_type="text/csv; charset=utf-8"
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _run_for(request: StaffRequest, run_id: UUID) -> IntakeRun:
    run = run_for(request.viewer, run_id)
    require(may_run_intake(request.viewer, run.site))
    return run


def _with_addresses(articles: QuerySet[IntakeArticle]) -> QuerySet[IntakeArticle]:
    address = Resource.objects.filter(pk=OuterRef("resource_id")).values("address")[:1]
    return articles.annotate(new_address=Subquery(address))


def _sums(run: IntakeRun) -> dict[str, Any]:
    standing = standing_of(run)
    codes = Counter(code for _, code, _ in standing.refused.values())
    samples = {code: (url, reason) for url, code, reason in reversed(standing.refused.values())}
    return {
        "source_count": standing.source_count,
        "stored": len(standing.stored),
        "duplicates": len(standing.duplicates),
        "refused": len(standing.refused),
        "reasons": [(code, count, *samples[code]) for code, count in codes.most_common(_REASONS_SHOWN)],
    }
