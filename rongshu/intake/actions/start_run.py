"""Begin an intake run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.intake.actions.file_papers import application_for, file_paper
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.library.actions.batches import open_batch
from rongshu.library.queries.approvals import mandate_in_force
from rongshu.sites.models import Site


def start_run(
    *,
    actor: Person,
    site: Site,
    source: str,
    allowed_hosts: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    application: Mapping[str, str] | None = None,
    follows: IntakeRun | None = None,
    per_second: float | None = 5.0,
) -> IntakeRun:
    """Record a run and open its approval batch; nothing is read yet.

    `mapping` says which column an old breadcrumb becomes (`planning.read_mapping`).
    `application` fills in the application form; `follows` names the run whose source is looked at again.
    The batch names the source as a mandate in force for it does, so that a final slash does not matter.
    """
    with transaction.atomic():
        require(may_run_intake(viewer_for(actor), site))
        name = _name_in_mandate(source, site)
        batch = open_batch(actor=actor, kind="intake", source=name, target_site_id=site.id)
        run = IntakeRun.objects.create(
            site=site,
            source=source,
            allowed_hosts=list(allowed_hosts),
            mapping=dict(mapping or {}),
            batch=batch,
            started_by=actor,
            follows=follows,
            per_second=per_second,
        )
        if follows is None:
            form = application_for(site, source=source, applicant=actor, given=application or {})
            file_paper(actor=actor, run=run, kind=IntakePaper.Kind.APPLICATION, content=form)
        record(actor, "intake.started", run, source=source, site=site.slug)
    return run


def _name_in_mandate(source: str, site: Site) -> str:
    bare = source.rstrip("/")
    for name in (source, bare, f"{bare}/"):
        if mandate_in_force(source=name, target_site_id=site.id) is not None:
            return name
    return source[:300]
