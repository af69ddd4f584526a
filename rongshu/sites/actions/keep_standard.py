"""Keep the columns of a site as a standard of its unit, rename it, drop it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.text import normalise_line
from rongshu.sites.errors import StandardNameTaken
from rongshu.sites.models import Column, ColumnStandard, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.queries.standards import KEEPS, may_keep_standard

# What a template says of a column; the rest is of this site alone.
_KEPT: Final = (
    "slug", "name", "description", "keywords", "type", "update_class", "max_idle_days", "disclosure_code",
    "list_template", "article_template", "show_in_navigation", "page_size",
)  # fmt: skip
_LONGEST_NAME: Final = 100


def keep_as_standard(*, actor: Actor, site: Site, name: str, source: str = "") -> ColumnStandard:
    """Keep the present columns of a site as a standard of its sponsor. Raise `StandardNameTaken`."""
    with transaction.atomic():
        viewer = viewer_for(actor)
        require(may_arrange_site(viewer, site) and viewer.may(KEEPS, organization_id=site.sponsor_id))
        name = _checked(name, site.sponsor_id)
        columns = Column.objects.filter(site=site).exclude(status=Column.Status.CLOSED)
        tree = _tree(columns.order_by("position", "path"))
        if not tree:
            raise InvalidInput("这个站点还没有栏目，不能存为标准。", fields={"name": "站点还没有栏目"})
        standard = ColumnStandard.objects.create(
            code=new_id().hex, name=name, site_type=site.type, tree=tree,
            source=normalise_line(source)[:300], owner=site.sponsor,
        )  # fmt: skip
        record(actor, "column-standard.kept", standard, name=name, site=site.slug)
    return standard


def rename_standard(*, actor: Actor, standard: ColumnStandard, name: str, source: str) -> ColumnStandard:
    """Give a unit's standard another name and source. Raise `StandardNameTaken`."""
    with transaction.atomic():
        require(may_keep_standard(viewer_for(actor), standard))
        standard.name = _checked(name, standard.owner_id, besides=standard.code)
        standard.source = normalise_line(source)[:300]
        standard.save(update_fields=["name", "source"])
        record(actor, "column-standard.renamed", standard, name=standard.name)
    return standard


def drop_standard(*, actor: Actor, standard: ColumnStandard) -> None:
    """Offer a unit's standard no more; columns made from it stay."""
    with transaction.atomic():
        require(may_keep_standard(viewer_for(actor), standard))
        record(actor, "column-standard.dropped", standard, name=standard.name)
        standard.delete()


def _checked(name: str, owner_id: Any, *, besides: str = "") -> str:
    name = normalise_line(name)
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput(fields={"name": "须填写，不超过 100 字"})
    if ColumnStandard.objects.filter(owner_id=owner_id, name=name).exclude(pk=besides).exists():
        raise StandardNameTaken(fields={"name": "本单位已有同名的栏目标准"})
    return name


def _tree(columns: Iterable[Column]) -> list[dict[str, Any]]:
    nodes = {one.pk: {name: getattr(one, name) for name in _KEPT} | {"children": []} for one in columns}
    parents = {one.pk: one.parent_id for one in columns}
    for pk, node in nodes.items():
        parent = parents[pk]
        if parent in nodes:
            nodes[parent]["children"].append(node)
    return [node for pk, node in nodes.items() if parents[pk] not in nodes]
