"""Resolving what a body refers to: files of the version, other resources, addresses outside."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Reference, note
from rongshu.publishing.loading.reads import Reads

# Bodies were written by the gate's sanitiser: lower-case names, double quotes.
_ADDRESS: Final = re.compile(r'\b(href|src|poster)="([^"]*)"')
_RESOURCE: Final = re.compile(r'="resource:([0-9a-fA-F-]{32,36})')
NOWHERE: Final = "#"


def referred_resources(body: str) -> list[UUID]:
    """Return the resources a body links to."""
    return [UUID(found) for found in _RESOURCE.findall(body)] if '="resource:' in body else []


def resolve(
    body: str, context: SiteContext, reads: Reads, files: Mapping[str, str], found: Mapping[UUID, Reference]
) -> str:
    """Return the body with every address as the reader's browser needs it."""
    if '="' not in body:
        return body

    def resolved(name: str, value: str) -> str:
        scheme, _, rest = value.partition(":")
        if scheme == "attachment":
            return files.get(rest, NOWHERE)
        if scheme == "resource":
            target = UUID(rest.partition("#")[0])
            shown = note(reads, target, found.get(target))
            return shown.url if shown else NOWHERE
        return reads.leaving(value) if name == "href" and context.is_leaving(value) else value

    def address(match: re.Match[str]) -> str:
        return f'{match[1]}="{html.escape(resolved(match[1], html.unescape(match[2])))}"'

    return _ADDRESS.sub(address, body)
