"""What the platform as a whole puts on the console's status page: the installation, its disk, its sites."""

from __future__ import annotations

import django
from django.conf import settings
from django.db import connection

from rongshu.console.status import PROBLEM, Figure, Section
from rongshu.foundation.installation import this_installation
from rongshu.project.health import health
from rongshu.sites.models import Site


def installation_section() -> Section:
    """What is installed, where, with how much room."""
    installation, disk = this_installation(), health().disk
    engine = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    advice = "" if disk.is_well else "磁盘将满或不可写：请清理或扩容，待发布的页面会自动补上"
    return Section(
        "本平台",
        [
            Figure("建立于", f"{installation.created_at:%Y-%m-%d}"),
            Figure("用途", "演示" if installation.is_demonstration else "正式"),
            Figure("数据库", f"{engine} · Django {django.get_version()}"),
            Figure("数据目录", str(settings.DATA_FOLDER)),
            Figure("磁盘可用", _size(disk.free), PROBLEM if advice else "well", advice),
        ],
    )


def sites_section() -> Section:
    """The sites and their states."""
    sites = Site.objects.order_by("slug")[:200]
    rows = [(site.slug, site.name, site.get_status_display(), site.base_url) for site in sites]
    return Section(
        "站点",
        columns=("代号", "名称", "状态", "网址"),
        rows=rows,
        empty="还没有站点，请运行 rongshu site apply 文件。",
    )


def _size(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"
