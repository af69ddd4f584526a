"""Test a migration: compare everything again and file the report, which the switch then looks at."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.intake.actions.file_papers import file_paper
from rongshu.intake.actions.sign_off import sign_off
from rongshu.intake.models import BatchSite, IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.proof import proof_of


def prove_run(*, actor: Person, run: IntakeRun) -> IntakePaper:
    """File the test report of a run and the later looks at its source. Reads everything; safe to repeat."""
    root = root_of(run)
    require(may_run_intake(viewer_for(actor), root.site))
    content = proof_of(root)
    with transaction.atomic():
        paper = file_paper(actor=actor, run=root, kind=IntakePaper.Kind.TEST, content=content)
        record(actor, "intake.tested", root, after=paper.digest, is_clean=content["is_clean"])
        if BatchSite.objects.filter(run=root, state=BatchSite.State.FINISHED).exists():
            # A later report of a site of a batch takes the earlier one's place.
            sign_off(actor=actor, run=root)
    return paper
