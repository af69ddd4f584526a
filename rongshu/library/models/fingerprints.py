"""Fingerprints of versions, for exact and near duplicates."""

from __future__ import annotations

from django.db import models

from rongshu.library.models.resources import Resource
from rongshu.library.models.versions import ResourceVersion


class VersionFingerprint(models.Model):
    """The normalised-text digest and the sketch of one version's text."""

    version = models.OneToOneField(
        ResourceVersion, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+", db_index=False)
    text_digest = models.CharField(max_length=80, db_index=True)
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return self.text_digest


class FingerprintBand(models.Model):
    """One band of a sketch: versions sharing a band are candidates for comparison."""

    id = models.BigAutoField(primary_key=True)
    band = models.BigIntegerField(db_index=True)
    version = models.ForeignKey(ResourceVersion, on_delete=models.CASCADE, related_name="bands")

    def __str__(self) -> str:
        return str(self.band)
