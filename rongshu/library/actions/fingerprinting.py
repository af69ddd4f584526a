"""The fingerprint of a version that is restored or purged; admission writes its own in bulk."""

from __future__ import annotations

from rongshu.library.models import FingerprintBand, ResourceVersion, VersionFingerprint
from rongshu.library.near_duplicates import fingerprint_of_sketch


def copy_fingerprint(version: ResourceVersion, copy: ResourceVersion) -> None:
    """Give a version that says the same the same fingerprint."""
    for known in VersionFingerprint.objects.filter(version=version):
        fresh = VersionFingerprint.objects.create(
            version=copy, resource_id=copy.resource_id, text_digest=known.text_digest, sketch=known.sketch
        )
        told = fingerprint_of_sketch(bytes(known.sketch))
        FingerprintBand.objects.bulk_create(
            FingerprintBand(band=band, bits=told.bits, fingerprint=fresh) for band in set(told.bands)
        )


def forget_fingerprint(version: ResourceVersion) -> None:
    """Erase what the text of a version could be recognised by."""
    for known in VersionFingerprint.objects.filter(version=version):
        bands = fingerprint_of_sketch(bytes(known.sketch)).bands
        FingerprintBand.objects.filter(band__in=bands, fingerprint=known).delete()
        known.delete()
