"""The addresses the editor's scripts talk to, as the page hands them over."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from rongshu.newsroom.models.drafting import Draft
from rongshu.newsroom.web.editing.files import LARGEST_UPLOAD


def editor_addresses(draft: Draft) -> dict[str, str]:
    """Return what the editor needs by name; inspection is left out where it is not installed."""
    return {
        "upload": reverse("newsroom-draft-files", args=[draft.pk]),
        "files": reverse("newsroom-draft-file", args=[draft.pk, "DIGEST"]),
        "resources": reverse("newsroom-resources"),
        "check": _inspection(),
        "limit": str(LARGEST_UPLOAD),
        "owner": str(draft.owner_id),
    }


def _inspection() -> str:
    for name in ("inspection-check", "inspection:check"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
