"""`rongshu site`: apply a site file; list, open, take offline, bring back and close sites."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.clock import now
from rongshu.sites.actions.apply_file import apply_file
from rongshu.sites.actions.change_status import approve_opening, bring_online, open_site, take_offline
from rongshu.sites.actions.close_site import announce_closing, close_site, revoke_closing
from rongshu.sites.declaring.reading import LARGEST
from rongshu.sites.errors import SiteFileMalformed
from rongshu.sites.models import Site
from rongshu.sites.queries import announced_closing, get_site_for, present_status_change, sites_for


class Command(ActingCommand):
    """站点：按配置文件建立和修改，列出，上线，临时下线，恢复，关停。"""

    help = "站点：按配置文件建立和修改，列出，上线，临时下线，恢复，关停"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands; `--as` may stand before or after them."""
        commands = parser.add_subparsers(
            dest="deed", required=True, metavar="apply|list|open|offline|online|close"
        )
        apply = self.add_deed(commands, "apply", "按 YAML 配置文件建立和修改机构、人员、站点、栏目、区块")
        apply.add_argument("file", help="配置文件")
        apply.add_argument("--dry-run", action="store_true", help="只显示将做的改动")
        self.add_deed(commands, "list", "列出站点及其状态")
        self.add_deed(commands, "open", "批准并上线").add_argument("code", help="站点代号")
        offline = self.add_deed(commands, "offline", "临时下线（每年一次，不超过 30 天）")
        close = self.add_deed(commands, "close", "发布关停公告；公告期满后再次运行即关停")
        for deed, days in ((offline, 30), (close, 30)):
            deed.add_argument("code", help="站点代号")
            deed.add_argument("--reason", default="", help="事由")
            deed.add_argument("--notice", default="", help="公告全文")
            deed.add_argument("--document", default="", help="批准文件")
            deed.add_argument("--days", type=int, default=days, help=f"天数，默认 {days}")
        close.add_argument("--successor", default="", help="承接网址")
        close.add_argument("--revoke", action="store_true", help="撤销关停公告")
        online = self.add_deed(commands, "online", "提前恢复上线")
        online.add_argument("code", help="站点代号")
        online.add_argument("--reason", default="", help="事由")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do one deed; return what is printed."""
        deed = getattr(self, f"_{options.pop('deed')}")
        said: str = deed(actor, **options)
        return said

    def _apply(self, actor: Person, *, file: str, dry_run: bool, **_: Any) -> str:
        changes = apply_file(actor=actor, text=_text_of(Path(file)), name=file, dry_run=dry_run)
        if not changes:
            return "与配置文件一致，没有需要改动的内容。"
        heading = "将做以下改动（未执行）：" if dry_run else "已完成以下改动："
        return "\n".join([heading, *(f"  {change}" for change in changes)])

    def _list(self, actor: Person, **_: Any) -> str:
        sites = sites_for(viewer_for(actor)).select_related("sponsor").order_by("slug")
        return "\n".join(_line(site) for site in sites) or "还没有站点，请运行 rongshu site apply 文件。"

    def _open(self, actor: Person, *, code: str, **_: Any) -> str:
        site = get_site_for(viewer_for(actor), code)
        if site.status == Site.Status.PREPARING:
            site = approve_opening(actor=actor, site=site)
        site = open_site(actor=actor, site=site)
        return f"站点 {site.slug} 已上线：{site.base_url}/"

    def _offline(
        self, actor: Person, *, code: str, days: int, reason: str, notice: str, document: str, **_: Any
    ) -> str:
        site = get_site_for(viewer_for(actor), code)
        until = now() + timedelta(days=days)
        take_offline(actor=actor, site=site, reason=reason, notice=notice, document=document, until=until)
        return f"站点 {site.slug} 已临时下线，{timezone.localtime(until):%Y-%m-%d %H:%M} 自动恢复。"

    def _online(self, actor: Person, *, code: str, reason: str, **_: Any) -> str:
        site = bring_online(actor=actor, site=get_site_for(viewer_for(actor), code), reason=reason)
        return f"站点 {site.slug} 已恢复上线。"

    def _close(self, actor: Person, *, code: str, revoke: bool, **options: Any) -> str:
        site = get_site_for(viewer_for(actor), code)
        if revoke:
            revoke_closing(actor=actor, site=site, reason=options["reason"])
            return f"站点 {site.slug} 的关停公告已撤销。"
        if announced_closing(site) is not None:
            close_site(actor=actor, site=site)
            return f"站点 {site.slug} 已归档并关停。"
        closes_at = now() + timedelta(days=options["days"], minutes=1)
        announce_closing(
            actor=actor,
            site=site,
            reason=options["reason"],
            notice=options["notice"],
            document=options["document"],
            successor_url=options["successor"],
            closes_at=closes_at,
        )
        return f"站点 {site.slug} 的关停公告已发布，{timezone.localtime(closes_at):%Y-%m-%d %H:%M} 关停。"


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise SiteFileMalformed("配置文件超过 2 MB，请拆分为多个文件。")
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SiteFileMalformed(f"读不到配置文件 {file}：{error.strerror}。") from error
    except UnicodeDecodeError as error:
        raise SiteFileMalformed(f"配置文件 {file} 不是 UTF-8 编码，请另存为 UTF-8。") from error


def _line(site: Site) -> str:
    status = Site.Status(site.status).label
    change = present_status_change(site)
    if site.status == Site.Status.OFFLINE and change is not None and change.until is not None:
        status += f"（至 {timezone.localtime(change.until):%Y-%m-%d %H:%M}）"
    closing = announced_closing(site)
    if closing is not None and closing.until is not None:
        status += f"（{timezone.localtime(closing.until):%Y-%m-%d %H:%M} 关停）"
    return "\t".join((site.slug, status, site.base_url, site.name))
