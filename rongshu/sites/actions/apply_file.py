"""Bring about what a site file declares: organisations, persons, sites, columns, blocks, mandates."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.sites.declaring.people import (
    bring_about_mandates,
    bring_about_organizations,
    bring_about_persons,
    bring_about_regions,
    bring_about_roles,
)
from rongshu.sites.declaring.reading import read_site_file
from rongshu.sites.declaring.run import Run
from rongshu.sites.declaring.sites import (
    bring_about_columns,
    bring_about_looks,
    bring_about_sites,
    bring_about_statuses,
)

STEPS = (
    bring_about_regions,
    bring_about_organizations,
    bring_about_persons,
    bring_about_sites,
    bring_about_columns,
    bring_about_looks,
    bring_about_statuses,
    bring_about_roles,
    bring_about_mandates,
)


def apply_file(*, actor: Person, text: str, name: str = "", dry_run: bool = False) -> list[str]:
    """Create and change what the file declares, in one transaction; return the changes as Chinese lines.

    Applying a file twice changes nothing the second time. What the file does not name stays as it is.
    Raises SiteFileMalformed naming the line, and then nothing has changed. `dry_run` only tells.
    """
    run = Run(actor, read_site_file(text, name))
    with transaction.atomic():
        for step in STEPS:
            step(run)
        if dry_run:
            transaction.set_rollback(True)
    return run.changes
