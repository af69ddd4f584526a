"""Keep the old addresses of what was taken over: articles, their files, and the lists they stood in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.intake.columns import ColumnMap, standing_columns
from rongshu.intake.crawling import VisitKind
from rongshu.intake.frontier import key_of, short_key
from rongshu.intake.list_pages import columns_of_lists
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.old_addresses import is_front_page, is_root, spellings
from rongshu.intake.queries.runs import detours
from rongshu.library.models import StoredFile
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses

_AT_ONCE: Final = 500
_GONE: Final = "旧网页未迁移"


def keep_addresses(*, actor: Person, run: IntakeRun) -> int:
    """Map every address that led to an article, a file or a list; tell 410 for what was refused.

    Front page and lists come first and articles last: where one address was both, the article counts.
    """
    kept = 0
    for addresses in (_front_pages(run), _lists(run), _files(run), _articles(run)):
        kept += keep_legacy_addresses(actor=actor, site=run.site, addresses=addresses)
    return kept


def _articles(run: IntakeRun) -> Iterator[OldAddress]:
    leading = detours(run)
    for article in run.articles.order_by("position").iterator():
        urls = (article.url, *article.other_urls)
        others = [detour for url in urls for detour in leading.get(key_of(url), ())]
        for url in dict.fromkeys((*urls, *others)):
            if article.resource_id is None:
                yield from old_addresses(url, gone_reason=article.reason or _GONE)
            else:
                yield from old_addresses(url, resource_id=article.resource_id)


def _files(run: IntakeRun) -> Iterator[OldAddress]:
    """Attachments and pictures whose content is in the store, in portions of one question each."""
    rows = run.articles.filter(resource_id__isnull=False).exclude(files=[])
    listed = (file for files in rows.values_list("files", flat=True).iterator() for file in files)
    fetched = (file for file in listed if file.get("sha256"))
    while some := list(islice(fetched, _AT_ONCE)):
        digests = {f"sha256:{file['sha256']}" for file in some}
        stored = StoredFile.objects.filter(digest__in=digests, erased_at__isnull=True)
        present = set(stored.values_list("digest", flat=True))
        for file in some:
            if (digest := f"sha256:{file['sha256']}") in present:
                yield from old_addresses(file["url"], file_digest=digest)


def _front_pages(run: IntakeRun) -> Iterator[OldAddress]:
    """The first page of each old host, and what it sent on to, lead to the new site's first page."""
    leading = detours(run)
    for first in _first_addresses(run):
        sent_on = run.addresses.filter(key=key_of(first), kind=VisitKind.ALIAS.value)
        others = [*leading[key_of(first)], *sent_on.values_list("of_url", flat=True)]
        for url in dict.fromkeys([first, *others]):
            yield from old_addresses(url, leads_home=True)


def _first_addresses(run: IntakeRun) -> list[str]:
    """The address the run began with where that is a first page; of saved pages, those of their hosts."""
    if urlsplit(run.source).hostname:
        return [run.source] if is_front_page(run.source) else []
    pages = run.addresses.filter(kind=VisitKind.PAGE.value).values_list("url", flat=True)
    return list(dict.fromkeys(url for url in pages.iterator() if is_root(url)))


def _lists(run: IntakeRun) -> Iterator[OldAddress]:
    pages = run.addresses.filter(kind=VisitKind.PAGE.value).exclude(links=[])
    links = dict(pages.values_list("url", "links"))
    columns = standing_columns(run.site)
    ids = dict(columns.values_list("path", "id"))
    known = _column_of_articles(run, ColumnMap.of(columns, before=run.started_at, chosen=run.mapping), ids)
    found = columns_of_lists(links, known)
    for url, keys in links.items():
        if path := found.get(url):
            # The first page of a site is about all of its columns, whichever it shows most of.
            if not is_root(url):
                yield from old_addresses(url, column_id=ids[path])
        elif not known.keys().isdisjoint(keys):
            yield from old_addresses(url, leads_home=True)  # a page of several columns


def _column_of_articles(run: IntakeRun, mapping: ColumnMap, ids: Mapping[str, UUID]) -> dict[str, str]:
    rows = run.articles.exclude(outcome=IntakeArticle.Outcome.REFUSED)
    known: dict[str, str] = {}
    for url, other_urls, paths in rows.values_list("url", "other_urls", "column_paths").iterator():
        path = mapping.path_for(paths[0]) if paths and paths[0] else ""
        if path in ids:
            known.update((short_key(each), path) for each in (url, *other_urls))
    return known


def old_addresses(url: str, **target: Any) -> Iterator[OldAddress]:
    """Yield the old address of an absolute URL in all its spellings; what is no web address has none."""
    if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname:
        for host, request_uri in spellings(url):
            yield OldAddress(host=host, request_uri=request_uri, **target)
