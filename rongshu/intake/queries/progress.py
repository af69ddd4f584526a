"""How far a run is: its phases, what each has done and has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from rongshu.foundation import clock
from rongshu.foundation.models import Lease, Work
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.library.models import ApprovalBatch

Phase = IntakeRun.Phase
Outcome = IntakeArticle.Outcome
_ORDER: Final = tuple(Phase)


@dataclass(frozen=True)
class Step:
    """One phase as a person sees it: done, now or later, and what it counts."""

    label: str
    state: str
    text: str


@dataclass(frozen=True)
class RunProgress:
    """The phases of a run; `done` of `total` (None while unknown) in the phase it is in."""

    steps: tuple[Step, ...]
    done: int
    total: int | None
    unit: str
    is_under_way: bool
    is_stopping: bool


def progress_of(run: IntakeRun) -> RunProgress:
    """Return how far a run is, counted now."""
    rows = run.articles.values_list("outcome").annotate(count=Count("pk")).order_by("outcome")
    outcomes = {str(outcome): count for outcome, count in rows}
    articles = sum(outcomes.values())
    waiting = run.addresses.filter(kind="").count() if run.phase == Phase.CRAWLING else 0
    admitted = articles - outcomes.get(Outcome.EXTRACTED, 0)
    texts = {
        Phase.CRAWLING: f"文章 {articles} 篇" + (f"，待读网址 {waiting}" if waiting else ""),
        Phase.LEARNING: f"模板 {run.templates.count()} 个",
        Phase.ADMITTING: "，".join(
            f"{label} {outcomes[outcome]}"
            for outcome, label in Outcome.choices
            if outcome != Outcome.EXTRACTED and outcomes.get(outcome)
        ),
    }
    done, total, unit = _counted(run, articles, waiting, admitted)
    return RunProgress(
        tuple(_step(run, phase, texts.get(phase, "")) for phase in _ORDER if phase != Phase.WAITING),
        done,
        total,
        unit,
        Lease.objects.filter(name=f"intake/{run.pk}", expires_at__gt=clock.now()).exclude(holder="").exists(),
        run.stop_asked_at is not None,
    )


def _counted(run: IntakeRun, articles: int, waiting: int, admitted: int) -> tuple[int, int | None, str]:
    if run.phase == Phase.CRAWLING:
        read = run.addresses.exclude(kind="").count()
        return read, read + waiting, "个网址"
    if run.phase in {Phase.LEARNING, Phase.ADMITTING}:
        return admitted, articles, "篇"
    if run.phase == Phase.PUBLISHING:
        return Work.objects.filter(partition=str(run.site_id)).count(), None, "个页面待生成"
    return articles, articles, "篇"


def _step(run: IntakeRun, phase: Phase, text: str) -> Step:
    current = Phase.APPROVING if run.phase == Phase.WAITING else Phase(run.phase)
    place, now = _ORDER.index(phase), _ORDER.index(current)
    if run.phase == Phase.FINISHED or place < now:
        return Step(phase.label, "done", text)
    if place > now:
        return Step(phase.label, "later", "")
    if run.phase != Phase.WAITING:
        return Step(phase.label, "now", text)
    is_sent_back = run.batch is not None and run.batch.status == ApprovalBatch.Status.REJECTED
    return Step(phase.label, "now", "已退回" if is_sent_back else "等待签发")
