"""Keep the old addresses of what was taken over: articles, their files, and the lists they stood in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.intake.columns import ColumnMap, standing_columns
from rongshu.intake.crawling import VisitKind
from rongshu.intake.frontier import key_of, short_key
from rongshu.intake.list_pages import ColumnsAround, columns_of_lists
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.old_addresses import is_front_page, is_root, spellings
from rongshu.intake.queries.answers import answers_to_urls, host_and_uri
from rongshu.intake.queries.chain import refusal_reasons, root_of
from rongshu.intake.queries.runs import detours
from rongshu.library.models import StoredFile
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses
from rongshu.sites.queries.addresses import normal_host

_AT_ONCE: Final = 500
_NO_ARTICLES: Final = (VisitKind.PAGE.value, VisitKind.FILE.value, VisitKind.REFUSED.value)
_GONE: Final = "旧网页未迁移"
_FILE_GONE: Final = "附件未收入资源库"


def keep_addresses(*, actor: Person, run: IntakeRun) -> int:
    """Give every address of the source an answer: an article, a file, a column, the first page, or a 410.

    What is known least of comes first and articles last: where one address was both, the article counts.
    The hosts answer once the run is switched; they are noted on it.
    """
    if not run.articles.exists():
        return 0  # nothing was taken over: the old site keeps its addresses
    kept, hosts = 0, set(run.old_hosts)
    everything = (_leftovers(run), _front_pages(run), _lists(run), _files(run), _articles(run))
    for addresses in everything if run.follows_id is None else (everything[0], *everything[3:]):
        noted = _noting(addresses, hosts)
        kept += keep_legacy_addresses(actor=actor, site=run.site, addresses=noted, until_switched=True)
    # The root is what is switched: a host that only a later look met is turned over with the others.
    for one in dict.fromkeys((run, root_of(run))):
        one.old_hosts = sorted({*one.old_hosts, *hosts})
        one.save(update_fields=["old_hosts"])
    return kept


def keep_addresses_of_articles(*, actor: Person, run: IntakeRun) -> int:
    """Keep where the articles stand, before they are placed: their pages link to each other."""
    return keep_legacy_addresses(actor=actor, site=run.site, addresses=_articles(run), until_switched=True)


def _noting(addresses: Iterable[OldAddress], hosts: set[str]) -> Iterator[OldAddress]:
    for address in addresses:
        hosts.add(normal_host(address.host))
        yield address


def _leftovers(run: IntakeRun) -> Iterator[OldAddress]:
    """What was met and is no article: pages go to the column around them, the rest is gone for its reason."""
    around = ColumnsAround(_column_of_urls(run))
    reasons = refusal_reasons(run)
    source = root_of(run)
    leading = detours(source)
    rows = source.addresses.filter(kind__in=_NO_ARTICLES).exclude(kind=VisitKind.REFUSED.value, is_guess=True)
    met = list(rows.values_list("url", "key", "kind"))
    if run.follows_id:  # what an earlier run has answered stays answered
        known = answers_to_urls(url for url, _, _ in met)
        fresh = {(one.host, one.request_uri) for one in known if one.kind == "unmapped"}
        met = [row for row in met if host_and_uri(row[0]) in fresh]
    for url, key, kind in met:
        target: dict[str, Any] = {"gone_reason": reasons.get(key) or _GONE}
        if kind == VisitKind.PAGE.value:
            column = around.column_of(url)
            target = {"column_id": column} if column else {"leads_home": True}
        for each in dict.fromkeys((url, *leading.get(key, ()))):
            yield from old_addresses(each, **target)


def _column_of_urls(run: IntakeRun) -> Iterator[tuple[str, UUID]]:
    """Yield the articles of the run with the column each stands in."""
    columns = standing_columns(run.site)
    ids = dict(columns.values_list("path", "id"))
    mapping = ColumnMap.of(columns, before=run.started_at, chosen=run.mapping)
    rows = run.articles.exclude(outcome=IntakeArticle.Outcome.REFUSED)
    for url, paths in rows.values_list("url", "column_paths").iterator():
        path = mapping.path_for(paths[0]) if paths and paths[0] else ""
        if path in ids:
            yield url, ids[path]


def _articles(run: IntakeRun) -> Iterator[OldAddress]:
    leading = detours(root_of(run))
    for article in run.articles.order_by("position").iterator():
        if article.revises_id and article.resource_id is None:
            continue  # a change that was not brought: the address leads where it led
        urls = (article.url, *article.other_urls)
        others = [detour for url in urls for detour in leading.get(key_of(url), ())]
        for url in dict.fromkeys((*urls, *others)):
            if article.resource_id is None:
                yield from old_addresses(url, gone_reason=article.reason or _GONE)
            else:
                yield from old_addresses(url, resource_id=article.resource_id)


def _files(run: IntakeRun) -> Iterator[OldAddress]:
    """Attachments and pictures: what is in the store leads there, what is not is gone for its reason."""
    kept: set[str] = set()
    lost: dict[str, str] = {}
    for some in _portions_of_files(run):
        digests = {f"sha256:{file['sha256']}" for file in some if file.get("sha256")}
        stored = StoredFile.objects.filter(digest__in=digests, erased_at__isnull=True)
        present = set(stored.values_list("digest", flat=True))
        for file in some:
            if (digest := f"sha256:{file.get('sha256')}") in present:
                kept.add(file["url"])
                yield from old_addresses(file["url"], file_digest=digest)
            else:
                lost.setdefault(file["url"], str(file.get("reason") or _FILE_GONE))
    for url in lost.keys() - kept:
        yield from old_addresses(url, gone_reason=lost[url][:200])


def _portions_of_files(run: IntakeRun) -> Iterator[list[dict[str, Any]]]:
    rows = run.articles.exclude(files=[]).values_list("files", flat=True)
    listed = (file for files in rows.iterator() for file in files)
    while some := list(islice(listed, _AT_ONCE)):
        yield some


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
