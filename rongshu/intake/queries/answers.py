"""What an old address is answered with, now or once its host is turned over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal
from urllib.parse import urlsplit

from rongshu.intake.models import IntakeRun
from rongshu.publishing.queries.old_addresses import new_paths
from rongshu.sites.models import LegacyAddress
from rongshu.sites.queries.addresses import legacy_targets, normal_host

Kind = Literal["article", "column", "home", "file", "gone", "unmapped"]
_AT_ONCE: Final = 200
_NOT_SHOWN: Final = "内容未公开或已撤下"


@dataclass(frozen=True, slots=True)
class OldAnswer:
    """Status 301 with the new address, 410 with the reason, or 404 for what nothing is known of."""

    host: str
    request_uri: str
    kind: Kind
    new_url: str = ""
    reason: str = ""

    @property
    def status(self) -> int:
        """The HTTP status readers get."""
        return {"gone": 410, "unmapped": 404}.get(self.kind, 301)


def answers_to(host: str, request_uris: Iterable[str], *, before_switch: bool = True) -> Iterator[OldAnswer]:
    """Yield what each request URI of a host is answered with; `before_switch`: as after the switch."""
    waiting = iter(request_uris)
    while some := list(islice(waiting, _AT_ONCE)):
        found = legacy_targets(host, some, before_switch=before_switch)
        paths = new_paths(list({row.pk: row for row in found.values()}.values()))
        for uri in some:
            row = found.get(uri)
            if row is None:
                yield OldAnswer(host, uri, "unmapped")
            else:
                yield _answer(host, uri, row, paths[row.pk])


def answers_to_urls(urls: Iterable[str], *, before_switch: bool = True) -> Iterator[OldAnswer]:
    """Yield what absolute web addresses are answered with, host by host; others are passed over."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        host, uri = host_and_uri(url)
        if host:
            by_host[host].append(uri)
    for host, uris in by_host.items():
        yield from answers_to(host, uris, before_switch=before_switch)


def kept_addresses(run: IntakeRun) -> Iterator[OldAnswer]:
    """Yield every address kept for the old hosts of a run, in all its spellings, by host and address."""
    hosts = [normal_host(host) for host in run.old_hosts]
    rows = LegacyAddress.objects.filter(site=run.site_id, host__in=hosts).order_by(
        "host", "request_uri", "pk"
    )
    waiting = rows.select_related("site", "resource", "column").iterator(chunk_size=500)
    while some := list(islice(waiting, 500)):
        paths = new_paths(some)
        for row in some:
            yield _answer(row.host, row.request_uri, row, paths[row.pk])


def host_and_uri(url: str) -> tuple[str, str]:
    """Return host with port and request URI as browsers send them; ("", "") for what is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "", ""
    query = f"?{parts.query}" if parts.query else ""
    return normal_host(parts.netloc.rpartition("@")[2]), (parts.path or "/") + query


def _answer(host: str, uri: str, row: LegacyAddress, path: str | None) -> OldAnswer:
    if path is None:
        return OldAnswer(host, uri, "gone", reason=row.gone_reason or _NOT_SHOWN)
    return OldAnswer(host, uri, _kind(row), new_url=row.site.base_url.rstrip("/") + path)


def _kind(row: LegacyAddress) -> Kind:
    if row.resource_id:
        return "article"
    if row.column_id:
        return "column"
    return "home" if row.leads_home else "file"
