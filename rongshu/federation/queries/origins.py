"""Whose foreign resources are, by what their origin signed: for pages and lists of the apps below."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from rongshu.federation.models import ForeignResource, Partner
from rongshu.foundation.prepared import Prepared
from rongshu.library.queries.origins import Origin


def origins_of_foreign(resource_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """Return the owner and the page at the origin of those that are foreign."""
    wanted = list(resource_ids)
    return {pk: origin_in(header) for pk, header in _HEADERS.rows(wanted)} if wanted else {}


def names_of_origins(nodes: Collection[UUID]) -> dict[UUID, str]:
    """Return what nodes are called, those behind a hub too: by the region of what they own."""
    names = dict(Partner.objects.filter(pk__in=nodes).values_list("pk", "name"))
    for node in set(nodes) - set(names):
        header = ForeignResource.objects.filter(origin_node=node).values_list("header", flat=True).first()
        if header is not None:
            names[node] = str(header["owner"].get("region_name") or header["owner"]["name"])
    return names


def other_nodes_exist() -> bool:
    """Whether there is any node beside this one."""
    return bool(_OTHERS.raw(""))


def origin_in(header: Mapping[str, Any]) -> Origin:
    """Return what pages say of the origin of a record: its owner, and where its own page lies."""
    owner, url = header.get("owner") or {}, str(header.get("url") or "")
    is_page = urlsplit(url).scheme in {"http", "https"}
    return Origin(str(owner.get("name") or ""), url if is_page else "")


_HEADERS: Final = Prepared(
    lambda ids: ForeignResource.objects.filter(pk__in=ids).values_list("resource_id", "header")
)
# A search asks it each time. Nobody is called nothing: a prepared query takes a value.
_OTHERS: Final = Prepared(lambda nobody: Partner.objects.exclude(name=nobody).values_list("pk")[:1])
