"""Verify a site's tree against its manifest and restore what is not as it should be."""

from __future__ import annotations

import dataclasses
from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rongshu.foundation.audit import Actor, record
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.publisher import SitePublisher
from rongshu.publishing.staging import Workshop
from rongshu.publishing.verifying import Finding, findings
from rongshu.sites.models import Site


@dataclasses.dataclass(frozen=True)
class Verification:
    """What was found and restored, and whether the manifest itself was the one the database remembers."""

    site: str
    altered: int
    missing: int
    added: int
    is_manifest_genuine: bool

    @property
    def repaired(self) -> int:
        """How many files were restored or removed."""
        return self.altered + self.missing + self.added


def verify_tree(*, actor: Actor, site_id: UUID) -> Verification:
    """Read every file of a site, restore what was altered or is missing, remove what was added."""
    slug = Site.objects.values_list("slug", flat=True).get(pk=site_id)
    publisher = SitePublisher(site_id, Workshop())
    try:
        is_genuine = publisher.is_manifest_genuine()
        publisher.finish()
        found = [one for one in findings(site_id, slug, is_thorough=True) if one is not None]
        for finding in found:
            publisher.inspect(finding.path)
        publisher.finish()
    except BaseException:
        publisher.abandon()
        raise
    publisher.leave()
    return _report(actor, site_id, slug, found, is_genuine=is_genuine)


def _report(
    actor: Actor, site_id: UUID, slug: str, found: list[Finding], *, is_genuine: bool
) -> Verification:
    counts = Counter(finding.what for finding in found)
    result = Verification(slug, counts["altered"], counts["missing"], counts["added"], is_genuine)
    with transaction.atomic():
        SiteManifest.objects.filter(pk=site_id).update(
            verified_at=timezone.now(), repaired_count=F("repaired_count") + result.repaired
        )
        if found:
            manifest = SiteManifest.objects.get(pk=site_id)
            paths = [f"{one.what} {one.path}" for one in found[:50]]
            record(actor, "tree.repaired", manifest, site=slug, counts=dict(counts), paths=paths)
    return result
