"""Fingerprints of versions, for exact and near duplicates."""

from __future__ import annotations

from django.db import models

from rongshu.library.models.resources import Resource
from rongshu.library.models.versions import ResourceVersion


class VersionFingerprint(models.Model):
    """The normalised-text digest and the sketch of one version's text."""

    id = models.BigAutoField(primary_key=True)
    version = models.OneToOneField(ResourceVersion, on_delete=models.CASCADE, related_name="fingerprint")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+", db_index=False)
    text_digest = models.CharField(max_length=80, db_index=True)
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return self.text_digest


class FingerprintBand(models.Model):
    """One band of a sketch: texts sharing a band are candidates for comparison.

    An index and no facts: eight rows for every version, each told by the sketch alone. Small numbers whose
    key is the table, so that a row costs one page where an ordinary table would cost three. `bits` sorts out
    most candidates unread.
    """

    pk = models.CompositePrimaryKey("band", "fingerprint_id")
    band = models.IntegerField()
    bits = models.BigIntegerField()
    fingerprint = models.ForeignKey(
        VersionFingerprint,
        on_delete=models.DO_NOTHING,
        related_name="bands",
        db_constraint=False,
        db_index=False,
    )

    def __str__(self) -> str:
        return str(self.band)
