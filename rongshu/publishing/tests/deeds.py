"""What may happen to a province, as steps that a test strings together at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import RongshuError
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.relate_resources import relate_resources, unrelate_resources
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.gate.records import IncomingFile
from rongshu.library.models import Resource, ResourceRelation
from rongshu.publishing.tests.world import World
from rongshu.sites.actions.approve_placement import accept_update
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.change_placement import (
    order_placement,
    pin_placement,
    rename_placement,
    schedule_placement,
)
from rongshu.sites.actions.change_status import bring_online, take_offline
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.actions.create_site import change_site
from rongshu.sites.actions.move_column import move_column
from rongshu.sites.actions.move_placement import move_placement, remove_placement
from rongshu.sites.actions.register_verification_file import register_verification_file
from rongshu.sites.models import Column, Placement, Site

SHOP: Final = "https://shop.example/"
Step = tuple[str, int, int]
Deed = Callable[[World, int, int], object]
Travel = Callable[[timedelta], None]


def _approve(world: World, one: int) -> None:
    resource = _resource(world, one)
    resource.refresh_from_db()
    if resource.working_version_id is not None:  # a purge may have left nothing to approve
        world.approve(resource)


def carry_out(world: World, travel: Travel, step: Step) -> None:
    """Do one step; what the rules refuse is left undone."""
    name, one, other = step
    if name == "publish":
        world.publish()
        return
    if name == "wait":
        travel(timedelta(hours=1 + one % 48))
        carry_out_due()
        return
    try:
        DEEDS[name](world, one, other)
    except RongshuError:
        return


def _columns(world: World) -> list[Column]:
    sites = [world.portal, world.education]
    return list(Column.objects.filter(site__in=sites).order_by("created_at", "id"))


def _column(world: World, number: int) -> Column:
    columns = _columns(world)
    column = columns[number % len(columns)]
    column.refresh_from_db()
    return column


def _site(world: World, number: int) -> Site:
    return Site.objects.get(pk=(world.portal, world.education)[number % 2].pk)


def _resource(world: World, number: int) -> Resource:
    resources = list(Resource.objects.order_by("created_at", "id"))
    return resources[number % len(resources)]


def _placement(world: World, number: int) -> Placement:
    placements = list(Placement.objects.order_by("created_at", "id"))
    return placements[number % len(placements)]


def _create(world: World, one: int, other: int) -> object:
    return world.article(_column(world, one), given_published_at=_moment(world, other))


def _moment(world: World, number: int) -> Any:
    return world.record().given_published_at - timedelta(hours=number % 50)  # type: ignore[operator]


def _create_with_file(world: World, one: int, other: int) -> object:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(16)
    files = (
        IncomingFile(name=f"附件{other % 3}.txt", content=f"附件内容{other % 3}".encode() * 20),
        IncomingFile(name="图.png", content=picture, role="image", alt="示范图"),
    )
    return world.article(_column(world, one), files=files[: 1 + other % 2])


def _link(world: World, one: int, other: int) -> object:
    target = _resource(world, other)
    body = (
        f'<p>参见<a href="resource:{target.id}">另一篇</a>和<a href="{SHOP}{one % 3}">商店</a>，'
        f"共{next(world.numbers)}处。</p>"
    )
    return world.edit(_resource(world, one), body_html=body)


def _offline(world: World, one: int, other: int) -> object:
    site = _site(world, one)
    if site.status == Site.Status.OFFLINE:
        return bring_online(actor=world.operator, site=site)
    until = clock.now() + timedelta(days=1 + other % 5)
    return take_offline(
        actor=world.operator, site=site, reason="升级", notice="系统升级，暂停服务。", until=until
    )


def _schedule(world: World, one: int, other: int) -> object:
    begin = clock.now() + timedelta(hours=other % 5 - 2)
    end = begin + timedelta(hours=3) if one % 2 else None
    return schedule_placement(
        actor=world.operator, placement=_placement(world, one), visible_from=begin, visible_until=end
    )


def _hot_words(number: int) -> dict[str, Any]:
    return {
        "place": "hot-words",
        "links": [{"name": f"热词{number % 3}", "url": f"/-/search?q={number % 3}"}],
    }


def _blocks(world: World, one: int, other: int) -> object:
    site = _site(world, one)
    columns = [column.path for column in _columns(world) if column.site_id == site.id]
    blocks: list[dict[str, Any]] = [
        {"key": "news", "kind": "column-list", "columns": columns[:1], "count": 3 + other % 4},
        {"key": "tabs", "kind": "column-tabs", "title": f"选项{other % 3}", "columns": columns},
        {"key": "head", "kind": "headline", "columns": columns[-1:], "count": 2},
        {
            "key": "links",
            "kind": "links",
            "options": {"links": [{"name": "店", "url": SHOP}]},
        },
        {"key": "sites", "kind": "sites", "title": "站群"},
        {"key": "leaders", "kind": "leaders", "columns": columns[-1:], "count": 2},
        {"key": "hot", "kind": "links", "options": _hot_words(other)},
    ]
    return change_blocks(
        actor=world.operator, site=site, blocks=[BlockSetting(**block) for block in blocks[: 1 + other % 7]]
    )


def _relate(world: World, one: int, other: int) -> object:
    return relate_resources(
        actor=world.operator,
        source=_resource(world, one),
        target=_resource(world, other),
        kind=ResourceRelation.Kind.BASED_ON,
    )


def _unrelate(world: World, one: int, other: int) -> None:
    relations = list(ResourceRelation.objects.order_by("id"))
    if relations:
        unrelate_resources(actor=world.operator, relation=relations[one % len(relations)])


def _purge(world: World, one: int, other: int) -> object:
    versions = list(_resource(world, one).versions.filter(purged_at=None).order_by("number"))
    return versions and purge_version(
        actor=world.operator,
        confirmed_by=world.library.reviewer,
        version=versions[other % len(versions)],
        reason="含不应公开的内容",
    )


DEEDS: Final[Mapping[str, Deed]] = {
    "create": _create,
    "create with file": _create_with_file,
    "draft": lambda world, one, other: world.place(world.draft(), _column(world, one)),
    "approve": lambda world, one, other: _approve(world, one),
    "edit": lambda world, one, other: world.edit(_resource(world, one)),
    "link": _link,
    "place": lambda world, one, other: world.place(_resource(world, one), _column(world, other)),
    "move": lambda world, one, other: move_placement(
        actor=world.operator, placement=_placement(world, one), column=_column(world, other)
    ),
    "pin": lambda world, one, other: pin_placement(
        actor=world.operator, placement=_placement(world, one), pin=other % 3
    ),
    "order": lambda world, one, other: order_placement(
        actor=world.operator, placement=_placement(world, one), manual_order=other % 4 or None
    ),
    "retitle": lambda world, one, other: rename_placement(
        actor=world.operator,
        placement=_placement(world, one),
        display_title=f"另题{other % 3}" if other % 2 else "",
    ),
    "schedule": _schedule,
    "remove": lambda world, one, other: remove_placement(
        actor=world.operator, placement=_placement(world, one), reason="不再适用"
    ),
    "recall": lambda world, one, other: withdraw_resource(
        actor=world.operator, resource=_resource(world, one), reason="内容有误"
    ),
    "reinstate": lambda world, one, other: reinstate_resource(
        actor=world.operator, resource=_resource(world, one), reason="已核实"
    ),
    "relate": _relate,
    "unrelate": _unrelate,
    "purge": _purge,
    "rename column": lambda world, one, other: change_column(
        actor=world.operator, column=_column(world, one), name=f"栏目{other % 4}"
    ),
    "resize column": lambda world, one, other: change_column(
        actor=world.operator, column=_column(world, one), page_size=5 + other % 3
    ),
    "hold": lambda world, one, other: change_column(
        actor=world.operator, column=_column(world, one), hold_updates=bool(other % 2)
    ),
    "accept": lambda world, one, other: accept_update(actor=world.operator, placement=_placement(world, one)),
    "move column": lambda world, one, other: move_column(
        actor=world.operator,
        column=_column(world, one),
        parent=_column(world, other) if other % 2 else None,
        slug=f"moved-{other % 3}",
    ),
    "theme": lambda world, one, other: change_theme(
        actor=world.operator, site=_site(world, one), theme=("azure", "pine", "vermilion")[other % 3]
    ),
    "rename site": lambda world, one, other: change_site(
        actor=world.operator, site=_site(world, one), contact=f"电话{other % 5}"
    ),
    "blocks": _blocks,
    "offline": _offline,
    "verification": lambda world, one, other: register_verification_file(
        actor=world.operator, site=_site(world, one), name=f"verify-{other % 3}.txt", content=f"{other}"
    ),
}
