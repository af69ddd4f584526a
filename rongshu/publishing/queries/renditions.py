"""The sizes in which stored pictures exist."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from rongshu.publishing.models import Rendition as RenditionRow


class Rendition(NamedTuple):
    """One size of a picture, as pages need it."""

    form: str
    width: int
    height: int
    digest: str


def renditions_of(originals: Collection[str]) -> dict[str, list[Rendition]]:
    """Return the sizes of pictures by the original's digest, the narrowest first."""
    if not originals:
        return {}
    rows = RenditionRow.objects.filter(picture_id__in=originals).order_by("picture_id", "form", "width")
    found: dict[str, list[Rendition]] = {}
    for original, *rest in rows.values_list("picture_id", *Rendition._fields):
        found.setdefault(original, []).append(Rendition(*rest))
    return found
