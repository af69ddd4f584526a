"""`rongshu column`: list, change, move and close the columns of a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard
from rongshu.sites.actions.move_column import move_column, remove_column
from rongshu.sites.queries import ColumnNode, column_tree, get_column_for, get_site_for


class Command(ActingCommand):
    """栏目：列出，按标准建立，移动，停用。"""

    help = "栏目：列出，按标准建立，移动，停用（逐项修改请用 rongshu site apply）"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True, metavar="list|standard|move|remove")
        listing = self.add_deed(commands, "list", "列出站点的栏目树")
        standard = self.add_deed(commands, "standard", "按栏目标准模板建立栏目，可裁剪")
        move = self.add_deed(commands, "move", "移动栏目（连同下级），文章网址不变")
        remove = self.add_deed(commands, "remove", "停用空栏目")
        for deed in (listing, standard, move, remove):
            deed.add_argument("code", help="站点代号")
        standard.add_argument("standard", help="模板代号：portal、city-portal、department")
        standard.add_argument("--without", nargs="*", default=[], metavar="PATH", help="裁剪掉的栏目路径")
        for deed in (move, remove):
            deed.add_argument("path", help="栏目路径，例如 /news/notices/")
        move.add_argument("--to", default="/", help="新的上级栏目路径，/ 为最上级")
        move.add_argument("--slug", default=None, help="新的代号")
        move.add_argument("--position", type=int, default=None, help="新的排序")
        remove.add_argument("--reason", default="", help="原因")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do one deed; return what is printed."""
        deed = getattr(self, f"_{options.pop('deed')}")
        said: str = deed(actor, **options)
        return said

    def _list(self, actor: Person, *, code: str, **_: Any) -> str:
        site = get_site_for(viewer_for(actor), code)
        return "\n".join(_lines(column_tree(site))) or "该站点还没有栏目。"

    def _standard(self, actor: Person, *, code: str, standard: str, without: list[str], **_: Any) -> str:
        site = get_site_for(viewer_for(actor), code)
        made = create_columns_from_standard(actor=actor, site=site, standard=standard, without=without)
        return f"站点 {code} 新建栏目 {len(made)} 个。"

    def _move(self, actor: Person, *, code: str, path: str, to: str, **options: Any) -> str:
        viewer = viewer_for(actor)
        column = move_column(
            actor=actor,
            column=get_column_for(viewer, code, path),
            parent=get_column_for(viewer, code, to) if to.strip("/") else None,
            slug=options["slug"],
            position=options["position"],
        )
        return f"栏目“{column.name}”现在位于 {column.path}。"

    def _remove(self, actor: Person, *, code: str, path: str, reason: str, **_: Any) -> str:
        column = get_column_for(viewer_for(actor), code, path)
        remove_column(actor=actor, column=column, reason=reason)
        return f"栏目“{column.name}”已停用。"


def _lines(nodes: Iterable[ColumnNode], depth: int = 0) -> Iterator[str]:
    for node in nodes:
        yield f"{'  ' * depth}{node.column.name}\t{node.column.path}\t{node.column.type}"
        yield from _lines(node.children, depth + 1)
