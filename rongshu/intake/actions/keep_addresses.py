"""Keep the old addresses of what was taken over."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries import detours
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses


def keep_addresses(*, actor: Person, run: IntakeRun) -> int:
    """Map every address that led to an article to its resource, and tell 410 for what was refused."""
    return keep_legacy_addresses(actor=actor, site=run.site, addresses=_old_addresses(run))


def _old_addresses(run: IntakeRun) -> Iterator[OldAddress]:
    leading = detours(run)
    for article in run.articles.order_by("position").iterator():
        urls = (article.url, *article.other_urls)
        if article.resource_id is None:
            yield from (old_address(url, gone_reason=article.reason or "未迁移") for url in urls)
            continue
        others = [detour for url in urls for detour in leading.get(key_of(url), ())]
        for url in dict.fromkeys((*urls, *others)):
            yield old_address(url, resource_id=article.resource_id)


def old_address(url: str, *, resource_id: UUID | None = None, gone_reason: str = "") -> OldAddress:
    """Split an absolute URL into host and request URI (path with query), as a reader's browser sends them."""
    parts = urlsplit(url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return OldAddress(host=parts.netloc, request_uri=uri, resource_id=resource_id, gone_reason=gone_reason)
