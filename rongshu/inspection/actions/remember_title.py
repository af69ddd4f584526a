"""Remembering the titles of linked pages: one that shares nothing with the former tells of a takeover."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import pairwise
from typing import Final

from django.db import transaction

from rongshu.foundation import clock
from rongshu.inspection.models import VisitedPage

# Whoever links to the page is told during these days; after them the new title is the known one.
_TOLD_FOR: Final = timedelta(days=30)


def remember_title(*, address: str, title: str) -> str:
    """Keep the title seen at an address; return the former one where the page changed it wholly of late."""
    if not title:
        return ""
    key, now = hashlib.sha256(address.encode()).hexdigest(), clock.now()
    with transaction.atomic():
        page, is_new = VisitedPage.objects.select_for_update().get_or_create(
            address_digest=key, defaults={"title": title, "seen_at": now}
        )
        if is_new:
            return ""
        if page.former_title and _are_alike(page.former_title, title):
            page.former_title, page.retitled_at = "", None
        elif not _are_alike(page.title, title):
            page.former_title, page.retitled_at = page.title, now
        page.title, page.seen_at = title, now
        page.save()
    is_recent = page.retitled_at is not None and now - page.retitled_at < _TOLD_FOR
    return page.former_title if is_recent else ""


def _are_alike(one: str, other: str) -> bool:
    """Whether two titles have at least two neighbouring characters in common."""
    return one == other or bool(set(pairwise(one.lower())) & set(pairwise(other.lower())))
