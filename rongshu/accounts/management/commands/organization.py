"""`rongshu organization`: list, rename, move, merge, split and abolish organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.organizations.actions.merge_organizations import (
    abolish_organization,
    merge_organizations,
    split_organization,
)
from rongshu.organizations.actions.move_organization import move_organization
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import organization_named


class Command(ActingCommand):
    """机构：列出，更名，划转，合并，拆分，撤销。"""

    help = "机构：列出，更名，划转，合并，拆分，撤销（新建请用 rongshu site apply）"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands; organisations are named by credit code or name."""
        commands = parser.add_subparsers(
            dest="deed", required=True, metavar="list|rename|move|merge|split|abolish"
        )
        self.add_deed(commands, "list", "列出机构树")
        rename = self.add_deed(commands, "rename", "更名，原名留作历史")
        rename.add_argument("organization", help="机构名称或统一社会信用代码")
        rename.add_argument("name", help="新名称")
        rename.add_argument("--short-name", default="", help="新简称")
        move = self.add_deed(commands, "move", "划转到另一上级之下")
        move.add_argument("organization")
        move.add_argument("--to", default="", help="新的上级机构，留空为最上级")
        merge = self.add_deed(commands, "merge", "合并：前几个机构并入 --into")
        merge.add_argument("organizations", nargs="+")
        merge.add_argument("--into", required=True, help="承接机构")
        split = self.add_deed(commands, "split", "拆分为 --into 各机构")
        split.add_argument("organization")
        split.add_argument("--into", required=True, nargs="+", help="承接机构")
        abolish = self.add_deed(commands, "abolish", "撤销")
        abolish.add_argument("organization")
        for deed in (rename, merge, split, abolish):
            deed.add_argument("--on", type=date.fromisoformat, default=None, help="日期，默认今天")
        for deed in (rename, move, merge, split, abolish):
            deed.add_argument("--document", default="", help="依据文件")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do one deed; return what is printed."""
        deed = getattr(self, f"_{options.pop('deed')}")
        said: str = deed(actor, **options)
        return said

    def _list(self, actor: Person, **_: Any) -> str:
        viewer = viewer_for(actor)
        organizations = Organization.objects.order_by("path")
        if not viewer.on_platform:
            organizations = organizations.filter(pk__in=viewer.organization_ids)
        return (
            "\n".join(_line(one) for one in organizations) or "还没有机构，请运行 rongshu site apply 文件。"
        )

    def _rename(self, actor: Person, *, organization: str, name: str, **options: Any) -> str:
        renamed = rename_organization(
            actor=actor,
            organization=organization_named(organization),
            name=name,
            short_name=options["short_name"],
            from_day=options["on"],
            document=options["document"],
        )
        return f"已更名为“{renamed.name}”。"

    def _move(self, actor: Person, *, organization: str, to: str, document: str, **_: Any) -> str:
        moved = move_organization(
            actor=actor,
            organization=organization_named(organization),
            parent=organization_named(to) if to else None,
            reason=document,
        )
        return f"“{moved.name}”已划转到{'最上级' if not to else f'“{to}”之下'}。"

    def _merge(self, actor: Person, *, organizations: list[str], into: str, **options: Any) -> str:
        successor = merge_organizations(
            actor=actor,
            predecessors=[organization_named(name) for name in organizations],
            successor=organization_named(into),
            on=options["on"],
            document=options["document"],
        )
        return f"已合并到“{successor.name}”。"

    def _split(self, actor: Person, *, organization: str, into: list[str], **options: Any) -> str:
        former = split_organization(
            actor=actor,
            organization=organization_named(organization),
            successors=[organization_named(name) for name in into],
            on=options["on"],
            document=options["document"],
        )
        return f"“{former.name}”已拆分。"

    def _abolish(self, actor: Person, *, organization: str, **options: Any) -> str:
        former = abolish_organization(
            actor=actor,
            organization=organization_named(organization),
            on=options["on"],
            document=options["document"],
        )
        return f"“{former.name}”已撤销。"


def _line(organization: Organization) -> str:
    depth = organization.path.count("/") - 2
    status = Organization.Status(organization.status)
    mark = "" if status == Organization.Status.ACTIVE else f"（{status.label}）"
    return f"{'  ' * depth}{organization.name}{mark}\t{organization.credit_code}"
