"""2008: JSP pages in GBK; links and pagers are functions of a shared script, pages are posted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from rongshu.project.legacy_sites.articles import Attachment
from rongshu.project.legacy_sites.families.base import Family, Shown
from rongshu.project.legacy_sites.plan import Column, Entry
from rongshu.project.legacy_sites.site import ServerHabits

_SCRIPT = """function view(id){ window.open("/info/view.jsp?infoid="+id); }
function goPage(n){
  document.pageForm.pageNo.value = n;
  document.pageForm.submit();
}
"""


class Jsp2008(Family):
    """`view('123')` and `goPage(3)` of /js/site.js; no page of an article names another one."""

    name, label, year = "jsp2008", "2008 年 JSP 脚本翻页", 2008
    charset = "gbk"
    stylesheet = "/Skin/DefaultSkin.css"
    look = "asp2006"
    decorations = ("/images/download.gif",)
    names_neighbours = False
    per_page = 10

    @classmethod
    def habits(cls) -> ServerHabits:
        return ServerHabits(index="index.jsp", html_charset="GBK", posted_fields=("channelid", "pageNo"))

    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        return f"/info/view.jsp?infoid={entry.number}"

    def list_address(self, column: Column, page: int = 0) -> str:
        if not page:
            return f"/info/list.jsp?channelid={column.number}"
        return f"/info/list.jsp#{urlencode({'channelid': column.number, 'pageNo': page + 1})}"

    def picture_address(self, entry: Entry, at: int) -> str:
        return f"/upload/{entry.article.published_at:%Y%m}/{entry.number}-{at}.jpg"

    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str:
        return f"/upload/{entry.article.published_at:%Y%m}/{entry.number}-{at}.{attachment.suffix}"

    def shown(self, entry: Entry) -> Shown:
        moment = f"{entry.article.published_at:%Y-%m-%d %H:%M}"
        return Shown(moment, moment, entry.article.source, self.shown_number(entry))

    def write_lists(self, column: Column) -> None:
        pages = column.pages(self.per_page)
        for at, entries in enumerate(pages):
            rows = [self.row(entry, column) for entry in entries]
            context: dict[str, Any] = {"column": column, "rows": rows, "page": at, "count": len(pages)}
            content = self.page("list.html", self.list_address(column), **context)
            file = f"info/list.{column.number}.{at + 1}.jsp" if at else None
            self.files.write(self.list_address(column, at), content, file=file)

    def write_extras(self) -> None:
        self.files.write("/js/site.js", _SCRIPT.encode())
