"""2010: ASP.NET lists whose pages have no addresses of their own: every step is a form sent back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from rongshu.project.legacy_sites.families.webforms2014 import WebForms2014
from rongshu.project.legacy_sites.plan import Column
from rongshu.project.legacy_sites.site import ServerHabits

_TARGET = "ctl00$ContentPlaceHolder1$GridView1"
_SHOWN_AT_ONCE = 5  # numbers in the pager before "..."


class PostBack2010(WebForms2014):
    """`__doPostBack('…GridView1','Page$3')`, five numbers at a time; articles link to no neighbours."""

    name, label, year = "postback2010", "2010 年 ASP.NET 回发列表", 2010
    look = "webforms2014"
    charset = "utf-8"
    names_neighbours = False
    per_page = 8
    repeats = False

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(index="default.aspx", ignores_case=True, posted_fields=("__EVENTARGUMENT",))

    def list_address(self, column: Column, page: int = 0) -> str:
        step = f"#{urlencode({'__EVENTARGUMENT': f'Page${page + 1}'})}" if page else ""
        return f"/channel.aspx?cid={column.number}{step}"

    def pager(self, page: int, count: int) -> list[tuple[str, str]]:
        """The labels and arguments of a pager that shows five numbers and "..." on either side."""
        first = page // _SHOWN_AT_ONCE * _SHOWN_AT_ONCE
        last = min(first + _SHOWN_AT_ONCE, count)
        steps = [("...", f"Page${first}")] if first else []
        steps += [(str(at + 1), f"Page${at + 1}") for at in range(first, last) if at != page]
        return [*steps, ("...", f"Page${last + 1}")] if last < count else steps

    def write_lists(self, column: Column) -> None:
        pages = column.pages(self.per_page)
        first = self.list_address(column)
        for at, entries in enumerate(pages):
            rows = [self.row(entry, column) for entry in entries]
            context: dict[str, Any] = {
                "column": column,
                "rows": rows,
                "steps": self.pager(at, len(pages)),
                "target": _TARGET,
            }
            content = self.page("list.html", first, **context)
            file = f"channel.{column.number}.{at + 1}.aspx" if at else None
            self.files.write(self.list_address(column, at), content, file=file)
