"""Make the columns of a site from a column-standard template, leaving out what is trimmed (P1-04)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.column_elements import path_below, usual_idle_days
from rongshu.sites.errors import StandardUnknown
from rongshu.sites.models import Column, ColumnStandard, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.queries.standards import standards_for_site

_SEED: Final = Path(__file__).parent.parent / "seed" / "column_standards.yaml"
Node = dict[str, Any]


def create_columns_from_standard(
    *, actor: Actor, site: Site, standard: str, without: Collection[str] = ()
) -> list[Column]:
    """Create what the template has and the site has not; return the new columns, parents first.

    `without` names paths that are left out with everything below them (`/statistics/open/`); a path
    that the template does not have is refused, so that a slip does not go unnoticed.
    """
    template = standard_named(standard, site)
    left_out = {normal_path(path) for path in without}
    known = {path for path, _ in walk(template.tree)}
    if left_out - known:
        wrong = "、".join(sorted(left_out - known))
        raise StandardUnknown(f"模板“{template.name}”中没有这些栏目：{wrong}。", fields={"without": wrong})
    with transaction.atomic():
        require(may_arrange_site(viewer_for(actor), site))
        created = list(_create(actor, site, template.tree, None, left_out))
        if created:
            record(
                actor,
                "columns.created-from-standard",
                site,
                standard=standard,
                without=sorted(left_out),
                count=len(created),
            )
    return created


def standard_named(code: str, site: Site) -> ColumnStandard:
    """Return a template that a site may take, by its code."""
    offered = standards_for_site(site)
    template = offered.filter(pk=code).first()
    if template is None:
        known = "、".join(offered.values_list("code", flat=True))
        raise StandardUnknown(f"没有“{code}”这个栏目标准模板；可选：{known}。", fields={"standard": code})
    return template


def walk(tree: Sequence[Node], above: str = "/") -> Iterator[tuple[str, Node]]:
    """Yield every path of a template with its node, parents first."""
    for node in tree:
        path = f"{above}{node['slug']}/"
        yield path, node
        yield from walk(node.get("children", ()), path)


def normal_path(path: str) -> str:
    """Return a path with its outer slashes."""
    return f"/{path.strip('/')}/"


def seed_column_standards() -> None:
    """Write the built-in templates as the seed file has them; runs after every migration."""
    templates = yaml.safe_load(_SEED.read_text(encoding="utf-8"))
    ColumnStandard.objects.bulk_create(
        [ColumnStandard(**{**template, "tree": _completed(template["tree"])}) for template in templates],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "site_type", "tree", "source"],
    )


def _completed(tree: Sequence[Node]) -> list[Node]:
    return [
        {
            "max_idle_days": usual_idle_days(node["update_class"]),
            "show_in_navigation": False,
            **node,
            "children": _completed(node.get("children", ())),
        }
        for node in tree
    ]


def _create(
    actor: Actor, site: Site, tree: Sequence[Node], parent: Column | None, left_out: set[str]
) -> Iterator[Column]:
    for position, node in enumerate(tree):
        path = path_below(parent, node["slug"])
        if path in left_out:
            continue
        column = Column.objects.filter(site=site, path=path).exclude(status=Column.Status.CLOSED).first()
        if column is None:
            elements = {name: value for name, value in node.items() if name != "children"}
            column = create_column(actor=actor, site=site, parent=parent, position=position, **elements)
            yield column
        yield from _create(actor, site, node.get("children", ()), column, left_out)
