"""What the deeds and objects of the audit trail are called; apps add theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DEEDS: Final = {
    "person.registered": "登记人员",
    "person.changed": "修改人员",
    "person.retired": "办理离岗",
    "account.opened": "开通帐号",
    "account.enrolment-issued": "发放开通链接",
    "account.enrolled": "本人开通帐号",
    "account.second-factor-reset": "重置第二验证因素",
    "account.factor-added": "添加第二验证因素",
    "account.factor-dropped": "移除第二验证因素",
    "account.recovery-codes-renewed": "更换恢复码",
    "account.locked": "锁定帐号",
    "account.unlocked": "解锁帐号",
    "address.unlocked": "解锁地址",
    "session.revoked": "结束会话",
    "role.defined": "定义角色",
    "role.granted": "授予角色",
    "role.revoked": "收回角色",
    "organization.created": "建立机构",
    "organization.changed": "修改机构",
    "organization.renamed": "机构更名",
    "organization.moved": "机构划转",
    "organization.merged": "机构合并",
    "organization.split": "机构拆分",
    "organization.abolished": "机构撤销",
    "region.registered": "登记行政区划",
    "calendar.days-set": "设定放假或调休",
    "calendar.day-reset": "恢复日历",
    "calendar.year-noted": "登记放假通知",
    "list.exported": "导出列表",
    "work.begun": "开始批量工作",
    "work.stopped": "停止批量工作",
    "draft.begun": "起草",
    "version.approved": "审核通过",
    "version.rejected": "审核退回",
    "version.purged": "彻底清除版本",
    "resource.withdrawn": "撤稿",
    "resource.restored": "恢复资源",
    "resource.deleted": "删除资源",
    "placement.placed": "放入栏目",
    "placement.approved": "栏目发布审核",
    "placement.removed": "移出栏目",
    "site.created": "建立站点",
    "site.changed": "修改站点",
    "site.archived": "站点归档",
    "column.created": "建立栏目",
    "column.changed": "修改栏目",
    "column.moved": "移动栏目",
    "column.removed": "删除栏目",
    "intake.started": "开始采集",
    "intake.finished": "采集结束",
    "backup.begun": "备份",
    "data.exported": "导出全部数据",
    "data.erased": "清除全部数据",
}
_OBJECTS: Final = {
    "person": "人员",
    "account": "帐号",
    "role": "角色",
    "rolegrant": "授权",
    "organization": "机构",
    "region": "行政区划",
    "longwork": "批量工作",
    "resource": "信息资源",
    "resourceversion": "资源版本",
    "placement": "栏目放置",
    "site": "站点",
    "column": "栏目",
}
DOORS: Final = {"web": "管理端", "command": "命令行", "api": "接口", "clock": "系统时钟"}


def register_words(deeds: Mapping[str, str], objects: Mapping[str, str] | None = None) -> None:
    """Say what an app's deeds, and the objects they are done to, are called; called from `ready`."""
    _DEEDS.update(deeds)
    _OBJECTS.update(objects or {})


def deed_label(code: str) -> str:
    """Return what a deed is called, its code where nobody has said."""
    return _DEEDS.get(code, code)


def object_label(kind: str) -> str:
    """Return what a kind of object is called."""
    return _OBJECTS.get(kind, kind)


def deed_choices() -> list[tuple[str, str]]:
    """Return the deeds that have a name."""
    return list(_DEEDS.items())


def object_choices() -> list[tuple[str, str]]:
    """Return the kinds of object that have a name."""
    return list(_OBJECTS.items())
