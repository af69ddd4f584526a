"""Files of records, for partners that may have the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from rongshu.federation.envelope import UPSERT
from rongshu.federation.models import Partner
from rongshu.federation.queries.entitlement import changes_given, is_withheld
from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.library.models import StoredFile, VersionFile


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that a partner may have."""

    digest: str
    media_type: str
    size: int

    def open(self) -> BinaryIO:
        """Open the content."""
        return storage.open(self.digest)


def file_given(partner: Partner, digest: str) -> GivenFile:
    """Return a file of a record the partner may have; any other is as good as absent."""
    stored = StoredFile.objects.filter(digest=digest, erased_at__isnull=True).first()
    if stored is None:
        raise NotFound
    uses = VersionFile.objects.filter(file=stored, version__effective_of__isnull=False)
    ids = uses.values_list("version__resource_id", flat=True)
    given = changes_given(partner).filter(resource_id__in=list(ids[:1000]), kind=UPSERT)
    if all(is_withheld(change, partner) for change in given) or not storage.exists(digest):
        raise NotFound
    return GivenFile(stored.digest, stored.media_type, stored.size)
