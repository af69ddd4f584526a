"""Making the sizes of a version's pictures, and erasing those of pictures that were erased."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.db import transaction

from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.foundation.events import announce
from rongshu.library.models import Resource, StoredFile, VersionFile
from rongshu.publishing.events import PicturesScaled
from rongshu.publishing.models import Rendition, ScaledPicture
from rongshu.publishing.scaling import SCALABLE, Unscalable, scaled

LARGEST = 60 * 1024 * 1024


def scale_pictures_of(*, version_id: UUID) -> int:
    """Make the sizes that a version's pictures have not got yet; return of how many pictures.

    Scaled outside of any transaction, one picture after the other; safe to be killed and called again.
    """
    uses = VersionFile.objects.filter(
        version_id=version_id, file__media_type__in=SCALABLE, file__erased_at__isnull=True
    )
    digests = set(uses.values_list("file_id", flat=True))
    known = ScaledPicture.objects.filter(pk__in=digests).values_list("pk", flat=True)
    wanted = sorted(digests - set(known))
    for digest in wanted:
        _scale(digest)
    return len(wanted)


def erase_orphaned_renditions() -> int:
    """Erase the sizes of pictures that were erased themselves; return of how many."""
    erased = StoredFile.objects.filter(erased_at__isnull=False).values("pk")
    gone = list(ScaledPicture.objects.filter(pk__in=erased).values_list("pk", flat=True))
    for original in gone:
        digests = list(Rendition.objects.filter(picture_id=original).values_list("digest", flat=True))
        ScaledPicture.objects.filter(pk=original).delete()
        _erase(digests)
    return len(gone)


def _scale(digest: str) -> None:
    rows, failure = list[Rendition](), ""
    try:
        with storage.open(digest) as stored:
            content = stored.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Unscalable("too large")
        for one in scaled(BytesIO(content), len(content)):
            kept = storage.put(BytesIO(one.content))
            rows.append(
                Rendition(
                    picture_id=digest, form=one.form, width=one.width, height=one.height, digest=kept.digest,
                    size=kept.size,
                )
            )  # fmt: skip
    except (Unscalable, NotFound) as problem:
        rows, failure = [], str(problem)[:40]
    if not _keep(digest, rows, failure):
        _erase([row.digest for row in rows])


def _keep(digest: str, rows: list[Rendition], failure: str) -> bool:
    """Write the sizes down and tell who shows the picture; not where it was erased meanwhile."""
    with transaction.atomic():
        original = StoredFile.objects.select_for_update().filter(pk=digest, erased_at__isnull=True).first()
        if original is None:
            return False
        _, is_new = ScaledPicture.objects.get_or_create(original=digest, defaults={"failure": failure})
        if not is_new or not rows:
            return True
        Rendition.objects.bulk_create(rows)
        showing = Resource.objects.filter(
            versions__files__file_id=digest, status=Resource.Status.EFFECTIVE
        ).distinct()
        for resource_id in showing.values_list("pk", flat=True):
            announce(PicturesScaled(resource_id=resource_id))
    return True


def _erase(digests: list[str]) -> None:
    """Erase content that nobody names any more."""
    for digest in digests:
        is_named = Rendition.objects.filter(digest=digest).exists()
        if not is_named and not StoredFile.objects.filter(pk=digest, erased_at__isnull=True).exists():
            storage.erase(digest)
