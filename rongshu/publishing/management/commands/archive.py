"""`rongshu archive SITE DIR`: write the web archive of a site (WARC and metadata) into a new folder."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.publishing.actions.archive_site import archive_site
from rongshu.sites.errors import UnknownSite
from rongshu.sites.models import Site


class Command(ActingCommand):
    help = "把站点已发布的网页打成归档包（WARC 与 GB/T 42147 元数据）"

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Add the site and the folder."""
        parser.add_argument("site", metavar="SITE", help="站点代号")
        parser.add_argument("folder", metavar="DIR", type=Path, help="归档包写入的新目录")

    def act(self, actor: Person, **options: Any) -> str:
        """Archive and say what was written."""
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise UnknownSite
        package = archive_site(actor=actor, site=site, folder=options["folder"].resolve())
        return f"归档完成：{package.page_count} 个文件，{package.folder}，摘要 {package.digest}"
