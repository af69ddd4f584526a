"""What the demo proves about itself before it says that it is ready."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from rongshu.accounts.queries import recorded_operator
from rongshu.foundation.sealing import seal_audit, verify_audit
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.report import report_of
from rongshu.project.demo.asking import Finding, ask
from rongshu.project.demo.search_checks import check_search
from rongshu.project.legacy_sites import LegacySite
from rongshu.publishing.pages.page_tags import missing_tags
from rongshu.sites.models import Site

Report = dict[str, Any]


def check_everything(taken_over: list[tuple[LegacySite, IntakeRun]]) -> Iterator[Finding]:
    """Yield a finding per subject; the demo has succeeded when all hold."""
    reports = [(legacy, run, report_of(run)) for legacy, run in taken_over]
    for legacy, _, report in reports:
        yield _arrived(legacy, report)
    for site in Site.objects.order_by("slug"):
        yield _home(site)
    for _, run, report in reports:
        yield _old_addresses(run.site, report)
    yield _tags([report for _, _, report in reports])
    yield from check_search(recorded_operator(), [url for _, _, one in reports for _, url in _published(one)])
    seal_audit()
    verdict = verify_audit()
    yield Finding("审计链", verdict.is_sound, f"封存 {verdict.sealed} 条，未封存 {verdict.unsealed} 条")


def _arrived(legacy: LegacySite, report: Report) -> Finding:
    known = {_path(url) for row in report["articles"] for url in (row["url"], *row["other_urls"])}
    known |= {_path(row["url"]) for row in report["duplicates"]}
    missing = [each.url for each in legacy.truth if not known & {each.url, *each.other_urls}]
    adds_up = report["source_count"] == report["stored"] + len(report["duplicates"]) + len(report["refused"])
    details = (
        f"旧站 {len(legacy.truth)} 篇，入库 {report['stored']}，重复 {len(report['duplicates'])}，"
        f"未入库 {len(report['refused'])}，缺 {len(missing)} {missing[:3] or ''}"
    )
    if held := report["stored"] - len(_published(report)):
        details += f"，待复核 {held}（内容检查暂扣）"
    return Finding(f"迁入 {legacy.site_name}", adds_up and not missing, details)


def _home(site: Site) -> Finding:
    answer = ask(site.base_url + "/")
    return Finding(f"首页 {site.name}", answer.status == 200, f"{len(answer.body) // 1024} kB")


def _old_addresses(site: Site, report: Report) -> Finding:
    urls = _published(report)
    wrong = [url for url, new_url in urls if not _leads(url, new_url)]
    return Finding(f"旧网址 {site.slug}", not wrong, f"{len(urls)} 个，{len(wrong)} 个不通 {wrong[:2] or ''}")


def _published(report: Report) -> list[tuple[str, str]]:
    """Return old and new addresses; what the inspection holds back has no page until a person released it."""
    return [(row["url"], row["new_url"]) for row in report["articles"] if row["new_url"]]


def _leads(url: str, new_url: str) -> bool:
    answer = ask(url)
    return answer.status == 301 and answer.headers.get("location") == new_url


def _tags(reports: list[Report]) -> Finding:
    pages = [new_url for report in reports for _, new_url in _published(report)]
    lacking = [url for url in pages if missing_tags(ask(url).body.decode())]
    return Finding("网页标签", not lacking, f"{len(pages)} 页，{len(lacking)} 页缺标签 {lacking[:2] or ''}")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
