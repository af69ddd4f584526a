"""The addresses the editor's scripts talk to, as the page hands them over."""

from __future__ import annotations

from uuid import UUID

from django.urls import NoReverseMatch, reverse

from rongshu.newsroom.models.drafting import Draft
from rongshu.newsroom.queries.watermarks import watermark_of
from rongshu.newsroom.web.editing.files import LARGEST_UPLOAD


def editor_addresses(draft: Draft) -> dict[str, str]:
    """Return what the editor needs by name; inspection is left out where it is not installed."""
    return {
        "upload": reverse("newsroom-draft-files", args=[draft.pk]),
        "files": reverse("newsroom-draft-file", args=[draft.pk, "DIGEST"]),
        "resources": reverse("newsroom-resources"),
        "check": _inspection("inspection-check"),
        "findings": _inspection("inspection-findings", draft.base_version_id),
        "limit": str(LARGEST_UPLOAD),
        "owner": str(draft.owner_id),
        "marks": "usual" if (mark := watermark_of(draft.owner)) and mark.is_usual else "",
    }


def _inspection(name: str, *given: UUID | None) -> str:
    try:
        return reverse(name, args=given) if None not in given else ""
    except NoReverseMatch:
        return ""
