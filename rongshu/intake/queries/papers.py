"""The papers of a run: the newest of each kind counts."""

from __future__ import annotations

from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.queries.chain import root_of


def newest_paper(run: IntakeRun, kind: str) -> IntakePaper | None:
    """Return the paper of a kind that counts."""
    papers = IntakePaper.objects.filter(run=root_of(run), kind=kind)
    return papers.select_related("person").order_by("-at", "-pk").first()


def papers_of(run: IntakeRun) -> list[IntakePaper]:
    """Return all papers of a run in the order they were filed."""
    papers = IntakePaper.objects.filter(run=root_of(run))
    return list(papers.select_related("person").order_by("at", "pk"))
