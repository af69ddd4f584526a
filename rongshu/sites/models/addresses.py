"""Old addresses that go on working, and files that outside registrars ask for at a site's root."""

from __future__ import annotations

from django.db import models

from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Resource
from rongshu.sites.models.columns import Column
from rongshu.sites.models.sites import Site


class LegacyAddress(models.Model):
    """Where an address of an old site leads now, keyed by host and full request URI (path and query)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="legacy_addresses")
    host = models.CharField(max_length=253)
    request_uri = models.CharField(max_length=2000)
    # SHA-256 of "host\nrequest_uri": an index over 2,000 characters is none.
    key = models.CharField(max_length=64, unique=True)
    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, related_name="legacy_addresses"
    )
    column = models.ForeignKey(Column, on_delete=models.PROTECT, null=True, related_name="legacy_addresses")
    file_digest = models.CharField(max_length=80, blank=True)
    # The old site's front page leads to the new one's.
    leads_home = models.BooleanField(default=False)
    # Why there is nothing any more (410), when nothing else is named.
    gone_reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.host}{self.request_uri}"


class LegacyHost(models.Model):
    """A host whose old addresses a migration has kept: they answer once it is turned over to the new site.

    A host without a row was never part of a migration that is switched; what is kept for it answers at once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="legacy_hosts")
    host = models.CharField(max_length=253)
    is_turned_over = models.BooleanField(default=False)
    turned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "host"], name="legacy_host_once_per_site")]

    def __str__(self) -> str:
        return self.host


class VerificationFile(models.Model):
    """A file a registrar or search engine wants at the site's root, so that verify does not remove it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="verification_files")
    name = models.CharField(max_length=100)
    content = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="verification_file_once")]

    def __str__(self) -> str:
        return self.name
