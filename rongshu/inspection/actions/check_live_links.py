"""Visiting the links of inspected versions, in the background, when the operator has switched it on (P7-04).

The queue is durable; a host is asked at most once a second; what is found joins the version's inspection.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F

from rongshu.foundation import clock
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.work import finish, take
from rongshu.inspection.actions.inspect_version import LINK_QUEUE, as_row
from rongshu.inspection.actions.remember_title import remember_title
from rongshu.inspection.checkers.links import is_shady, site_of
from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.models import FoundProblem, Inspection
from rongshu.inspection.parts import Part, parts_of
from rongshu.inspection.reading.visiting import InnerAddress, Visit, visit
from rongshu.library.reading.document import Link

_DEAD: Final = Rule("E12-dead", "链接无法打开（死链）", "E12", Severity.GENERAL, Tier.SUSPECT)
_HIJACKED: Final = Rule(
    "E12-hijacked", "链接转到了别的网站，可能被劫持", "E12", Severity.SEVERE, Tier.SUSPECT
)
_INNER: Final = Rule("E12-inner", "链接的域名指向内部地址", "E12", Severity.GENERAL)
_RETITLED: Final = Rule(
    "E12-retitled", "链接页面的标题与以前完全不同，可能被劫持", "E12", Severity.GENERAL, Tier.SUSPECT
)
_SHADY_PAGE: Final = Rule(
    "E12-shady-page", "链接页面的标题含有违法内容", "E12", Severity.SEVERE, Tier.SUSPECT
)
_RULES: Final = (_DEAD, _HIJACKED, _INNER, _RETITLED, _SHADY_PAGE)
_PAUSE: Final = 1.0
_MOST_LINKS: Final = 200


def visit_next() -> bool:
    """Visit the links of the version that waits longest; return whether there was one. A worker's duty."""
    if not settings.LINK_CHECK or not take(LINK_QUEUE, "", limit=1):
        return False
    try:
        with hold("inspection/links", seconds=900):
            works = take(LINK_QUEUE, "", limit=1)
            for work in works:
                _visit_links_of(work.key)
            finish(works)
    except LeaseHeld:
        return False
    return True


def _visit_links_of(inspection_id: str) -> None:
    inspection = Inspection.objects.select_related("version__resource").filter(pk=inspection_id).first()
    if inspection is None or inspection.version.purged_at is not None:
        return
    asked, rows = dict[str, float](), list[FoundProblem]()
    for part in parts_of(inspection.version, with_files=False):
        for link in part.document.links[:_MOST_LINKS]:
            if urlsplit(link.target).scheme in {"http", "https"}:
                _wait_for(urlsplit(link.target).netloc, asked)
                rows += [as_row(part, found) for found in _judge(part, link)]
    _add(inspection, rows)


def _wait_for(host: str, asked: dict[str, float]) -> None:
    """Ask no host twice within a second."""
    pause = asked.get(host, -_PAUSE) + _PAUSE - time.monotonic()
    if host in asked and pause > 0:
        time.sleep(pause)
    asked[host] = time.monotonic()


def _judge(part: Part, link: Link) -> Iterator[Finding]:
    text, today = part.document.text, clock.today().isoformat()
    try:
        seen: Visit = visit(link.target, settings.LINK_CHECK_HOSTS)
    except InnerAddress:
        yield _INNER.found(text, link.start, link.end, "请改为可以公开访问的网址")
        return
    if seen.is_dead:
        why = f"状态 {seen.status}" if seen.status else seen.failure
        advice = f"请修改或删除链接 {link.target[:200]}（{today} 检查：{why}）"
        yield _DEAD.found(text, link.start, link.end, advice)
        return
    before, after = (urlsplit(each).hostname or "" for each in (link.target, seen.ended_at))
    if site_of(before) != site_of(after):
        advice = f"请核实：{link.target[:150]} 转到了 {seen.ended_at[:150]}（{today} 检查）"
        yield _HIJACKED.found(text, link.start, link.end, advice)
    yield from _judge_title(text, link, seen.title)


def _judge_title(text: str, link: Link, title: str) -> Iterator[Finding]:
    """A page taken over shows first in its title."""
    if is_shady(title):
        advice = f"请核实并删除该链接：页面标题为“{title[:80]}”"
        yield _SHADY_PAGE.found(text, link.start, link.end, advice)
    former = remember_title(address=link.target, title=title)
    if former:
        advice = f"请核实：页面标题由“{former[:80]}”变为“{title[:80]}”"
        yield _RETITLED.found(text, link.start, link.end, advice)


def _add(inspection: Inspection, rows: list[FoundProblem]) -> None:
    """Add the rows to the inspection; done again after a crash, they replace what was added before."""
    counts = {one: sum(row.severity == one for row in rows) for one in ("severe", "general")}
    codes = [f"{rule.code} {rule.name}" for rule in _RULES]
    with transaction.atomic():
        old = inspection.findings.filter(rule__in=codes)
        was = {one: old.filter(severity=one).count() for one in counts}
        old.delete()
        for row in rows:
            row.inspection = inspection
        FoundProblem.objects.bulk_create(rows, batch_size=200)
        Inspection.objects.filter(pk=inspection.pk).update(
            severe_count=F("severe_count") + counts["severe"] - was["severe"],
            general_count=F("general_count") + counts["general"] - was["general"],
        )
