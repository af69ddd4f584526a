"""What only the platform as a whole can know, registered once all models are loaded."""

from __future__ import annotations

from typing import Final

from rongshu.console.functions import register_functions
from rongshu.console.status import register_section
from rongshu.foundation.seeding import is_registered, register_seed
from rongshu.foundation.worker import register_duty
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.project.host_links import keep_host_links
from rongshu.project.scope_names import register_sites_and_columns
from rongshu.project.status_sections import installation_section, sites_section

# By which entries of the console's menu each built function is served (P1-02); the others are yet to come.
SERVED: Final = {
    "站点管理": ("sites", "mandates"),
    "栏目管理": ("sites", "column-monitor", "column-selections", "column-standards"),
    "资源管理": (
        "library-resources", "library-overview", "library-topics", "library-categories", "library-types",
        "federation-partners", "federation-reports", "library-bin",
    ),
    "权限管理": ("console-people", "console-organizations", "console-roles"),
    "内容发布": (
        "newsroom-new-piece", "newsroom-pieces", "newsroom-inbox", "newsroom-ready", "newsroom-reviews",
        "newsroom-recalls", "newsroom-flows", "intake-runs",
    ),
    "统一身份认证": ("console-people", "console-sign-ins"),
    "站内搜索": ("search-hot-words", "search-promotions", "search-words", "search-keys", "search-index"),
    "运维监控": ("status", "column-monitor"),
    "统计分析": ("newsroom-statistics", "search-report"),
    "安全防护": (
        "console-audit", "console-sign-ins", "newsroom-key-periods", "inspection-dictionaries",
        "inspection-rescans",
    ),
}  # fmt: skip


def register_platform() -> None:
    """Register the library's standard, the links for nginx, sections of the status page, names of scopes."""
    if not is_registered("信息库标准"):
        register_seed("信息库标准", seed_standard)
    register_duty("host-links", keep_host_links, every=5)
    register_section(installation_section)
    register_section(sites_section)
    register_sites_and_columns()
    register_functions(SERVED)
