"""Leave out the articles of columns that the plan does not take over."""

from __future__ import annotations

from django.db import transaction

from rongshu.intake.columns import LEFT_OUT, SEPARATOR, clean_crumbs
from rongshu.intake.models import IntakeArticle, IntakeRun

_AT_ONCE = 200


def leave_out(run: IntakeRun) -> int:
    """Refuse every extracted article that stands in such columns only, with the reason; return how many."""
    left = {old for old, to in run.mapping.items() if to == ""}
    if not left:
        return 0
    fresh = run.articles.filter(outcome=IntakeArticle.Outcome.EXTRACTED).values_list("pk", "column_paths")
    pks = [pk for pk, paths in fresh.iterator() if _names(paths) <= left]
    for start in range(0, len(pks), _AT_ONCE):
        with transaction.atomic():
            IntakeArticle.objects.filter(pk__in=pks[start : start + _AT_ONCE]).update(
                outcome=IntakeArticle.Outcome.REFUSED,
                code=LEFT_OUT,
                reason="迁移方案不迁移这篇文章所在的旧栏目。",
            )
    return len(pks)


def _names(paths: list[list[str]]) -> set[str]:
    return {SEPARATOR.join(clean_crumbs(path)) for path in paths or [[]]}
