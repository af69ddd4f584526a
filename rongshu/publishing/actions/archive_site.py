"""Make the web archive of a site, on demand or because it closes."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, Clock, record
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.archiving import Package, make_package
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_manage_site


def archive_site(*, actor: Actor, site: Site, folder: Path, reason: str = "按需归档") -> Package:
    """Write the archive of what the site shows now into a new folder."""
    require(may_manage_site(viewer_for(actor), site))
    package = make_package(site, folder, reason=reason)
    with transaction.atomic():
        record(actor, "site.archived", site, reason=reason, digest=package.digest, pages=package.page_count)
    return package


def archive_closing_site(site: Site) -> str:
    """Archive a site about to close, into the data folder; return the reference its record keeps."""
    publish_pending(sites=[site.id])
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    folder = Path(settings.DATA_FOLDER) / "archives" / f"{site.slug}-{stamp}"
    package = archive_site(actor=Clock(), site=site, folder=folder, reason="网站关停归档")
    return f"archives/{folder.name} {package.digest}"
