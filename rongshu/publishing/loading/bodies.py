"""Resolving what a body refers to: files of the version, other resources, addresses outside."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.foundation.html_bounds import ANCHOR_PREFIX
from rongshu.publishing.keys import OLD_ADDRESSES
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Reference, note, references
from rongshu.publishing.loading.old_links import OldLinks, old_links
from rongshu.publishing.loading.reads import Reads

# Bodies were written by the gate's sanitiser: lower-case names, double quotes.
_ADDRESS: Final = re.compile(r'\b(href|src|poster)="([^"]*)"')
_RESOURCE: Final = re.compile(r'="resource:([0-9a-fA-F-]{32,36})')
NOWHERE: Final = "#"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the links of some bodies lead: to resources, and from former addresses of the site."""

    resources: Mapping[UUID, Reference]
    old: OldLinks


def targets_of(context: SiteContext, bodies: Collection[str]) -> Targets:
    """Find where the links of these bodies lead, for all of them at once."""
    old = old_links(context, bodies)
    named = [one for body in bodies for one in _referred_resources(body)]
    led_to = [row.resource_id for row in old.targets.values() if row.resource_id]
    return Targets(references(context, [*named, *led_to]), old)


def _referred_resources(body: str) -> list[UUID]:
    return [UUID(found) for found in _RESOURCE.findall(body)] if '="resource:' in body else []


def resolve(body: str, context: SiteContext, reads: Reads, files: Mapping[str, str], targets: Targets) -> str:
    """Return the body with every address as the reader's browser needs it."""
    if '="' not in body:
        return body

    def resolved(name: str, value: str) -> str:
        scheme, _, rest = value.partition(":")
        if scheme == "attachment":
            return files.get(rest, NOWHERE)
        if scheme == "resource":
            return _resource(UUID(rest.partition("#")[0]), reads, targets) or NOWHERE
        if name == "href" and targets.old.is_old(value) and (url := _inside(value, context, reads, targets)):
            return url
        return reads.leaving(value) if name == "href" and context.is_leaving(value) else value

    def address(match: re.Match[str]) -> str:
        return f'{match[1]}="{html.escape(resolved(match[1], html.unescape(match[2])))}"'

    return _ADDRESS.sub(address, body)


def _resource(target: UUID, reads: Reads, targets: Targets) -> str:
    shown = note(reads, target, targets.resources.get(target))
    return shown.url if shown else ""


def _place_within(value: str) -> str:
    """Return the place of its page an old link leads to, under the name sanitised bodies give it."""
    place = urlsplit(value).fragment
    return f"#{ANCHOR_PREFIX}{place.removeprefix(ANCHOR_PREFIX)}" if place else ""


def _inside(value: str, context: SiteContext, reads: Reads, targets: Targets) -> str:
    """Return where a link to the former site leads on this one; what is not shown here keeps its address."""
    row = targets.old.targets.get(value)
    if row is not None and row.resource_id:
        url = _resource(row.resource_id, reads, targets)
        return url and url + _place_within(value)
    if row is not None and row.column_id in context.shelf.by_id:
        reads.column(row.column_id)
        return context.column(row.column_id).path
    if row is not None and row.leads_home:
        return "/"
    reads.keys.add(OLD_ADDRESSES)  # it may lead somewhere once more is taken over
    return ""
