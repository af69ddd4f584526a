"""The notices that stand in the place of a whole site: offline for a while, closed (P5-10, P5-11)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.pages.models import ClosedPage, Link, OfflinePage


def load_offline(context: SiteContext) -> OfflinePage:
    """The notice of a site that is temporarily offline."""
    change = context.latest_notice
    return OfflinePage(
        site=context.frame,
        reason=change.reason if change else "",
        since=_day(context),
        until=timezone.localtime(change.until).date() if change and change.until else None,
        notice=change.notice if change else "",
        document=change.document if change else "",
    )


def load_closed(context: SiteContext) -> ClosedPage:
    """The notice of a closed site, with where its content went."""
    change, successor = context.latest_notice, context.site.successor_url
    return ClosedPage(
        site=context.frame,
        closed_on=_day(context),
        notice=change.notice if change else "",
        document=change.document if change else "",
        successor=Link(_name_of_successor(context), successor) if successor else None,
    )


def _name_of_successor(context: SiteContext) -> str:
    url = context.site.successor_url.rstrip("/")
    for other in context.directory.sites.values():
        if other.base_url.rstrip("/") == url:
            return other.name
    return context.site.successor_url


def _day(context: SiteContext) -> date:
    return timezone.localtime(context.site.status_changed_at).date()
