"""`rongshu resource`: recall, restore, purge, recycle, classify, pin, schedule, gather in topics."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.foundation.errors import InvalidInput, NotFound
from rongshu.foundation.guards import get_one
from rongshu.library.actions.classify_resource import classify_resource, declassify_resource
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.recycle_resource import recycle_resource, restore_from_recycle_bin
from rongshu.library.actions.restore_version import restore_version
from rongshu.library.actions.topics import add_to_topic, gather_by_query, remove_from_topic
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.models import Category, Resource, ResourceVersion
from rongshu.library.queries.visibility import recycled, visible
from rongshu.sites.actions.change_placement import pin_placement, schedule_placement
from rongshu.sites.models import Placement
from rongshu.sites.queries.placements import placements_for

Deed = Callable[[Person, Resource, dict[str, Any]], str]


class Command(ActingCommand):
    """信息资源：撤稿、恢复、版本、清除、回收、分类、置顶、定时、专题。"""

    help = "信息资源：撤稿、恢复、恢复旧版本、彻底清除、回收、分类、置顶、定时、专题"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands; a resource is named by its id or its 索引号."""
        deeds = parser.add_subparsers(dest="deed", required=True)

        def deed(name: str, purpose: str) -> CommandParser:
            added = self.add_deed(deeds, name, purpose)
            added.add_argument("resource", help="资源标识符或索引号")
            return added

        deed("recall", "撤稿：从所有站点撤下，仍留在资源库").add_argument(
            "--reason", required=True, help="原因"
        )
        deed("reinstate", "恢复撤下的资源").add_argument("--reason", default="", help="原因")
        deed("restore", "把旧版本恢复为新的工作版本").add_argument(
            "--number", type=int, required=True, help="版本号"
        )
        purging = deed("purge", "彻底清除一个版本的内容和附件，须两人")
        purging.add_argument("--number", type=int, required=True, help="版本号")
        purging.add_argument("--reason", required=True, help="原因")
        purging.add_argument("--confirmed-by", required=True, help="第二人的人员代号")
        deed("recycle", "移入回收站").add_argument("--reason", default="", help="原因")
        deed("unrecycle", "从回收站恢复")
        for name, purpose in (("classify", "归入分类"), ("declassify", "移出分类")):
            added = deed(name, purpose)
            added.add_argument("scheme", help="分类体系代码，如 theme")
            added.add_argument("code", help="分类代码")
        pinning = deed("pin", "在栏目中置顶")
        pinning.add_argument("level", type=int, help="置顶级别 1–9，0 为取消")
        scheduling = deed("schedule", "设定在栏目中显示的起止时间")
        scheduling.add_argument("--from", dest="start", help="显示起，YYYY-MM-DD HH:MM，不填为立即")
        scheduling.add_argument("--until", help="显示止，YYYY-MM-DD HH:MM，不填为不限")
        for added in (pinning, scheduling):
            added.add_argument("--site", required=True, help="站点代码")
            added.add_argument("--column", required=True, help="栏目路径，如 /news/")
        for name, purpose in (("gather", "把资源加入专题"), ("leave", "把资源移出专题")):
            deed(name, purpose).add_argument("--topic", required=True, help="专题的资源标识符或索引号")
        deed("gather-by", "专题按查询条件自动收入").add_argument("query", help="查询条件，JSON 写法")

    def act(self, actor: Person, **options: Any) -> str:
        """Do one deed on one resource."""
        deed = options["deed"]
        resource = _resource(actor, options["resource"], is_recycled=deed == "unrecycle")
        return _DEEDS[deed](actor, resource, options)


def _resource(actor: Person, name: str, *, is_recycled: bool = False) -> Resource:
    viewer = viewer_for(actor)
    rows = recycled(viewer) if is_recycled else visible(viewer)
    try:
        found = rows.filter(pk=UUID(name)).first()
    except ValueError:
        found = rows.filter(index_number=name).first()
    if found is None:
        raise NotFound
    return found


def _version(resource: Resource, number: int) -> ResourceVersion:
    return get_one(ResourceVersion.objects.all(), resource=resource, number=number)


def _recall(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    withdraw_resource(actor=actor, resource=resource, reason=given["reason"])
    return "已撤稿，各站点的页面随即撤下。"


def _reinstate(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    reinstate_resource(actor=actor, resource=resource, reason=given["reason"])
    return "已恢复，网址不变。"


def _restore(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    copy = restore_version(actor=actor, version=_version(resource, given["number"]))
    return f"第 {given['number']} 版已恢复为第 {copy.number} 版，审核后生效。"


def _purge(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    second = person_named(given["confirmed_by"])
    version = _version(resource, given["number"])
    purge_version(actor=actor, confirmed_by=second, version=version, reason=given["reason"])
    return f"第 {given['number']} 版的内容和附件已彻底清除。"


def _recycle(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    recycle_resource(actor=actor, resource=resource, reason=given["reason"])
    return "已移入回收站。"


def _unrecycle(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    restore_from_recycle_bin(actor=actor, resources=[resource])
    return "已从回收站恢复。"


def _classify(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    category = get_one(Category.objects.all(), scheme_id=given["scheme"], code=given["code"])
    if given["deed"] == "classify":
        classify_resource(actor=actor, resource=resource, category=category)
        return f"已归入“{category.name}”。"
    declassify_resource(actor=actor, resource=resource, category=category)
    return f"已移出“{category.name}”。"


def _pin(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    pin_placement(actor=actor, placement=_placement(actor, resource, given), pin=given["level"])
    return f"置顶级别已设为 {given['level']}。" if given["level"] else "已取消置顶。"


def _schedule(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    placement = _placement(actor, resource, given)
    start, until = _moment(given["start"]), _moment(given["until"])
    schedule_placement(actor=actor, placement=placement, visible_from=start, visible_until=until)
    return "显示时间已设定，到时自动显示和撤下。"


def _gather(actor: Person, resource: Resource, given: dict[str, Any]) -> str:
    topic = _resource(actor, given["topic"])
    if given["deed"] == "gather":
        add_to_topic(actor=actor, topic=topic, resources=[resource])
        return "已加入专题。"
    remove_from_topic(actor=actor, topic=topic, resource=resource)
    return "已移出专题。"


def _gather_by(actor: Person, topic: Resource, given: dict[str, Any]) -> str:
    try:
        query = json.loads(given["query"])
    except json.JSONDecodeError as error:
        raise InvalidInput("查询条件须为 JSON 写法。", fields={"query": "不是 JSON"}) from error
    gather_by_query(actor=actor, topic=topic, query=query)
    return f"专题现有 {topic.members.count()} 条。"


_DEEDS: dict[str, Deed] = {
    "recall": _recall,
    "reinstate": _reinstate,
    "restore": _restore,
    "purge": _purge,
    "recycle": _recycle,
    "unrecycle": _unrecycle,
    "classify": _classify,
    "declassify": _classify,
    "pin": _pin,
    "schedule": _schedule,
    "gather": _gather,
    "leave": _gather,
    "gather-by": _gather_by,
}


def _placement(actor: Person, resource: Resource, given: dict[str, Any]) -> Placement:
    rows = placements_for(viewer_for(actor)).filter(resource=resource, site__slug=given["site"])
    return get_one(rows, column__path=f"/{given['column'].strip('/')}/")


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput("时间写法应为 YYYY-MM-DD HH:MM。", fields={"time": written}) from error
    return moment if moment.tzinfo else timezone.make_aware(moment)
