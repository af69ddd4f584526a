"""File that those who approved a migration stand for its clean test report."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.foundation.audit import record
from rongshu.intake.actions.file_papers import file_paper
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.queries.batches import sign_off_of
from rongshu.intake.queries.papers import newest_paper


def sign_off(*, actor: Person, run: IntakeRun) -> IntakePaper | None:
    """File the signed-off report of a site of a batch, once per report; None where it is not clean."""
    test = newest_paper(run, IntakePaper.Kind.TEST)
    content = sign_off_of(run, test)
    if content is None or run.papers.filter(kind=IntakePaper.Kind.SIGNED, content=content).exists():
        return None
    with transaction.atomic():
        paper = file_paper(actor=actor, run=run, kind=IntakePaper.Kind.SIGNED, content=content)
        record(actor, "intake.signed-off", run, after=paper.digest)
    return paper
