"""The life of a site as a table: each step, where it leads, what it needs, and the clause behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from rongshu.foundation.rules import rule_value
from rongshu.sites.errors import (
    ClosingNotAnnounced,
    ClosingTooSoon,
    OfflineTooLong,
    OfflineTooOften,
    SiteIncomplete,
    SiteMalformed,
    StatusForbids,
)
from rongshu.sites.models import Site
from rongshu.sites.queries.sites import announced_closing
from rongshu.sites.site_elements import missing_online

_Status = Site.Status


@dataclass(frozen=True)
class StepRequest:
    """What is said when a step is taken: why, on which paper, what readers are told, until when."""

    moment: datetime
    reason: str = ""
    document: str = ""
    notice: str = ""
    until: datetime | None = None


Guard = Callable[[Site, StepRequest], None]


@dataclass(frozen=True)
class Step:
    """One step of a site's life."""

    name: str
    label: str
    from_statuses: frozenset[str]
    to_status: str
    guards: tuple[Guard, ...]
    clause: str


def _is_approved(site: Site, request: StepRequest) -> None:
    if not site.approval_document:
        raise SiteIncomplete(
            "站点尚无开办批准文件，不能转为“已批准”；请填写：开办批准文件。",
            fields={"approval_document": "开办批准文件"},
        )


def _is_registered(site: Site, request: StepRequest) -> None:
    """P1-03: approval, 党政机关网站标识, ICP, 公安备案, 标识码 and the security test are all there."""
    missing = missing_online(site)
    if missing:
        raise SiteIncomplete(
            f"站点信息不完整，不能上线；请填写：{'、'.join(missing.values())}。", fields=missing
        )


def _says_why(site: Site, request: StepRequest) -> None:
    wrong = {} if request.reason.strip() else {"reason": "事由"}
    if not request.notice.strip():
        wrong["notice"] = "公告"
    if wrong:
        raise SiteMalformed(f"请填写：{'、'.join(wrong.values())}。", fields=wrong)


def _is_short(site: Site, request: StepRequest) -> None:
    longest = days_of(rule_of(site, "site.temporary_offline")["max"])
    if request.until is None or request.until <= request.moment:
        raise SiteMalformed("请填写恢复时间，且须晚于现在。", fields={"until": "恢复时间"})
    if request.until - request.moment > longest:
        raise OfflineTooLong(
            f"临时下线不得超过 {longest.days} 天，请把恢复时间提前。",
            fields={"until": f"不得超过 {longest.days} 天"},
        )


def _is_first_this_year(site: Site, request: StepRequest) -> None:
    allowed = int(rule_of(site, "site.temporary_offline")["per_year"])
    begins = timezone.localtime(request.moment).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    times = site.status_changes.filter(to_status=_Status.OFFLINE, at__gte=begins).count()
    if times >= allowed:
        raise OfflineTooOften(f"本年度已临时下线 {times} 次（每年最多 {allowed} 次），不能再次临时下线。")


def _notice_has_stood(site: Site, request: StepRequest) -> None:
    announced = announced_closing(site)
    if announced is None or announced.until is None:
        raise ClosingNotAnnounced
    if request.moment < announced.until:
        day = timezone.localtime(announced.until)
        raise ClosingTooSoon(f"关停公告须公示至 {day:%Y-%m-%d %H:%M}，期满后才能关停。")


def _stands_long_enough(site: Site, request: StepRequest) -> None:
    shortest = days_of(rule_of(site, "site.closure_notice")["min"])
    if announced_closing(site) is not None:
        raise StatusForbids("该站点的关停公告已经发布，请等待期满，或先撤销公告。")
    if request.until is None or request.until - request.moment < shortest:
        raise ClosingTooSoon(
            f"关停公告须公示不少于 {shortest.days} 天，请推迟关停时间。",
            fields={"until": f"不少于 {shortest.days} 天"},
        )


_UNVERIFIED = "（待核）"
STEPS: Final[dict[str, Step]] = {
    step.name: step
    for step in (
        Step(
            "approve-opening",
            "批准开办",
            frozenset({_Status.PREPARING}),
            _Status.APPROVED,
            (_is_approved,),
            "国办发〔2017〕47号 开设与整合：按流程逐级审核报批",
        ),
        Step(
            "open",
            "上线",
            frozenset({_Status.APPROVED}),
            _Status.ONLINE,
            (_is_registered,),
            "国办发〔2017〕47号 开设与整合：未通过安全检测的不得上线；标识、备案、标识码齐备",
        ),
        Step(
            "take-offline",
            "临时下线",
            frozenset({_Status.ONLINE}),
            _Status.OFFLINE,
            (_says_why, _is_short, _is_first_this_year),
            f"国办发〔2017〕47号 临时下线：报批并公告，每年至多一次，不超过 30 天{_UNVERIFIED}",
        ),
        Step(
            "bring-online",
            "恢复上线",
            frozenset({_Status.OFFLINE}),
            _Status.ONLINE,
            (_is_registered,),
            "国办发〔2017〕47号 临时下线：期满恢复",
        ),
        Step(
            "announce-closing",
            "发布关停公告",
            frozenset({_Status.ONLINE, _Status.OFFLINE}),
            "closing",
            (_says_why, _stands_long_enough),
            "国办发〔2017〕47号 整合迁移与关停：公告新址，公示不少于 30 天",
        ),
        Step(
            "close",
            "永久下线",
            frozenset({_Status.ONLINE, _Status.OFFLINE}),
            _Status.CLOSED,
            (_notice_has_stood,),
            "国办发〔2017〕47号 整合迁移与关停：归档、公告期满后关停并跳转",
        ),
    )
}


def check_step(step: Step, site: Site, request: StepRequest) -> None:
    """Raise what forbids this step now: the status, or the first guard that does not hold."""
    if site.status not in step.from_statuses:
        allowed = "、".join(f"“{_Status(status).label}”" for status in sorted(step.from_statuses))
        raise StatusForbids(
            f"站点现为“{_Status(site.status).label}”，不能{step.label}；只有{allowed}的站点可以。依据：{step.clause}。"
        )
    for guard in step.guards:
        guard(site, request)


def days_of(text: str) -> timedelta:
    """Return the length written "30d" in the rules table."""
    if not text.endswith("d") or not text[:-1].isdigit():
        raise ValueError(f"not a number of days: {text!r}")
    return timedelta(days=int(text[:-1]))


def rule_of(site: Site, code: str) -> dict[str, Any]:
    """Return a rule of the table, such as `{"max": "30d"}`, as it holds for the site's sponsor."""
    value = rule_value(code, organization_id=site.sponsor_id)
    if not isinstance(value, dict):
        raise TypeError(f"rule {code} is no mapping")
    return value
